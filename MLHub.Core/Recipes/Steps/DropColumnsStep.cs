namespace MLHub.Core.Recipes.Steps;

internal sealed class DropColumnsStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("drop_columns", "Drop columns", "columns", "Takes columns away.")
    {
        Keywords = ["remove", "delete", "exclude"],
        Parameters = [Parameters.Columns("Which ones to take away.")],
    };

    public string Sentence(StepWords words) => $"Drop {words.Columns("columns")}";

    public StepSelect Apply(StepInput input, System.Text.Json.JsonElement? state, StepSql sql) =>
        StepSelect.Only(input.Columns.Except(input.Arguments.Columns("columns")));
}
