using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes;

/// <summary>What the job that makes a version by a recipe is told.</summary>
public sealed record PrepareSpec(IReadOnlyList<ColumnSchema> Columns, IReadOnlyList<RecipeStep> Steps);

/// <summary>What it answers; the rows and the profile are files.</summary>
public sealed record PrepareResult(long RowCount, IReadOnlyList<DatasetColumn> Columns, IReadOnlyList<RecipeEffect> Effects)
{
    public const string JobKind = "dataset.prepare";
    public const string Source = "source.parquet";
}
