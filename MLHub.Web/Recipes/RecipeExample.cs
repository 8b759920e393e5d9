namespace MLHub.Web.Recipes;

/// <summary>A cell before and after a step, as texts.</summary>
/// <param name="SourceRow">Place of the row in the source, from 0.</param>
/// <param name="IsNew">The column was not there before.</param>
public sealed record RecipeExample(long? SourceRow, string Column, string? Before, string? After, bool IsNew);
