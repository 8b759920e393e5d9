using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MLHub.Core.Common;

namespace MLHub.Training.Sandbox;

/// <summary>Rows on their way through the pipe; read without a document in between, and never more cells than a page or a download may have.</summary>
internal sealed class CellRows : JsonConverter<object?[][]>
{
    private const int MaxCells = 8_000_000;

    public override object?[][] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Expect(reader, JsonTokenType.StartArray);
        List<object?[]> rows = [];
        List<object?> cells = [];
        long count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(reader, JsonTokenType.StartArray);
            cells.Clear();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                cells.Add(Cell(ref reader));
            }

            rows.Add([.. cells]);
            count += cells.Count + 1;
            if (count > MaxCells)
            {
                throw new JsonException("More cells than anybody asked for.");
            }
        }

        return [.. rows];
    }

    public override void Write(Utf8JsonWriter writer, object?[][] value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var row in value)
        {
            writer.WriteStartArray();
            foreach (var cell in row)
            {
                Write(writer, cell);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    /// <summary>Gives cells the types of their columns back.</summary>
    /// <exception cref="JsonException">They do not fit.</exception>
    public static object?[] Typed(object?[] row, IReadOnlyList<ColumnSchema> columns)
    {
        if (row.Length != columns.Count)
        {
            throw new JsonException("A row is not as wide as the table.");
        }

        var cells = new object?[row.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = Typed(row[i], columns[i].Type);
        }

        return cells;
    }

    private static object? Typed(object? cell, ColumnType type) => (cell, type) switch
    {
        (null, _) => null,
        (long number, ColumnType.Integer) => number,
        (double number, ColumnType.Number) => number,
        (long number, ColumnType.Number) => (double)number,
        (string word, ColumnType.Number) => double.Parse(word, CultureInfo.InvariantCulture),
        (bool yes, ColumnType.Boolean) => yes,
        (long ticks, ColumnType.Datetime) => new DateTime(ticks, DateTimeKind.Utc),
        (long ticks, ColumnType.Time) => new TimeOnly(ticks),
        (long day, ColumnType.Date) => DateOnly.FromDayNumber((int)day),
        (string text, ColumnType.Text) => text,
        _ => throw new JsonException("A cell is not of its column's type."),
    };

    private static object? Cell(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => reader.TryGetInt64(out var whole) ? (object)whole : reader.GetDouble(),
        _ => throw new JsonException("A cell is a value."),
    };

    private static void Write(Utf8JsonWriter writer, object? cell)
    {
        switch (cell)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool yes:
                writer.WriteBooleanValue(yes);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteStringValue(number.ToString("R", CultureInfo.InvariantCulture));
                break;
            case DateOnly day:
                writer.WriteNumberValue(day.DayNumber);
                break;
            case DateTime moment:
                writer.WriteNumberValue(moment.Ticks);
                break;
            case TimeOnly time:
                writer.WriteNumberValue(time.Ticks);
                break;
            default:
                writer.WriteStringValue(cell.ToString());
                break;
        }
    }

    private static void Expect(Utf8JsonReader reader, JsonTokenType token)
    {
        if (reader.TokenType != token)
        {
            throw new JsonException("Rows are lists of values.");
        }
    }
}
