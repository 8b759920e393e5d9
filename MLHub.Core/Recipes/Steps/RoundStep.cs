using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

/// <summary>As numpy rounds: halves to the even neighbour.</summary>
internal sealed class RoundStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("round", "Round", "values", "Rounds numbers to some digits.")
    {
        Keywords = ["digits", "decimals", "precision"],
        Parameters =
        [
            Parameters.Columns("Which ones.", [ColumnType.Number]),
            new("digits", StepParameterType.Integer, "Digits") { Default = Parameters.Json(0), Min = -15, Max = 15, Help = "Behind the point; -2 rounds to hundreds." },
        ],
    };

    public string Sentence(StepWords words) => $"Round {words.Columns("columns")} to {words.Text("digits")} digits";

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var digits = input.Arguments.Integer("digits");
        var scale = sql.Number(Math.Pow(10, Math.Abs(digits)));
        var select = StepSelect.All(input);
        foreach (var column in input.Arguments.Columns("columns"))
        {
            var name = Sql.Name(column.Name);
            select.Replace(column, column.Type, digits switch
            {
                0 => $"round_even({name}, 0)",
                > 0 => $"CASE WHEN isfinite({name} * {scale}) THEN round_even({name} * {scale}, 0) / {scale} ELSE {name} END",
                _ => $"round_even({name} / {scale}, 0) * {scale}",
            });
        }

        return select;
    }
}
