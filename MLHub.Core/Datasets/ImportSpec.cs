namespace MLHub.Core.Datasets;

/// <summary>What the import job is told.</summary>
public sealed record ImportSpec(string FileName, ImportOptions Options);

/// <summary>What it answers; the rows, the profile and the rejected rows are files.</summary>
public sealed record ImportResult(long RowCount, IReadOnlyList<DatasetColumn> Columns, ImportReport Report)
{
    public const string JobKind = "dataset.import";
    public const string Original = "original";
    public const string Rejects = "rejects.parquet";
}
