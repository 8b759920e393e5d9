using System.Text.Json;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

internal sealed class SortStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("sort", "Sort rows", "rows", "Orders the rows by columns; missing values come last.")
    {
        Scope = StepScope.Rows,
        Keywords = ["order", "arrange", "ascending", "descending"],
        Parameters =
        [
            Parameters.Columns("By the first, then by the next; rows that are equal keep their order."),
            new("descending", StepParameterType.Columns, "Descending") { Help = "Those of them that begin with the greatest value." },
        ],
    };

    public string Sentence(StepWords words) => words.Has("descending") ? $"Sort by {words.Columns("columns")}, {words.Columns("descending")} descending" : $"Sort by {words.Columns("columns")}";

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var columns = input.Arguments.Columns("columns");
        var descending = input.Arguments.Columns("descending");
        return descending.Except(columns).FirstOrDefault() is { } other
            ? throw new StepException("BAD_PARAMETER", "descending", $"Descending: \"{other.Name}\" is not among the columns to sort by.")
            : StepSelect.All(input).Order(string.Join(", ", columns.Select(c => $"{Sql.Name(c.Name)} {(descending.Contains(c) ? "DESC" : "ASC")} NULLS LAST")));
    }
}
