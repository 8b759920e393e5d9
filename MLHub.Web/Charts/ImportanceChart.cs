using MLHub.Core.Evaluation;

namespace MLHub.Web.Charts;

/// <summary>The twenty columns the model leans on most; the whisker is the deviation over the repeats.</summary>
/// <param name="metric">Whose loss is measured: <c>auc</c>, or <c>AUC</c> for people.</param>
public sealed class ImportanceChart(IReadOnlyList<FeatureImportance> features, string? metric = null) : Chart
{
    public const int MaxFeatures = 20;

    private readonly IReadOnlyList<FeatureImportance> _features =
        [.. features.Where(f => double.IsFinite(f.Mean)).OrderByDescending(f => f.Mean).Take(MaxFeatures).Select(f => f with { StdDev = double.IsFinite(f.StdDev) ? Math.Abs(f.StdDev) : 0 })];

    public override string Title => features.Count > MaxFeatures ? $"Importance of the first {MaxFeatures} of {features.Count} columns" : "Importance of the columns";

    public override string Summary => _features.Count == 0
        ? "Importance: none was measured."
        : $"{Title}. Most: " + string.Join(", ", _features.Take(5).Select(f => $"{ChartText.Name(f.Feature, 40)} {ChartText.Number(f.Mean)}")) + ".";

    public override string XName => metric is null ? "importance" : $"change of {ChartText.Name(metric.Replace('_', ' '), 30)} without it";

    public override string YName => "rank";

    public override ChartHover Hover => ChartHover.AlongY;

    public override IReadOnlyList<ChartSeries> Series =>
        [new("importance", ChartTheme.CssSeries(0), [.. _features.Select((f, i) => new ChartPoint(f.Mean, _features.Count - 1 - i, ChartText.Name(f.Feature, 80), f.StdDev > 0 ? $"± {ChartText.Number(f.StdDev)}" : null))])];

    /// <summary>Height at which the bars have room.</summary>
    public int NaturalHeight => 64 + (Math.Max(_features.Count, 3) * 22);

    internal override void Draw(ChartCanvas canvas)
    {
        if (_features.Count == 0)
        {
            canvas.Nothing("No importance was measured");
            return;
        }

        LyingBars.Draw(canvas, [.. _features.Select(f => (f.Feature, f.Mean, f.StdDev))], XName, text: null);
    }
}
