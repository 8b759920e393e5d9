using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Recipes.Expressions;

namespace MLHub.Core.Recipes.Steps;

internal sealed class DeriveColumnStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("derive_column", "Derive a column", "columns", "Computes a column by a formula over the others.")
    {
        Keywords = ["formula", "calculate", "compute", "expression", "if", "case", "new column", "mutate"],
        Parameters =
        [
            new("name", StepParameterType.Text, "Column") { Required = true, Help = "A new name, or that of a column to be replaced." },
            new("expression", StepParameterType.Expression, "Formula") { Required = true, Help = "round(price / area, 2), if(age >= 18, 'adult', 'child'), year(released). What cannot be computed is missing." },
        ],
    };

    public string Sentence(StepWords words) => words.Has("name") ? $"Derive {StepWords.Star(words.Word("name"))} = {words.Text("expression")}" : $"Derive a column = {words.Text("expression")}";

    public JsonElement? Fit(StepInput input, StepRows rows)
    {
        foreach (var (pattern, position) in Compile(input, rows.Values).Patterns)
        {
            if (rows.Refuses(pattern) is { } why)
            {
                throw new StepException("BAD_PATTERN", "expression", $"The regular expression cannot be understood: {why}.") { Position = position };
            }
        }

        return null;
    }

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var (text, type, _) = Compile(input, sql);
        // What fails for one row (a logarithm of zero, a number that is too large) is missing in that row and harms no other.
        var expression = $"TRY({text})";
        var select = StepSelect.All(input);
        var name = input.Arguments.Text("name").Trim();
        return input.Columns.FirstOrDefault(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } replaced
            ? select.Replace(replaced, type, expression)
            : select.Add(input.NewName(name, "name"), type, expression);
    }

    private static (string Sql, ColumnType Type, IReadOnlyList<(string Pattern, int Position)> Patterns) Compile(StepInput input, StepSql sql)
    {
        try
        {
            return ExpressionCompiler.Compile(input.Arguments.Text("expression"), input.Columns, sql);
        }
        catch (ExpressionException bad)
        {
            throw new StepException(bad.Code, "expression", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"At character {bad.Position + 1}: {bad.Message}")) { Position = bad.Position };
        }
    }
}
