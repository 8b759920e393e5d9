using System.Text.Json;

namespace MLHub.Core.Recipes.Steps;

internal sealed class ReorderColumnsStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("reorder_columns", "Reorder columns", "columns", "Moves columns to the front or to the end.")
    {
        Keywords = ["move", "order", "arrange", "first", "last"],
        Parameters = [Parameters.Columns("In this order."), Parameters.Choice("place", "To the", "front", ["front", "end"], "Where they go; the others keep their order.")],
    };

    public string Sentence(StepWords words) => $"Move {words.Columns("columns")} to the {words.Text("place")}";

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var moved = input.Arguments.Columns("columns");
        var others = input.Columns.Except(moved);
        return StepSelect.Only(input.Arguments.Text("place") == "end" ? others.Concat(moved) : moved.Concat(others));
    }
}
