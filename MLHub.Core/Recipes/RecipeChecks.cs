using MLHub.Core.Common;

namespace MLHub.Core.Recipes;

/// <summary>What can be said of a recipe before any row is read.</summary>
internal static class RecipeChecks
{
    private const int MaxBytes = 256 * 1024;

    public static void RequireLength(IReadOnlyList<RecipeStep> steps)
    {
        // Documents from outside may leave out what the type says is there.
        if (steps is null || steps.Any(s => s?.Step is null))
        {
            throw HubException.Field("steps", "The recipe is a list of steps, each with the name of one: {\"step\": \"drop_missing\", \"parameters\": {}}.", "NO_STEPS");
        }

        if (steps.Count > RecipeCatalog.MaxSteps)
        {
            throw HubException.Field("steps", $"A recipe may have up to {RecipeCatalog.MaxSteps} steps. Save a version in between.", "TOO_MANY_STEPS");
        }

        if (HubJson.Write(steps).Length > MaxBytes)
        {
            throw HubException.Field("steps", "The recipe is too long. Take smaller lists and shorter texts.", "TOO_LONG");
        }
    }

    /// <summary>Something is to be done, every step is known, and the first one fits the columns; what later steps get is only known when the rows are there.</summary>
    public static void Require(IReadOnlyList<RecipeStep> steps, IReadOnlyList<ColumnSchema> columns)
    {
        RequireKnown(steps);
        var first = steps.Select((s, i) => (Step: s, Index: i)).FirstOrDefault(s => s.Step.Enabled);
        if (first.Step is null)
        {
            throw HubException.Field("steps", "The recipe has no step that is switched on.", "NO_STEPS");
        }

        try
        {
            StepArguments.Check(RecipeCatalog.Require(first.Step.Step).Descriptor, first.Step, columns);
        }
        catch (StepException wrong)
        {
            throw wrong.ToRefusal(first.Index, RecipeCatalog.Title(first.Step));
        }
    }

    public static void RequireKnown(IReadOnlyList<RecipeStep> steps)
    {
        RequireLength(steps);
        for (var i = 0; i < steps.Count; i++)
        {
            if (RecipeCatalog.Find(steps[i].Step) is null)
            {
                throw new StepException("UNKNOWN_STEP", null, "There is no such step. GET /recipe-steps lists those that there are.").ToRefusal(i, steps[i].Step);
            }
        }
    }
}
