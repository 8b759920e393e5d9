using System.Text.Json;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

internal sealed class ChangeCaseStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("change_case", "Change case", "text", "Writes texts in small or capital letters.")
    {
        Keywords = ["lower", "upper", "title", "capital"],
        Parameters = [Parameters.Columns("Which ones.", Parameters.Textual), Parameters.Choice("to", "To", "lower", ["lower", "upper", "title"], "Small, CAPITAL, or Every Word Begins With One.")],
    };

    public string Sentence(StepWords words) => $"Write {words.Columns("columns")} in {(words.Word("to") switch { "upper" => "capital letters", "title" => "words that begin with a capital", _ => "small letters" })}";

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var select = StepSelect.All(input);
        foreach (var column in input.Arguments.Columns("columns"))
        {
            var name = Sql.Name(column.Name);
            select.Replace(column, column.Type, input.Arguments.Text("to") switch
            {
                "upper" => $"upper({name})",
                // Word by word: letters and digits, and what stands between them as it is.
                "title" => $"array_to_string(list_transform(regexp_extract_all(lower({name}), '[\\p{{L}}\\p{{N}}'']+|[^\\p{{L}}\\p{{N}}'']+'), lambda w: upper(left(w, 1)) || substring(w, 2)), '')",
                _ => $"lower({name})",
            });
        }

        return select;
    }
}
