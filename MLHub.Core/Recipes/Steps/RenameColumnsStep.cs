using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Core.Recipes.Steps;

internal sealed class RenameColumnsStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("rename_columns", "Rename columns", "columns", "Gives columns other names.")
    {
        Keywords = ["name", "header"],
        Parameters = [new("names", StepParameterType.Map, "Names") { Required = true, Help = "Old name → new name." }],
    };

    public string Sentence(StepWords words) => words.Map("names") switch
    {
        [] => "Rename columns",
        var names => $"Rename {StepWords.Join([.. names.Select(n => $"{StepWords.Star(n.Key)} to {StepWords.Star(n.Value)}")])}",
    };

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var pairs = input.Arguments.Map("names");
        if (pairs.GroupBy(p => p.Key).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new StepException("BAD_PARAMETER", "names", $"Names: \"{twice.Key}\" gets more than one name. Leave one.");
        }

        var names = pairs.ToDictionary(n => n.Key, n => StepArguments.TextOf(n.Value));
        if (names.Keys.FirstOrDefault(n => input.Columns.All(c => c.Name != n)) is { } unknown)
        {
            throw StepArguments.Unknown("names", unknown, input.Columns);
        }

        // Checked against the columns that keep their name: two may exchange theirs.
        var staying = input with { Columns = [.. input.Columns.Where(c => !names.ContainsKey(c.Name))] };
        var select = StepSelect.All(input);
        foreach (var (old, name) in names)
        {
            var column = input.Columns.First(c => c.Name == old);
            var free = staying.NewName(name, "names");
            select.Rename(column, free);
            staying = staying with { Columns = [.. staying.Columns, new ColumnSchema(free, column.Type)] };
        }

        return select;
    }
}
