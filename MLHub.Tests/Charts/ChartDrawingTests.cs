using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MLHub.Web.Charts;

namespace MLHub.Tests.Charts;

public sealed class ChartDrawingTests
{
    private static readonly ChartSize Size = new(520, 320);

    [Theory]
    [MemberData(nameof(ChartSamples.All), MemberType = typeof(ChartSamples))]
    public void A_picture_is_well_formed_and_says_what_it_shows(string kind)
    {
        var picture = ChartSamples.Plausible(kind).ToPicture(Size);

        var root = XDocument.Parse(picture.Svg).Root!;
        Assert.Equal("svg", root.Name.LocalName);
        Assert.Contains(root.Descendants(), e => e.Name.LocalName is "path" or "rect" or "circle" or "ellipse");
        Assert.Contains(root.Descendants(), e => e.Name.LocalName == "text");
        Assert.NotEmpty(picture.Summary);
        Assert.NotEmpty(picture.Series);
    }

    [Theory]
    [MemberData(nameof(ChartSamples.All), MemberType = typeof(ChartSamples))]
    public void A_chart_without_data_says_so(string kind)
    {
        var picture = ChartSamples.Empty(kind).ToPicture(Size);

        Assert.NotEmpty(XDocument.Parse(picture.Svg).Root!.Value.Trim());
        Assert.Null(ChartReading.At(picture, 0));
    }

    [Theory]
    [MemberData(nameof(ChartSamples.All), MemberType = typeof(ChartSamples))]
    public void Constant_missing_infinite_and_huge_numbers_are_drawn(string kind)
    {
        foreach (var value in new[] { 0, 1, -3.5, 1e-300, 1e300, -1e300, double.MaxValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            foreach (var points in new[] { 1, 2, 5 })
            {
                var chart = ChartSamples.Of(kind, value, points);

                XDocument.Parse(chart.ToPicture(Size).Svg);
                Assert.NotNull(ChartCsv.Write(chart));
            }
        }
    }

    [Theory]
    [MemberData(nameof(ChartSamples.All), MemberType = typeof(ChartSamples))]
    public void Hostile_names_stay_text(string kind)
    {
        foreach (var name in ChartSamples.HostileNames)
        {
            var chart = ChartSamples.Named(kind, [name, "b", "c"]);

            foreach (var svg in new[] { chart.ToPicture(Size).Svg, chart.ToSvg(ChartTheme.Dark, Size) })
            {
                var elements = XDocument.Parse(svg).Root!.DescendantsAndSelf().ToList();
                Assert.All(elements, e => Assert.Contains(e.Name.LocalName, new[] { "svg", "g", "path", "rect", "text", "clipPath", "defs", "circle", "ellipse", "line", "polyline", "polygon", "use" }));
                Assert.DoesNotContain(elements.Attributes(), a => a.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase) || a.Name.LocalName == "href");
            }
        }
    }

    [Theory]
    [InlineData(true, "algorithm 9", "algorithm 1")]
    [InlineData(false, "algorithm 1", "algorithm 9")]
    public void A_legend_without_room_for_all_names_the_best_algorithms(bool higherIsBetter, string best, string worst)
    {
        var chart = new TrialsChart([.. Enumerable.Range(1, 9).Select(i => new TrialDot(i, $"algorithm {i}", i, i / 10.0))], "AUC", higherIsBetter);

        var texts = XDocument.Parse(chart.ToPicture(new(320, 280)).Svg).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value.Trim()).ToList();

