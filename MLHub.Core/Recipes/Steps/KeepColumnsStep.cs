namespace MLHub.Core.Recipes.Steps;

internal sealed class KeepColumnsStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("keep_columns", "Keep columns", "columns", "Keeps the chosen columns and takes all others away.")
    {
        Keywords = ["select", "choose", "only"],
        Parameters = [Parameters.Columns("Which ones to keep; they stay in their order.")],
    };

    public string Sentence(StepWords words) => $"Keep only {words.Columns("columns")}";

    public StepSelect Apply(StepInput input, System.Text.Json.JsonElement? state, StepSql sql) =>
        StepSelect.Only(input.Columns.Intersect(input.Arguments.Columns("columns")));
}
