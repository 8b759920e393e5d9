using System.Text.Json;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

internal sealed class DropDuplicatesStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("drop_duplicates", "Drop duplicate rows", "rows", "Keeps one of the rows that are the same.")
    {
        Scope = StepScope.Rows,
        Keywords = ["dedupe", "unique", "distinct"],
        Parameters =
        [
            Parameters.AnyColumns("Rows with the same values here are duplicates, missing ones being alike; none chosen means all columns."),
            Parameters.Choice("keep", "Keep", "first", ["first", "last", "none"], "Which of them stays; none takes all away that are not alone."),
        ],
    };

    public string Sentence(StepWords words) => words.Word("keep") == "none"
        ? $"Drop all rows that share {words.Columns("columns", "all values")} with another"
        : $"Drop duplicate rows by {words.Columns("columns", "all columns")}, keep the {words.Text("keep")}";

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var keys = string.Join(", ", input.Arguments.Columns("columns").Select(c => Sql.Name(c.Name)));
        var id = Sql.Name(Hidden.Id);
        var (which, having) = input.Arguments.Text("keep") switch
        {
            "last" => ("max", ""),
            "none" => ("min", " HAVING count(*) = 1"),
            _ => ("min", ""),
        };
        return StepSelect.All(input).Keep($"{id} IN (SELECT {which}({id}) FROM {StepSelect.Source} GROUP BY {keys}{having})").Costly();
    }
}
