using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

internal sealed class ConcatColumnsStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("concat_columns", "Join columns", "text", "Writes the values of several columns behind each other.")
    {
        Keywords = ["concatenate", "combine", "merge", "paste", "unite"],
        Parameters =
        [
            Parameters.Columns("In this order."),
            new("separator", StepParameterType.Text, "Separator") { Default = Parameters.Json(" "), Help = "Stands between them; may be empty." },
            Parameters.NewColumn("Name of the column with the whole text."),
            Parameters.Choice("missing", "Missing values", "skip", ["skip", "missing"], "Are passed over, or make the whole text missing."),
            Parameters.Flag("drop", "Drop the columns", false, "The columns themselves are taken away."),
        ],
    };

    public string Sentence(StepWords words) => $"Join {words.Columns("columns")} into {(words.Has("name") ? StepWords.Star(words.Word("name")) : "a column")}";

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var columns = input.Arguments.Columns("columns");
        var texts = columns.Select(c => $"{Sql.Name(c.Name)}::VARCHAR").ToList();
        var separator = sql.Text(input.Arguments.Text("separator"));
        var text = input.Arguments.Text("missing") == "missing"
            ? $"CASE WHEN {string.Join(" AND ", texts.Select(t => $"{t} IS NOT NULL"))} THEN {TextGrowth.Concat(texts, separator)} END"
            : $"CASE WHEN coalesce({string.Join(", ", texts)}) IS NOT NULL THEN {TextGrowth.Concat(texts, separator)} END";
        var isDropped = input.Arguments.Flag("drop");
        var staying = isDropped ? input with { Columns = [.. input.Columns.Except(columns)] } : input;
        var select = StepSelect.All(input).Add(staying.NewName(input.Arguments.Text("name"), "name"), ColumnType.Text, text, columns[^1]);
        foreach (var column in isDropped ? columns : [])
        {
            select.Remove(column);
        }

        return select;
    }
}
