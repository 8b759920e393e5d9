using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Web.Charts;

namespace MLHub.Tests.Charts;

public sealed class ChartViewTests : BunitContext
{
    public ChartViewTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddSingleton<ChartCache>();
    }

    [Fact]
    public void A_plot_shows_picture_heading_and_its_data_as_a_table()
    {
        var plot = Render<PlotView>(p => p.Add(v => v.Chart, ChartSamples.Plausible("roc")));

        Assert.Equal("ROC curve · AUC 0.9", plot.Find("figure").GetAttribute("aria-label"));
        Assert.Single(plot.FindAll("svg.chart-svg"));
        Assert.Equal(4, plot.FindAll(".plot-table tbody tr").Count);
        Assert.Equal(4, plot.FindAll(".plot__tool").Count);
    }

    [Fact]
    public void Arrow_keys_walk_over_the_points()
    {
        var plot = Render<PlotView>(p => p.Add(v => v.Chart, ChartSamples.Plausible("loss")));
        var hover = plot.Find("[role=slider]");

        hover.KeyDown(new KeyboardEventArgs { Key = "ArrowRight" });
        hover.KeyDown(new KeyboardEventArgs { Key = "ArrowRight" });

        Assert.Equal("2", plot.Find("[role=slider]").GetAttribute("aria-valuenow"));
        Assert.Contains("step 2", plot.Find(".plot-hover__values").TextContent);
        plot.Find("[role=slider]").KeyDown(new KeyboardEventArgs { Key = "End" });
        Assert.Contains("step 40", plot.Find("[role=slider]").GetAttribute("aria-valuetext"));
        plot.Find("[role=slider]").KeyDown(new KeyboardEventArgs { Key = "Escape" });
        Assert.Empty(plot.FindAll(".plot-hover__values"));
    }

    [Fact]
    public async Task The_pointer_reads_values_without_redrawing_the_picture()
    {
        var plot = Render<PlotView>(p => p.Add(v => v.Chart, ChartSamples.Plausible("loss")));
        var picture = plot.Find(".plot-figure__picture").InnerHtml;

        await plot.InvokeAsync(() => plot.FindComponent<PlotHover>().Instance.Pointed(0.5, 0.5));

        Assert.Contains("step", plot.Find(".plot-hover__heading").TextContent);
        Assert.Equal(2, plot.FindAll(".plot-hover__line").Count);
        Assert.Equal(picture, plot.Find(".plot-figure__picture").InnerHtml);
        await plot.InvokeAsync(() => plot.FindComponent<PlotHover>().Instance.Pointed(double.NaN, 0.5));
    }

    [Fact]
    public void The_same_chart_is_not_drawn_again_and_another_one_is()
    {
        var chart = ChartSamples.Plausible("loss");
        var plot = Render<PlotView>(p => p.Add(v => v.Chart, chart));
        var first = plot.Find(".plot-figure__picture").InnerHtml;

        plot.Render(p => p.Add(v => v.Chart, chart));
        Assert.Equal(first, plot.Find(".plot-figure__picture").InnerHtml);

        plot.Render(p => p.Add(v => v.Chart, ChartSamples.Plausible("roc")));
        Assert.NotEqual(first, plot.Find(".plot-figure__picture").InnerHtml);
    }

    [Fact]
    public async Task A_wider_place_gets_a_wider_picture()
    {
        var plot = Render<PlotView>(p => p.Add(v => v.Chart, ChartSamples.Plausible("loss")));

        await plot.InvokeAsync(() => plot.FindComponent<PlotFigure>().Instance.Measured(1010));

        Assert.StartsWith("0 0 920 ", plot.Find("svg.chart-svg").GetAttribute("viewBox"));
    }

    [Fact]
    public void Viewers_with_one_key_share_a_picture()
    {
        var (first, second) = (ChartSamples.Plausible("loss"), ChartSamples.Plausible("loss"));

        var one = Render<PlotView>(p => p.Add(v => v.Chart, first).Add(v => v.CacheKey, "run/7"));
        var other = Render<PlotView>(p => p.Add(v => v.Chart, second).Add(v => v.CacheKey, "run/7"));

        Assert.Equal(one.Find(".plot-figure__picture").InnerHtml, other.Find(".plot-figure__picture").InnerHtml);
    }

    [Fact]
    public void A_picture_drawn_before_is_shown_as_it_is()
    {
        var picture = ChartSamples.Plausible("residuals").ToPicture(new(400, 240));

        var plot = Render<PlotView>(p => p.Add(v => v.Picture, picture).Add(v => v.Title, "Misses"));

        Assert.Equal("Misses", plot.Find("figcaption").TextContent);
        Assert.Equal("0 0 400 240", plot.Find("svg.chart-svg").GetAttribute("viewBox"));
    }

    [Fact]
    public void A_long_series_is_thinned_for_the_table()
    {
        var chart = new LossCurveChart(ChartSamples.Loss("loss", [.. Enumerable.Range(1, 900).Select(i => 1d / i)]));

        var plot = Render<PlotView>(p => p.Add(v => v.Chart, chart));

        Assert.Equal(200, plot.FindAll(".plot-table tbody tr").Count);
        Assert.Contains("200 of 1800 points", plot.Find(".plot-table caption").TextContent);
    }

    [Fact]
    public void A_confusion_matrix_is_a_table_with_counts_and_shares()
    {
        var matrix = Render<ConfusionMatrixView>(p => p.Add(v => v.Matrix, ChartSamples.Matrix(["a", "b", "<b>c</b>"])));

        Assert.Equal(["a", "b", "<b>c</b>"], matrix.FindAll("tbody th .matrix__name").Select(e => e.TextContent));
        Assert.Equal("47", matrix.FindAll("td.matrix__cell .matrix__count")[0].TextContent);
        Assert.Equal("96 %", matrix.FindAll("td.matrix__cell .matrix__share")[0].TextContent);
        Assert.Equal("1 rows of a called b (2.0 %)", matrix.FindAll("td.matrix__cell")[1].GetAttribute("title"));
        Assert.Empty(matrix.FindAll("button"));
    }

    [Fact]
    public void A_cell_of_the_matrix_can_be_chosen()
    {
        ConfusionCell? chosen = null;
        var matrix = Render<ConfusionMatrixView>(p => p.Add(v => v.Matrix, ChartSamples.Matrix(["a", "b"])).Add(v => v.OnCell, c => chosen = c));

        matrix.FindAll("button")[1].Click();

        Assert.Equal(new ConfusionCell(0, 1), chosen);
    }

    [Fact]
    public void A_class_without_rows_has_no_shares()
    {
        var matrix = Render<ConfusionMatrixView>(p => p.Add(v => v.Matrix, new([.. ChartSamples.HostileNames], [.. ChartSamples.HostileNames.Select(_ => (IReadOnlyList<long>)[.. ChartSamples.HostileNames.Select(_ => 0L)])])));

        Assert.Equal("–", matrix.Find(".matrix__share").TextContent);
        Assert.Empty(matrix.FindAll("script"));
    }

    [Fact]
    public void A_matrix_of_many_classes_is_cut_and_says_so()
    {
        var matrix = Render<ConfusionMatrixView>(p => p.Add(v => v.Matrix, ChartSamples.Matrix([.. Enumerable.Range(0, 60).Select(i => $"class {i}")])));

        Assert.Equal(50, matrix.FindAll("tbody tr").Count);
        Assert.Equal("The first 50 of 60 classes.", matrix.Find(".matrix__more").TextContent);
    }

    [Fact]
    public void A_strip_has_one_bar_for_each_bin_with_its_range()
    {
        var strip = Render<MiniHistogram>(p => p.Add(v => v.Bins, [new(0, 10, 5), new(10, 20, 1000000), new(20, 30, 0)]).Add(v => v.Type, ColumnType.Integer));

        Assert.Equal(["0 … 10: 5", "10 … 20: 1\u2009000\u2009000", "20 … 30: 0"], strip.FindAll("title").Select(t => t.TextContent));
        Assert.Equal(["1.5", "39", "0"], strip.FindAll("rect.mini__fill").Select(r => r.GetAttribute("height")));
    }

    [Fact]
    public void Frequent_values_stand_with_their_share()
    {
        var bars = Render<MiniBars>(p => p.Add(v => v.Values, [new ValueCount(ChartSamples.Json("<i>a"), 60), new ValueCount(ChartSamples.Json("b"), 20)]).Add(v => v.Total, 100).Add(v => v.Distinct, 12));

        Assert.Equal(["<i>a", "b"], bars.FindAll(".mini-bars__name").Select(e => e.TextContent));
        Assert.Equal(["60 %", "20 %"], bars.FindAll(".mini-bars__share").Select(e => e.TextContent));
        Assert.Equal("10 others", bars.Find(".mini-bars__row--others").TextContent);
    }

    [Fact]
    public void A_sparkline_has_gaps_where_values_are_missing()
    {
        var line = Render<Sparkline>(p => p.Add(v => v.Values, [1, 2, null, double.NaN, 3]));

        Assert.Equal(2, line.Find("path").GetAttribute("d")!.Count(c => c == 'M'));
        Assert.Equal("Curve: from 1 to 3", line.Find("title").TextContent);
        Assert.Equal("Curve: no values", Render<Sparkline>(p => p.Add(v => v.Values, [])).Find("title").TextContent);
    }
}
