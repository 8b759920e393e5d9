using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

internal sealed class LogStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("log", "Logarithm", "scale", "Takes the logarithm of numbers: long tails become short.")
    {
        Keywords = ["ln", "log1p", "log10", "skew", "transform"],
        Parameters =
        [
            Parameters.Columns("Which ones.", Parameters.Numeric),
            Parameters.Choice("kind", "Kind", "log1p", ["log1p", "natural", "log10", "log2"], "log1p is the natural logarithm of x + 1, so that 0 stays 0."),
        ],
    };

    public string Sentence(StepWords words) => words.Word("kind") switch
    {
        "natural" => $"Natural logarithm of {words.Columns("columns")}",
        "log1p" => $"Logarithm of {words.Columns("columns")} + 1",
        var kind => $"Logarithm of {words.Columns("columns")} to the base {kind[3..]}",
    };

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var kind = input.Arguments.Text("kind");
        var select = StepSelect.All(input);
        foreach (var column in input.Arguments.Columns("columns"))
        {
            var name = $"{Sql.Name(column.Name)}::DOUBLE";
            var least = kind == "log1p" ? "-1" : "0";
            var logarithm = kind switch
            {
                "natural" => $"ln({name})",
                "log10" => $"log10({name})",
                "log2" => $"log2({name})",
                // Kahan: exact near 0, where 1 + x loses the digits of x.
                _ => $"CASE WHEN 1.0::DOUBLE + {name} = 1.0 THEN {name} ELSE ln(1.0::DOUBLE + {name}) * ({name} / ((1.0::DOUBLE + {name}) - 1.0)) END",
            };
            select.Replace(column, ColumnType.Number, $"CASE WHEN {name} = 'infinity'::DOUBLE THEN {name} WHEN {name} > {least} THEN {logarithm} END");
            select.Count($"{name} <= {least}", "{0} values have no logarithm and became missing.");
        }

        return select.Counted.Count > 1 ? select.CountTogether("{0} values have no logarithm and became missing.") : select;
    }
}
