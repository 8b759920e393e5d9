using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Training;

namespace MLHub.Core.Models;

/// <summary>What the job that predicts all rows of a version is told.</summary>
/// <param name="Columns">Of the rows, without <see cref="ColumnSchema.RowId"/>.</param>
/// <param name="Output">As the version answers: a threshold of its own decides here as it does for single rows.</param>
public sealed record BatchSpec(IReadOnlyList<ColumnSchema> Columns, ModelOutput Output)
{
    public const string JobKind = "model.predict";
    public const string ModelInput = "model";
    public const string RowsInput = "source.parquet";
}

/// <summary>What it answers; rows and profile are files.</summary>
public sealed record BatchResult(long RowCount, IReadOnlyList<DatasetColumn> Columns);
