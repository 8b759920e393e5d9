using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes.Steps;

internal sealed class DateDifferenceStep : IRecipeStep
{
    public RecipeStepDescriptor Descriptor { get; } = new("date_difference", "Time between dates", "dates", "Computes how much time lies between two dates, or between one and a fixed day.")
    {
        Keywords = ["duration", "age", "days", "elapsed", "diff"],
        Parameters =
        [
            Parameters.Column("From here.", Parameters.Moments, "from", "From"),
            new("to", StepParameterType.Column, "To") { ColumnTypes = Parameters.Moments, Help = "To here." },
            new("day", StepParameterType.Text, "Or to the day") { Help = "A fixed day like 2024-05-31, when no column is chosen." },
            Parameters.Choice("unit", "Unit", "days", ["seconds", "minutes", "hours", "days", "weeks", "months", "years"], "Weeks and less may have fractions; months and years are whole ones that have passed."),
            Parameters.NewColumn("Name of the column with the difference."),
        ],
    };

    public string Sentence(StepWords words) => $"{(words.Has("name") ? StepWords.Star(words.Word("name")) : "A column")} = {words.Text("unit")} from {words.Columns("from")} to {(words.Has("to") ? words.Columns("to") : words.Text("day"))}";

    public StepSelect Apply(StepInput input, JsonElement? state, StepSql sql)
    {
        var from = $"{Sql.Name(input.Arguments.Column("from").Name)}::TIMESTAMP";
        var to = input.Arguments.ColumnOrNull("to") is { } column ? $"{Sql.Name(column.Name)}::TIMESTAMP"
            : input.Arguments.Text("day") is { Length: > 0 } day
                ? Constants.Sql(day, ColumnType.Datetime, sql) ?? throw new StepException("BAD_PARAMETER", "day", "Or to the day: This is written year-month-day: 2024-05-31.")
                : throw new StepException("REQUIRED", "to", "To: Choose a column or a fixed day.");
        var unit = input.Arguments.Text("unit");
        var isWhole = unit is "months" or "years";
        var seconds = $"(epoch({to}) - epoch({from}))";
        var expression = unit switch
        {
            "months" or "years" => $"date_sub('{unit[..^1]}', {from}, {to})",
            "weeks" => $"{seconds} / 604800.0",
            "days" => $"{seconds} / 86400.0",
            "hours" => $"{seconds} / 3600.0",
            "minutes" => $"{seconds} / 60.0",
            _ => seconds,
        };
        return StepSelect.All(input).Add(input.NewName(input.Arguments.Text("name"), "name"), isWhole ? ColumnType.Integer : ColumnType.Number, expression);
    }
}
