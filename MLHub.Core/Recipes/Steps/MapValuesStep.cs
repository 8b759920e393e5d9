using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

internal sealed class MapValuesStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("map_values", "Map values", "values", "Puts other values in the place of some, by a list.")
    {
        Keywords = ["lookup", "recode", "translate", "replace", "dictionary"],
        Parameters =
        [
            Parameters.Column("Whose values.", [ColumnType.Text, ColumnType.Integer, ColumnType.Number, ColumnType.Boolean]),
            new("values", StepParameterType.Map, "Values") { Required = true, Help = "Value → new value." },
            Parameters.Choice("others", "All others", "keep", ["keep", "missing"], "What happens to values that are not in the list."),
        ],
    };

    public string Sentence(StepWords words) => words.Map("values") switch
    {
        [] => $"Map values of {words.Columns("column")}",
        [var one] => $"Map “{one.Key}” to “{one.Value}” in {words.Columns("column")}",
        var many => $"Map {many.Count} values of {words.Columns("column")}{(words.Word("others") == "missing" ? ", all others to missing" : "")}",
    };

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var column = input.Arguments.Column("column");
        var name = Sql.Name(column.Name);
        var pairs = input.Arguments.Map("values").Select(p => (From: p.Key, To: StepArguments.TextOf(p.Value))).ToList();
        if (pairs.Count == 0)
        {
            throw new StepException("REQUIRED", "values", "Values: Fill this in.");
        }

        // The column keeps its type when all new values fit it; otherwise it becomes text.
        var probe = new StepSql("probe", []);
        var type = pairs.TrueForAll(p => Constants.Sql(p.To, column.Type, probe) is not null) ? column.Type : ColumnType.Text;
        var keys = pairs.ConvertAll(p => column.Type == ColumnType.Number && double.TryParse(p.From, System.Globalization.CultureInfo.InvariantCulture, out var number) ? Text(number) : p.From);
        var key = column.Type == ColumnType.Number ? $"CASE WHEN {name} = trunc({name}) AND abs({name}) < 1e15 THEN {name}::BIGINT::VARCHAR ELSE {name}::VARCHAR END" : $"{name}::VARCHAR";
        var found = $"list_position({sql.Value(keys)}::VARCHAR[], {key})";
        var mapped = $"TRY_CAST(list_extract({sql.Value(pairs.ConvertAll(p => p.To))}::VARCHAR[], {found}::BIGINT) AS {Sql.Type(type)})";
        var other = input.Arguments.Text("others") == "missing" ? "" : $" ELSE {name}::{Sql.Type(type)}";
        return StepSelect.All(input).Replace(column, type, $"CASE WHEN coalesce({found}, 0) > 0 THEN {mapped}{other} END");
    }

    private static string Text(double number) => number == Math.Floor(number) && Math.Abs(number) < 1e15
        ? ((long)number).ToString(System.Globalization.CultureInfo.InvariantCulture)
        : number.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
