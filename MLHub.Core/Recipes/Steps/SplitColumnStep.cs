using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

internal sealed class SplitColumnStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("split_column", "Split a column", "text", "Cuts texts at a separator and makes columns of the parts.")
    {
        Keywords = ["separate", "delimiter", "parts", "explode"],
        Parameters =
        [
            Parameters.Column("Which one.", Parameters.Textual),
            new("separator", StepParameterType.Text, "Separator") { Required = true, Default = Parameters.Json(","), Help = "A text, taken as it is." },
            new("names", StepParameterType.List, "New columns") { Required = true, Help = "One name for each part, from the left; the last one takes all the rest. Parts that are not there are missing." },
            Parameters.Flag("trim", "Trim the parts", true, "Without blanks at both ends."),
            Parameters.Flag("drop", "Drop the column", false, "The column itself is taken away."),
        ],
    };

    public string Sentence(StepWords words) => $"Split {words.Columns("column")} at {words.Quoted("separator")} into {words.Columns("names")}";

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var column = input.Arguments.Column("column");
        var separator = input.Arguments.Text("separator");
        if (separator.Length == 0)
        {
            throw new StepException("REQUIRED", "separator", "Separator: Fill this in.");
        }

        var names = input.Arguments.Texts("names");
        var parts = $"string_split({Sql.Name(column.Name)}, {sql.Text(separator)})";
        var select = StepSelect.All(input);
        var known = input;
        for (var i = 0; i < names.Count; i++)
        {
            var part = i < names.Count - 1 ? $"list_extract({parts}, {sql.Integer(i + 1)})" : $"CASE WHEN len({parts}) > {i} THEN array_to_string(list_slice({parts}, {i + 1}, len({parts})), {sql.Text(separator)}) END";
            var name = known.NewName(names[i], "names");
            select.Add(name, ColumnType.Text, input.Arguments.Flag("trim") ? $"nullif(trim({part}), '')" : part, column);
            known = known with { Columns = [.. known.Columns, new(name, ColumnType.Text)] };
        }

        return input.Arguments.Flag("drop") ? select.Remove(column) : select;
    }
}
