using System.Globalization;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>A part of a sheet: rows from 1, columns from 0, both ends included.</summary>
internal readonly record struct SheetRange(long FirstRow, int FirstColumn, long LastRow, int LastColumn, bool IsGiven)
{
    public static SheetRange All { get; } = new(1, 0, long.MaxValue, int.MaxValue, false);

    public static SheetRange Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return All;
        }

        var corners = text.Trim().Replace("$", "", StringComparison.Ordinal).Split(':');
        if (corners.Length > 2 || !TryCell(corners[0], out var row, out var column))
        {
            throw Bad(text);
        }

        if (corners.Length == 1)
        {
            return new(row, column, long.MaxValue, int.MaxValue, true);
        }

        return TryCell(corners[1], out var lastRow, out var lastColumn) && lastRow >= row && lastColumn >= column ? new(row, column, lastRow, lastColumn, true) : throw Bad(text);
    }

    /// <summary>3, 6 → <c>D7</c>.</summary>
    public static string Cell(int column, long row)
    {
        var letters = "";
        for (var rest = column + 1; rest > 0; rest = (rest - 1) / 26)
        {
            letters = (char)('A' + ((rest - 1) % 26)) + letters;
        }

        return letters + row.ToString(CultureInfo.InvariantCulture);
    }

    private static bool TryCell(string text, out long row, out int column)
    {
        column = 0;
        var at = 0;
        while (at < text.Length && at < 3 && char.IsAsciiLetter(text[at]))
        {
            column = (column * 26) + (char.ToUpperInvariant(text[at]) - 'A') + 1;
            at++;
        }

        column--;
        row = 0;
        return at > 0 && long.TryParse(text.AsSpan(at), NumberStyles.None, CultureInfo.InvariantCulture, out row) && row is >= 1 and <= 1_048_576;
    }

    private static HubException Bad(string text) => HubException.Field("range", $"\"{text}\" is no range of cells. Write it as D7:H90, or D7 for everything from that cell on.", "BAD_OPTIONS");
}
