using MLHub.Core.Experiments;

namespace MLHub.Tests.Experiments;

public sealed class CurveThinningTests
{
    [Fact]
    public void A_short_curve_stays_as_it_is()
    {
        var points = Points(100, i => i);

        Assert.Same(points, CurveThinning.Thin(points, 100));
    }

    [Fact]
    public void A_long_curve_keeps_its_ends_and_its_peaks()
    {
        var points = Points(100_000, i => i == 54_321 ? 1e6 : i == 12_345 ? -1e6 : Math.Sin(i));

        var thin = CurveThinning.Thin(points, 500);

        Assert.InRange(thin.Count, 100, 500);
        Assert.Equal(0, thin[0].Step);
        Assert.Equal(99_999, thin[^1].Step);
        Assert.Contains(thin, p => p.Step == 54_321);
        Assert.Contains(thin, p => p.Step == 12_345);
        Assert.Equal(thin.OrderBy(p => p.Step), thin);
    }

    [Fact]
    public void Gaps_do_not_hide_a_peak()
    {
        var points = Points(1000, i => i == 500 ? 7 : null);

        Assert.Contains(CurveThinning.Thin(points, 40), p => p.Value == 7);
    }

    private static List<MetricPointView> Points(int count, Func<int, double?> value) =>
        [.. Enumerable.Range(0, count).Select(i => new MetricPointView(i, value(i), DateTime.UnixEpoch))];
}
