using System.Text.Json;
using MLHub.Core.Datasets;

namespace MLHub.Web.Charts;

/// <summary>The most frequent values of a column.</summary>
/// <param name="total">Rows with a value, for the shares.</param>
public sealed class TopValuesChart(string column, IReadOnlyList<ValueCount> values, long total) : Chart
{
    private const int MaxValues = 20;
    private readonly IReadOnlyList<ValueCount> _values = [.. values.Take(MaxValues)];

    public TopValuesChart(ColumnProfile column) : this(column.Name, column.TopValues, column.Count)
    {
    }

    public override string Title => $"Most frequent values of {ChartText.Name(column, 60)}";

    public override string Summary => _values.Count == 0
        ? $"{Title}: none."
        : $"{Title}: " + string.Join(", ", _values.Take(5).Select(v => $"{ChartText.Name(Text(v.Value), 40)} {Share(v.Count)}")) + ".";

    public override string XName => "rows";

    public override string YName => "rank";

    public override ChartHover Hover => ChartHover.AlongY;

    public override IReadOnlyList<ChartSeries> Series =>
        [new("rows", ChartTheme.CssSeries(0), [.. _values.Select((v, i) => new ChartPoint(v.Count, _values.Count - 1 - i, ChartText.Name(Text(v.Value), 80), Share(v.Count)))])];

    /// <summary>Height at which the bars have room.</summary>
    public int NaturalHeight => 64 + (Math.Max(_values.Count, 3) * 22);

    /// <summary>A value as its column writes it.</summary>
    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() ?? "",
        JsonValueKind.Undefined or JsonValueKind.Null => "(missing)",
        _ => value.GetRawText(),
    };

    internal override void Draw(ChartCanvas canvas)
    {
        if (_values.Count == 0)
        {
            canvas.Nothing("No values");
            return;
        }

        LyingBars.Draw(canvas, [.. _values.Select(v => (Text(v.Value), (double)v.Count, 0d))], XName, count => Share((long)count));
    }

    private string Share(long count) => total > 0 ? ChartText.Percent((double)count / total) : ChartText.Count(count);
}
