using System.Globalization;
using MLHub.Core.Common;

namespace MLHub.Training.Preparation;

/// <summary>Raw values as people read them.</summary>
internal static class CellText
{
    public static string Of(RawColumn column, int row) => column switch
    {
        TextColumn text => text.Levels[text.Codes[row]],
        MomentColumn moment => Moment(column.Schema.Type, moment.Seconds[row]),
        NumberColumn number => Number(column.Schema.Type, number.Values[row]),
        _ => throw new NotSupportedException(column.GetType().Name),
    };

    public static string Number(ColumnType type, double value) => type switch
    {
        ColumnType.Boolean => value >= 0.5 ? "true" : "false",
        ColumnType.Time => TimeOnly.FromTimeSpan(TimeSpan.FromSeconds(Math.Clamp(value, 0, 86_399))).ToString("HH:mm", CultureInfo.InvariantCulture),
        _ => value.ToString("G6", CultureInfo.InvariantCulture),
    };

    public static string Moment(ColumnType type, double seconds) =>
        DateTime.UnixEpoch.AddSeconds(Math.Clamp(seconds, -62_135_596_800, 253_402_300_799)).ToString(type == ColumnType.Date ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
