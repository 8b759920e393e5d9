using System.Text.Json;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

internal sealed class ReplaceStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("replace", "Replace text", "text", "Finds a text in cells and puts another in its place.")
    {
        Keywords = ["find", "substitute", "regex", "correct"],
        Parameters =
        [
            Parameters.Columns("Where to look.", Parameters.Textual),
            new("find", StepParameterType.Text, "Find") { Required = true, Help = "A text or a regular expression." },
            new("with", StepParameterType.Text, "Replace with") { Default = Parameters.Json(""), Help = "May be empty. With a regular expression \\1 is its first group." },
            Parameters.Choice("match", "Match", "part", ["part", "whole", "regex"], "Every place where it stands, only cells that are nothing else, or a regular expression."),
            Parameters.Flag("ignoreCase", "Ignore case", false, "Small and capital letters are the same."),
        ],
    };

    public string Sentence(StepWords words) => $"Replace {(words.Word("match") == "regex" ? "matches of " : "")}{words.Quoted("find")} with {(words.Has("with") ? words.Quoted("with") : "nothing")} in {words.Columns("columns")}{(words.Word("match") == "whole" ? " where it is the whole cell" : "")}";

    public JsonElement? Fit(StepInput input, StepRows rows)
    {
        if (input.Arguments.Text("find").Length == 0)
        {
            throw new StepException("REQUIRED", "find", "Find: Fill this in.");
        }

        if (input.Arguments.Text("match") == "regex" && rows.Refuses(input.Arguments.Text("find")) is { } why)
        {
            throw new StepException("BAD_PATTERN", "find", $"Find: the regular expression cannot be understood: {why}.");
        }

        return null;
    }

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var find = input.Arguments.Text("find");
        var ignoreCase = input.Arguments.Flag("ignoreCase");
        var with = sql.Text(input.Arguments.Text("with"));
        var select = StepSelect.All(input);
        foreach (var column in input.Arguments.Columns("columns"))
        {
            var name = Sql.Name(column.Name);
            select.Replace(column, column.Type, input.Arguments.Text("match") switch
            {
                "whole" when ignoreCase => $"CASE WHEN lower({name}) = lower({sql.Text(find)}) THEN {with} ELSE {name} END",
                "whole" => $"CASE WHEN {name} = {sql.Text(find)} THEN {with} ELSE {name} END",
                "regex" => TextGrowth.RegexReplace(name, sql.Text(ignoreCase ? $"(?i){find}" : find), with, "'g'"),
                // As a literal in a regular expression: there is no other way to look without regard to case.
                _ when ignoreCase => TextGrowth.RegexReplace(name, sql.Text($"(?i){Literal(find)}"), sql.Text(input.Arguments.Text("with").Replace("\\", "\\\\", StringComparison.Ordinal)), "'g'"),
                _ => TextGrowth.Replace(name, sql.Text(find), with),
            });
        }

        return select;
    }

    private static string Literal(string text) => string.Concat(text.Select(c => char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && !char.IsControl(c) && c != ' ' && c != '_' ? $"\\{c}" : c.ToString()));
}
