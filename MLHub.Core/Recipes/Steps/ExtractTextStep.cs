using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

internal sealed class ExtractTextStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("extract_text", "Extract text", "text", "Makes a column of what a regular expression finds first.")
    {
        Keywords = ["regex", "pattern", "match", "capture"],
        Parameters =
        [
            Parameters.Column("Where to look.", Parameters.Textual),
            new("pattern", StepParameterType.Text, "Regular expression") { Required = true, Help = "([0-9]+) finds the first number." },
            new("group", StepParameterType.Integer, "Group") { Default = Parameters.Json(1), Min = 0, Max = 20, Help = "What stands in the brackets of this number; 0 is the whole match." },
            Parameters.NewColumn("Name of the column with what was found; missing where nothing was."),
        ],
    };

    public string Sentence(StepWords words) => $"Extract {words.Quoted("pattern")} from {words.Columns("column")} into {(words.Has("name") ? StepWords.Star(words.Word("name")) : "a column")}";

    public JsonElement? Fit(StepInput input, StepRows rows)
    {
        if (rows.Refuses(input.Arguments.Text("pattern")) is { } why)
        {
            throw new StepException("BAD_PATTERN", "pattern", $"Regular expression: It cannot be understood: {why}.");
        }

        if (input.Arguments.Integer("group") > StepRows.GroupsOf(input.Arguments.Text("pattern")))
        {
            throw new StepException("OUT_OF_RANGE", "group", "Group: The regular expression has not so many pairs of brackets; 0 takes the whole match.");
        }

        return null;
    }

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var column = input.Arguments.Column("column");
        var name = Sql.Name(column.Name);
        var pattern = sql.Text(input.Arguments.Text("pattern"));
        var group = input.Arguments.Integer("group").ToString(System.Globalization.CultureInfo.InvariantCulture);
        return StepSelect.All(input).Add(
            input.NewName(input.Arguments.Text("name"), "name"), ColumnType.Text, $"CASE WHEN regexp_matches({name}, {pattern}) THEN regexp_extract({name}, {pattern}, {group}) END", column);
    }
}
