using System.Globalization;
using System.Text.Json;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

internal sealed class SampleRowsStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("sample_rows", "Sample rows", "rows", "Keeps some rows by chance; the same ones for the same seed.")
    {
        Scope = StepScope.Rows,
        Keywords = ["random", "subset", "fraction", "head", "limit"],
        Parameters =
        [
            Parameters.Choice("method", "Take", "fraction", ["fraction", "rows", "first"], "A share of the rows, a number of them, or the first ones."),
            new StepParameter("fraction", StepParameterType.Number, "Share") { Default = Parameters.Json(0.1), Min = 0, Max = 1, Help = "0.1 is one row in ten." }.Only("method", "fraction"),
            new StepParameter("rows", StepParameterType.Integer, "Rows") { Default = Parameters.Json(1000), Min = 1, Max = int.MaxValue, Help = "How many; all when there are fewer." }.Only("method", "rows", "first"),
            new StepParameter("seed", StepParameterType.Integer, "Seed") { Default = Parameters.Json(1), Min = 0, Max = int.MaxValue, Help = "Another number gives other rows." }.Only("method", "fraction", "rows"),
        ],
    };

    public string Sentence(StepWords words) => words.Word("method") switch
    {
        "first" => $"Keep the first {words.Text("rows")} rows",
        "rows" => $"Keep {words.Text("rows")} random rows (seed {words.Text("seed")})",
        _ => $"Keep a random share of {words.Text("fraction")} of the rows (seed {words.Text("seed")})",
    };

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var id = Sql.Name(Hidden.Id);
        var method = input.Arguments.Text("method");
        var order = method == "first" ? id : $"hash({id}, {sql.Integer(input.Arguments.Integer("seed"))}), {id}";
        var count = method == "fraction"
            ? $"(SELECT round_even(count(*) * {sql.Number(input.Arguments.Number("fraction"))}, 0)::BIGINT FROM {StepSelect.Source})"
            : input.Arguments.Integer("rows").ToString(CultureInfo.InvariantCulture);
        return StepSelect.All(input).Keep($"{id} IN (SELECT {id} FROM {StepSelect.Source} ORDER BY {order} LIMIT {count})").Costly();
    }
}
