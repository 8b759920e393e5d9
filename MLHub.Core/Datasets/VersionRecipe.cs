using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>The steps that made a version from its parent, and what each of them did; kept with the version for good.</summary>
/// <param name="Effects">One for each step, in order; <c>null</c> until the job is done.</param>
public sealed record VersionRecipe(IReadOnlyList<RecipeStep> Steps, IReadOnlyList<RecipeEffect>? Effects = null);

/// <summary>What one step did to the rows that reached it.</summary>
/// <param name="Sentence">The step in words, names between asterisks.</param>
/// <param name="RowsAfter">Rows that left it.</param>
/// <param name="CellsChanged">Cells of columns that were there before and hold another value now.</param>
/// <param name="Warning">What the user should know: values that did not fit, nothing changed at all.</param>
public sealed record RecipeEffect(string Sentence, long RowsAfter, long RowsRemoved, long CellsChanged, IReadOnlyList<string> AddedColumns, IReadOnlyList<string> RemovedColumns, string? Warning);
