using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

internal sealed class DatePartsStep : IRecipeStep
{
    private static readonly Dictionary<string, string> _parts = new()
    {
        ["year"] = "year",
        ["quarter"] = "quarter",
        ["month"] = "month",
        ["week"] = "week",
        ["day"] = "day",
        ["weekday"] = "isodow",
        ["day_of_year"] = "dayofyear",
        ["hour"] = "hour",
        ["minute"] = "minute",
        ["is_weekend"] = "isodow",
    };

    public RecipeStepDescriptor Descriptor { get; } = new("date_parts", "Parts of a date", "dates", "Makes columns of the year, month, weekday and so on of a date.")
    {
        Keywords = ["year", "month", "weekday", "hour", "calendar", "extract"],
        Parameters =
        [
            Parameters.Column("Whose parts.", Parameters.Moments),
            new("parts", StepParameterType.List, "Parts") { Required = true, Default = Parameters.Json(new[] { "year", "month", "day" }), Choices = [.. _parts.Keys], Help = "Weekdays count from 1 (Monday), weeks as ISO does." },
            Parameters.Flag("drop", "Drop the date", false, "The column itself is taken away."),
        ],
    };

    public string Sentence(StepWords words) => $"Take {words.List("parts").Replace('_', ' ')} of {words.Columns("column")}{(words.Flag("drop") ? " and drop it" : "")}";

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var column = input.Arguments.Column("column");
        var name = Sql.Name(column.Name);
        var taken = input.Columns.Select(c => c.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var select = StepSelect.All(input);
        foreach (var part in input.Arguments.Texts("parts").Distinct())
        {
            var free = StepInput.FreeName($"{column.Name}_{part}", taken);
            if (part == "is_weekend")
            {
                select.Add(free, ColumnType.Boolean, $"isodow({name}) >= 6", column);
            }
            else
            {
                select.Add(free, ColumnType.Integer, $"{_parts[part]}({(part is "hour" or "minute" ? $"{name}::TIMESTAMP" : name)})", column);
            }
        }

        return input.Arguments.Flag("drop") ? select.Remove(column) : select;
    }
}
