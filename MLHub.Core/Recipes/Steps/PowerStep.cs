using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

internal sealed class PowerStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("power", "Power or root", "scale", "Raises numbers to a power: 0.5 is the square root, 2 the square.")
    {
        Keywords = ["sqrt", "square", "root", "exponent", "transform"],
        Parameters = [Parameters.Columns("Which ones.", Parameters.Numeric), new("exponent", StepParameterType.Number, "Exponent") { Default = Parameters.Json(0.5), Min = -10, Max = 10, Help = "0.5 is the square root." }],
    };

    public string Sentence(StepWords words) => words.Word("exponent") == "0.5" ? $"Square root of {words.Columns("columns")}" : $"Raise {words.Columns("columns")} to the power of {words.Text("exponent")}";

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var exponent = sql.Number(input.Arguments.Number("exponent"));
        var select = StepSelect.All(input);
        foreach (var column in input.Arguments.Columns("columns"))
        {
            var name = $"{Sql.Name(column.Name)}::DOUBLE";
            // What is no number (a root of -1) or has no end (a negative power of 0) is missing.
            var power = $"pow({name}, {exponent})";
            var result = $"CASE WHEN isfinite({name}) THEN CASE WHEN isfinite({power}) THEN {power} END ELSE {name} END";
            select.Replace(column, ColumnType.Number, result);
            select.Count($"isfinite({name}) AND NOT isfinite({power})", "{0} values have no such power and became missing.");
        }

        return select.Counted.Count > 1 ? select.CountTogether("{0} values have no such power and became missing.") : select;
    }
}
