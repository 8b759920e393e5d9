using System.Text.Json;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

internal sealed class NormaliseTextStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("normalise_text", "Normalise text", "text", "Makes texts the same that only look the same: one form of each character, and more when told.")
    {
        Keywords = ["unicode", "accents", "nfc", "punctuation", "clean", "normalize"],
        Parameters =
        [
            Parameters.Columns("Which ones.", Parameters.Textual),
            Parameters.Flag("accents", "Without accents", false, "é becomes e."),
            Parameters.Flag("punctuation", "Without punctuation", false, "Only letters, digits and blanks stay."),
            Parameters.Flag("control", "Without invisible characters", true, "Control characters and marks of direction go."),
        ],
    };

    public string Sentence(StepWords words)
    {
        List<string> without = [.. words.Flag("accents") ? ["accents"] : Array.Empty<string>(), .. words.Flag("punctuation") ? ["punctuation"] : Array.Empty<string>()];
        return $"Normalise {words.Columns("columns")}{(without.Count == 0 ? "" : $" without {StepWords.Join(without)}")}";
    }

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var select = StepSelect.All(input);
        foreach (var column in input.Arguments.Columns("columns"))
        {
            var text = $"nfc_normalize({Sql.Name(column.Name)})";
            text = input.Arguments.Flag("control") ? $"regexp_replace({text}, '[\\p{{Cc}}\\p{{Cf}}]', '', 'g')" : text;
            text = input.Arguments.Flag("accents") ? $"strip_accents({text})" : text;
            select.Replace(column, column.Type, input.Arguments.Flag("punctuation") ? $"regexp_replace({text}, '[^\\p{{L}}\\p{{M}}\\p{{N}}\\s]', '', 'g')" : text);
        }

        return select;
    }
}
