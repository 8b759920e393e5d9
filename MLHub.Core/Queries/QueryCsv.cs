using System.Globalization;
using System.Text;
using MLHub.Core.Common;

namespace MLHub.Core.Queries;

/// <summary>Rows of an answer as CSV; cells that a spreadsheet would run as a formula are made harmless.</summary>
public static class QueryCsv
{
    public static string Write(QueryRows rows)
    {
        var text = new StringBuilder();
        Line(text, rows.Columns.Select(c => FormulaGuard.Protect(c.Name)), rows.Columns.Count);
        foreach (var row in rows.Rows)
        {
            Line(text, row.Select((cell, i) => Show(cell, rows.Columns[i].Type)), row.Length);
        }

        return text.ToString();
    }

    /// <summary>As it would stand in a file: nothing is rounded, nothing is grouped; missing is empty.</summary>
    public static string Show(object? cell, ColumnType type) => cell switch
    {
        null => "",
        string words => type == ColumnType.Text ? FormulaGuard.Protect(words) : words,
        bool yes => yes ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly clock => clock.ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        DateTime moment => moment.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ", CultureInfo.InvariantCulture),
        _ => Convert.ToString(cell, CultureInfo.InvariantCulture)!,
    };

    private static void Line(StringBuilder text, IEnumerable<string> cells, int count)
    {
        var isFirst = true;
        foreach (var cell in cells)
        {
            text.Append(isFirst ? "" : ",");
            isFirst = false;
            // A lone empty cell would be a blank line.
            if (cell.AsSpan().IndexOfAny(",\"\n\r") >= 0 || cell is [' ', ..] or [.., ' '] || (count == 1 && cell.Length == 0))
            {
                text.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            }
            else
            {
                text.Append(cell);
            }
        }

        text.Append('\n');
    }
}
