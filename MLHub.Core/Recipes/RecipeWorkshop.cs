using MLHub.Core.Queries;

namespace MLHub.Core.Recipes;

/// <summary>What steps need that are computed outside of the engine.</summary>
/// <param name="Sandbox"><c>null</c> where there is none: such steps then say so.</param>
/// <param name="Folder">For their files; whoever made it removes it.</param>
/// <param name="Limits"><c>null</c> takes those of a question.</param>
internal sealed record RecipeWorkshop(IQuerySandbox? Sandbox, string Folder, QueryLimits? Limits);
