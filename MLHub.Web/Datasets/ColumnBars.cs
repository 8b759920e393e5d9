using System.Globalization;
using System.Text;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Web.Datasets;

/// <summary>Bars of a profile as one SVG path: the header of a wide table carries many of them.</summary>
internal static class ColumnBars
{
    private const double Gap = 0.12;

    /// <summary>Quantities and moments by their histogram, classes by their values; texts whose frequent values are few of all by their length.</summary>
    public static bool ShowsHistogram(ColumnProfile profile) => profile.Histogram.Count > 0
        && (profile.Type is not (ColumnType.Text or ColumnType.Boolean) || profile.TopValues.Sum(v => v.Count) * 2 < profile.Count);

    public static IReadOnlyList<long> Counts(ColumnProfile profile) =>
        ShowsHistogram(profile) ? [.. profile.Histogram.Select(b => b.Count)] : [.. profile.TopValues.Select(v => v.Count)];

    public static string Path(ColumnProfile profile, double width, double height)
    {
        var counts = Counts(profile);
        var highest = counts.DefaultIfEmpty().Max();
        if (highest == 0)
        {
            return "";
        }

        // Few classes get bars of a column's breadth, not of half the picture's.
        var step = width / Math.Max(counts.Count, 4);
        var path = new StringBuilder();
        for (var i = 0; i < counts.Count; i++)
        {
            if (counts[i] > 0)
            {
                var tall = Math.Max(1, height * counts[i] / highest);
                path.Append(CultureInfo.InvariantCulture, $"M{(i * step) + (step * Gap / 2):0.##} {height:0.##}v-{tall:0.##}h{step * (1 - Gap):0.##}v{tall:0.##}z");
            }
        }

        return path.ToString();
    }
}
