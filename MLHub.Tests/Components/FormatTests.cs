using MLHub.Web.Components;

namespace MLHub.Tests.Components;

public sealed class FormatTests
{
    [Theory]
    [InlineData(null, "—")]
    [InlineData(0.0, "0")]
    [InlineData(0.871436, "0.8714")]
    [InlineData(0.5, "0.5")]
    [InlineData(-0.0123456, "-0.01235")]
    [InlineData(12.3456, "12.35")]
    [InlineData(545.34, "545.3")]
    [InlineData(53940.0, "53,940")]
    [InlineData(0.00001234, "1.234e-05")]
    [InlineData(123456789.0, "1.235e+08")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "∞")]
    [InlineData(0.99999, "1")]
    public void A_metric_has_four_significant_digits(double? value, string text) => Assert.Equal(text, Format.Metric(value));

    [Theory]
    [InlineData(0L, "0 B")]
    [InlineData(999L, "999 B")]
    [InlineData(1000L, "1.0 kB")]
    [InlineData(44_300L, "44 kB")]
    [InlineData(999_600L, "1.0 MB")]
    [InlineData(3_140_000L, "3.1 MB")]
    [InlineData(5_000_000_000L, "5.0 GB")]
    public void Bytes_have_the_nearest_unit(long bytes, string text) => Assert.Equal(text, Format.Bytes(bytes));

    [Theory]
    [InlineData(0.12, "120 ms")]
    [InlineData(4.23, "4.2 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(59.6, "1 m 00 s")]
    [InlineData(192.0, "3 m 12 s")]
    [InlineData(3840.0, "1 h 04 m")]
    [InlineData(90000.0, "1 d 01 h")]
    [InlineData(-3.0, "0 ms")]
    public void A_duration_has_two_units(double seconds, string text) => Assert.Equal(text, Format.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void An_unknown_duration_is_a_dash() => Assert.Equal("—", Format.Duration(null));

    [Theory]
    [InlineData(0.0, "0 %")]
    [InlineData(0.00001, "<0.1 %")]
    [InlineData(0.4869, "48.7 %")]
    [InlineData(0.9999, ">99.9 %")]
    [InlineData(1.0, "100 %")]
    public void A_share_that_is_not_all_never_looks_like_all(double share, string text) => Assert.Equal(text, Format.Percent(share));

    [Theory]
    [InlineData(5, "just now")]
    [InlineData(60, "1 min ago")]
    [InlineData(7 * 60, "7 min ago")]
    [InlineData(2 * 3600 + 1800, "2 h ago")]
    [InlineData(3 * 86400, "3 d ago")]
    [InlineData(200 * 86400, "5 May")]
    [InlineData(500 * 86400, "9 Jul 2025")]
    public void The_past_is_told_from_now(int secondsAgo, string text)
    {
        var now = new DateTime(2026, 11, 21, 12, 0, 0, DateTimeKind.Utc);

        Assert.Equal(text, Format.Ago(now.AddSeconds(-secondsAgo), now));
    }
}
