using System.Globalization;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Training.Preparation;

namespace MLHub.Training.Models;

/// <summary>Raw values as JSON, so that <see cref="RowParser"/> reads the same value back.</summary>
internal static class RawValues
{
    private static readonly JsonElement _null = JsonSerializer.SerializeToElement<object?>(null);

    public static JsonElement Of(RawColumn column, int row) => column switch
    {
        _ when column.IsMissing(row) => _null,
        TextColumn text => JsonSerializer.SerializeToElement(text.Levels[text.Codes[row]]),
        MomentColumn moment => Moment(column.Schema.Type, moment.Seconds[row]),
        NumberColumn number => Number(column.Schema.Type, number.Values[row]),
        _ => throw new NotSupportedException(column.GetType().Name),
    };

    public static JsonElement Moment(ColumnType type, double seconds)
    {
        var at = DateTime.UnixEpoch.AddSeconds(seconds);
        return JsonSerializer.SerializeToElement(type == ColumnType.Date ? at.ToString("yyyy-MM-dd") : at.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"));
    }

    /// <summary>33.6 stays 33.6, although the nearest float is 33.599998.</summary>
    public static JsonElement Number(ColumnType type, float value) => type switch
    {
        ColumnType.Boolean => JsonSerializer.SerializeToElement(value != 0),
        ColumnType.Time => JsonSerializer.SerializeToElement(TimeOnly.FromTimeSpan(TimeSpan.FromSeconds(Math.Clamp(value, 0, 86_399))).ToString("HH:mm:ss.FFFFFFF")),
        ColumnType.Integer => JsonSerializer.SerializeToElement((long)value),
        _ => JsonSerializer.SerializeToElement(double.Parse(value.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
    };
}
