using System.Globalization;
using MLHub.Core.Common;

namespace MLHub.Core.Recipes;

/// <summary>Values that users write, in the type of a column.</summary>
internal static class Constants
{
    /// <returns>SQL for the value; <c>null</c> when the text is none of the type.</returns>
    public static string? Sql(string text, ColumnType type, StepSql sql)
    {
        var trimmed = text.Trim();
        const DateTimeStyles utc = DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal;
        return type switch
        {
            ColumnType.Integer when long.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => sql.Integer(whole),
            ColumnType.Number when double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => sql.Number(number),
            ColumnType.Boolean when Flag(trimmed) is { } yes => $"{sql.Value(yes)}::BOOLEAN",
            ColumnType.Date when DateOnly.TryParse(trimmed, CultureInfo.InvariantCulture, out var day) => $"{sql.Text(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))}::DATE",
            ColumnType.Datetime when DateTime.TryParse(trimmed, CultureInfo.InvariantCulture, utc, out var moment) => $"{sql.Text(moment.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture))}::TIMESTAMP",
            ColumnType.Time when TimeOnly.TryParse(trimmed, CultureInfo.InvariantCulture, out var clock) => $"{sql.Text(clock.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture))}::TIME",
            ColumnType.Text => sql.Text(text),
            _ => null,
        };
    }

    private static bool? Flag(string text) => text.ToLowerInvariant() switch
    {
        "true" or "yes" or "1" => true,
        "false" or "no" or "0" => false,
        _ => null,
    };
}
