using System.Globalization;
using System.Text;

namespace MLHub.Web.Charts;

/// <summary>The data behind a chart as text for a spreadsheet.</summary>
public static class ChartCsv
{
    public static string Write(Chart chart)
    {
        var text = new StringBuilder();
        Line(text, "series", chart.XName, chart.YName, "label", "note");
        foreach (var series in chart.Series)
        {
            foreach (var point in series.Points)
            {
                Line(text, Safe(series.Name), Number(point.X), Number(point.Y), Safe(point.Label), Safe(point.Note));
            }
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, params ReadOnlySpan<string> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            text.Append(i == 0 ? "" : ",").Append(cells[i].AsSpan().ContainsAny(",\"\r\n") ? $"\"{cells[i].Replace("\"", "\"\"")}\"" : cells[i]);
        }

        text.Append("\r\n");
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    // A spreadsheet would run a cell that begins like a formula.
    private static string Safe(string? text) => text switch
    {
        null or "" => "",
        _ when "=+-@\t\r".Contains(text[0]) => "'" + text,
        _ => text,
    };
}