        Assert.Contains(best, texts);
        Assert.DoesNotContain(worst, texts);
    }

    [Fact]
    public void Letters_that_the_drawing_font_lacks_are_left_to_the_browser()
    {
        var picture = ChartSamples.Named("importance", ["日本の列", "עברית", "plain"]).ToPicture(Size);

        var texts = XDocument.Parse(picture.Svg).Root!.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value).ToList();
        Assert.Contains("日本の列", texts);
        Assert.Contains("עברית", texts);
        Assert.Contains("plain", texts);
        Assert.DoesNotContain(texts, t => t.Contains('¤'));
    }

    [Fact]
    public void Two_pictures_share_no_id()
    {
        var chart = ChartSamples.Plausible("roc many");

        var (first, second) = (Ids(chart.ToPicture(Size).Svg), Ids(chart.ToPicture(Size).Svg));
        Assert.NotEmpty(first);
        Assert.Empty(first.Intersect(second));
    }

    [Fact]
    public void Each_id_that_a_picture_refers_to_is_in_it()
    {
        var svg = ChartSamples.Plausible("loss").ToPicture(Size).Svg;

        Assert.Subset(Ids(svg), Regex.Matches(svg, "url\\(#([^)]+)\\)").Select(m => m.Groups[1].Value).ToHashSet());
    }

    [Fact]
    public void A_picture_for_pages_takes_its_colours_from_the_page()
    {
        var svg = ChartSamples.Plausible("loss").ToPicture(Size).Svg;

        Assert.Contains("var(--chart-1, #2563C9)", svg);
        Assert.Contains("var(--chart-muted, ", svg);
        Assert.DoesNotContain("\"black\"", svg);
        Assert.DoesNotContain("fill=\"#", svg);
        Assert.DoesNotContain("stroke=\"#", svg);
    }

    [Theory]
    [MemberData(nameof(ChartSamples.All), MemberType = typeof(ChartSamples))]
    public void A_png_has_the_size_asked_for(string kind)
    {
        var png = ChartSamples.Plausible(kind).ToPng(ChartTheme.Dark, new(300, 200));

        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        Assert.Equal(600, (png[18] << 8) + png[19]);
        Assert.Equal(400, (png[22] << 8) + png[23]);
    }

    [Fact]
    public void A_file_stands_alone()
    {
        var svg = ChartSamples.Plausible("roc").ToSvg(ChartTheme.Dark, Size);

        Assert.StartsWith("<?xml", svg);
        Assert.DoesNotContain("var(", svg);
        Assert.Contains(ChartTheme.Dark.Surface, svg);
        Assert.Contains("ROC curve · AUC 0.9", XDocument.Parse(svg).Root!.Value);
    }

    [Fact]
    public void The_best_step_is_marked_on_validation_rows()
    {
        var curve = new LossCurve("log_loss",
        [
            new("training", LossPart.Training, [new(1, 0.9), new(2, 0.5), new(3, 0.1)]),
            new("validation", LossPart.Validation, [new(1, 0.9), new(2, 0.6), new(3, 0.7)]),
        ]);

        Assert.Equal(new LossStep(2, 0.6), new LossCurveChart(curve).Best);
        Assert.Equal(new LossStep(1, 0.9), new LossCurveChart(curve with { Metric = "auc" }).Best);
        Assert.Equal("Log loss · best 0.6 at step 2", new LossCurveChart(curve).Title);
    }

    [Fact]
    public void Curves_of_one_metric_share_a_chart()
    {
        var curves = LossCurve.Of(ChartSamples.Report().LossCurve);

        var curve = Assert.Single(curves);
        Assert.Equal("log_loss", curve.Metric);
        Assert.Equal([LossPart.Training, LossPart.Validation], curve.Lines.Select(l => l.Part));
    }

    [Fact]
    public void A_pixel_leads_back_to_its_data()
    {
        var scale = ChartSamples.Plausible("loss log").ToPicture(Size).Scale;

        Assert.True(scale.LogY);
        Assert.Equal(12, scale.DataX(scale.PixelX(12)), 6);
        Assert.Equal(0.25, scale.DataY(scale.PixelY(0.25)), 6);
        Assert.InRange(scale.PixelX(1), scale.Left - 1, scale.Left + 1);
    }

    [Fact]
    public void A_reading_has_each_series_at_the_place_pointed_to()
    {
        var picture = ChartSamples.Plausible("loss").ToPicture(Size);

        var reading = ChartReading.Nearest(picture, picture.Scale.PixelX(10.2), 100)!;
        Assert.Equal("step 10", reading.Heading);
        Assert.Equal(["0.1", "0.2"], reading.Lines.Select(l => l.Value));
    }

    [Fact]
    public void The_data_of_a_chart_cannot_become_a_formula()
    {
        var csv = ChartCsv.Write(ChartSamples.Named("importance", ["=cmd()", "a,\"b\""]));

        Assert.Contains("'=cmd()", csv);
        Assert.Contains("\"a,\"\"b\"\"\"", csv);
        Assert.DoesNotContain(",=cmd", csv);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.123456, "0.1235")]
    [InlineData(-1234567, "−1.235M")]
    [InlineData(99999, "100k")]
    [InlineData(double.NaN, "–")]
    [InlineData(0.00001234, "1.234e−5")]
    public void Numbers_are_short(double value, string text) => Assert.Equal(text, ChartText.Number(value));

    [Fact]
    public void Labels_of_an_axis_have_the_same_decimals()
    {
        var ticks = ChartTicks.Linear(0, 1, 4);

        Assert.Equal(["0.00", "0.25", "0.50", "0.75", "1.00"], ticks.Labels);
    }

    [Fact]
    public void Long_spans_of_time_are_marked_by_years()
    {
        var ticks = ChartTicks.Dates(14000, 20000, 5, 86400);

        Assert.Contains("2010", ticks.Labels);
        Assert.All(ticks.Labels, l => Assert.Matches("^\\d{4}$", l));
    }

    [Fact]
    public async Task Viewers_at_the_same_time_cause_one_drawing()
    {
        var cache = new ChartCache();
        var drawings = 0;

        var files = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => cache.File("run/1", "png", Size, () =>
        {
            Interlocked.Increment(ref drawings);
            return Encoding.UTF8.GetBytes("x");
        }))));

        Assert.Equal(1, drawings);
        Assert.All(files, f => Assert.Same(files[0], f));
    }

    [Fact]
    public void The_cache_is_bounded_and_forgets_failures()
    {
        var cache = new ChartCache();
        for (var i = 0; i < 1000; i++)
        {
            cache.File($"{i}", "png", Size, () => []);
        }

        Assert.InRange(cache.Count, 100, 256);
        Assert.Throws<InvalidOperationException>(() => cache.File("bad", "png", Size, () => throw new InvalidOperationException()));
        Assert.Equal([1], cache.File("bad", "png", Size, () => [1]));
    }

    [Fact]
    public void An_evaluation_has_the_charts_of_its_task()
    {
        var report = ChartSamples.Report();

        Assert.Equal("ROC curve · AUC 0.93", EvaluationCharts.Find(report, "roc")!.Title);
        Assert.IsType<LossCurveChart>(EvaluationCharts.Find(report, "loss"));
        Assert.Null(EvaluationCharts.Find(report, "residuals"));
        Assert.Null(EvaluationCharts.Find(report, "../etc/passwd"));
        Assert.Equal(0.25, EvaluationCharts.Prevalence(report));
    }

    private static HashSet<string> Ids(string svg) => XDocument.Parse(svg).Root!.Descendants().Attributes("id").Select(a => a.Value).ToHashSet();
}
