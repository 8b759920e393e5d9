using MLHub.Core.Common;
using MLHub.Core.Queries;

namespace MLHub.Core.Recipes;

/// <summary>A step that somebody else's program computes: it gets the table as a file and gives another one.</summary>
internal interface ITableStep : IRecipeStep
{
    /// <param name="source">Parquet that MLHub wrote, row id first.</param>
    /// <param name="target">Where the result goes, row id first.</param>
    /// <returns>Its columns.</returns>
    /// <exception cref="StepException">The text of the user is to blame, or a limit.</exception>
    Task<IReadOnlyList<ColumnSchema>> RunAsync(StepArguments arguments, string source, string target, IQuerySandbox sandbox, QueryLimits? limits, CancellationToken cancellationToken);
}
