using MLHub.Core.Common;

namespace MLHub.Core.Recipes;

/// <summary>A recipe that is to travel in a model: what can be said of it before any row is read.</summary>
public static class ModelRecipe
{
    /// <param name="columns">Those that the model learns from: neither the target nor a column that only divides the rows.</param>
    /// <exception cref="HubException">What <c>prepare</c> refuses, and <c>NOT_IN_MODEL</c>.</exception>
    public static void Require(IReadOnlyList<RecipeStep> steps, IReadOnlyList<ColumnSchema> columns)
    {
        RecipeChecks.Require(steps, columns);
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i].Enabled && RecipeCatalog.Find(steps[i].Step)!.Scope == StepScope.Table)
            {
                throw NotInModel.ToRefusal(i, RecipeCatalog.Title(steps[i]));
            }
        }
    }

    internal static StepException NotInModel => new(
        "NOT_IN_MODEL", null, "This step needs the whole table, so it cannot be repeated for the single rows that a model is asked about. Save a version with it and train on that.");
}
