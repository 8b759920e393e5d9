using System.Text.Json;
using MLHub.Core.Datasets;
using MLHub.Core.Recipes.Expressions;

namespace MLHub.Core.Recipes.Steps;

internal sealed class TrimStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("trim", "Trim blanks", "text", "Takes blanks away from both ends of texts.")
    {
        Keywords = ["strip", "whitespace", "space", "clean"],
        Parameters =
        [
            Parameters.AnyColumns("Which ones; none chosen means all that hold text.", Parameters.Textual),
            Parameters.Flag("inside", "Inside, too", false, "Several blanks between words become one."),
            Parameters.Flag("emptyIsMissing", "Empty is missing", true, "What then is empty has no value."),
        ],
    };

    public string Sentence(StepWords words) => $"Trim blanks {(words.Flag("inside") ? "around and inside of" : "around")} {words.Columns("columns", "all texts")}";

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var select = StepSelect.All(input);
        foreach (var column in input.Arguments.Columns("columns"))
        {
            var text = $"trim({Sql.Name(column.Name)}, {ExpressionFunctions.Blanks})";
            text = input.Arguments.Flag("inside") ? $"regexp_replace({text}, '[\\s\\x{{A0}}\\x{{202F}}\\x{{3000}}]+', ' ', 'g')" : text;
            select.Replace(column, column.Type, input.Arguments.Flag("emptyIsMissing") ? $"nullif({text}, '')" : text);
        }

        return select;
    }
}
