using System.Text.Json;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

internal sealed class DropMissingStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("drop_missing", "Drop rows with missing values", "rows", "Takes away rows that have no value in some columns.")
    {
        Scope = StepScope.Rows,
        Keywords = ["dropna", "null", "empty", "incomplete"],
        Parameters =
        [
            Parameters.AnyColumns("Where a value must be; none chosen means all columns."),
            Parameters.Choice("how", "Rows that miss", "any", ["any", "all"], "Drop a row when any of the columns has no value, or only when all have none."),
        ],
    };

    public string Sentence(StepWords words) => words.Word("how") == "all"
        ? $"Drop rows where {words.Columns("columns", "all columns")} {(words.Has("columns") ? "are all missing" : "are missing")}"
        : $"Drop rows where {words.Columns("columns", "any column")} {(words.Has("columns") ? "has no value" : "has no value")}";

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var filled = input.Arguments.Columns("columns").Select(c => $"{Sql.Name(c.Name)} IS NOT NULL");
        return StepSelect.All(input).Keep($"({string.Join(input.Arguments.Text("how") == "all" ? " OR " : " AND ", filled)})");
    }
}
