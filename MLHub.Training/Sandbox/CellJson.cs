using System.Globalization;
using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Training.Sandbox;

/// <summary>Cells on their way through the pipe.</summary>
internal static class CellJson
{
    public static JsonElement Write(object? cell) => cell switch
    {
        double number when !double.IsFinite(number) => JsonSerializer.SerializeToElement(number.ToString("R", CultureInfo.InvariantCulture)),
        DateOnly day => JsonSerializer.SerializeToElement(day.ToString("O", CultureInfo.InvariantCulture)),
        DateTime moment => JsonSerializer.SerializeToElement(moment.Ticks),
        TimeOnly time => JsonSerializer.SerializeToElement(time.Ticks),
        _ => JsonSerializer.SerializeToElement(cell),
    };

    public static object? Read(JsonElement cell, ColumnType type) => cell.ValueKind == JsonValueKind.Null ? null : type switch
    {
        ColumnType.Integer => cell.GetInt64(),
        ColumnType.Number => cell.ValueKind == JsonValueKind.String ? double.Parse(cell.GetString()!, CultureInfo.InvariantCulture) : cell.GetDouble(),
        ColumnType.Boolean => cell.GetBoolean(),
        ColumnType.Date => DateOnly.ParseExact(cell.GetString()!, "O", CultureInfo.InvariantCulture),
        ColumnType.Datetime => new DateTime(cell.GetInt64(), DateTimeKind.Utc),
        ColumnType.Time => new TimeOnly(cell.GetInt64()),
        _ => cell.GetString(),
    };
}
