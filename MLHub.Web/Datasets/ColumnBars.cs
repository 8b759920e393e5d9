using System.Globalization;
using System.Text;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Web.Datasets;

/// <summary>Bars of a profile as one SVG path, since the header of a wide table carries many of them, and what choosing one of them filters.</summary>
internal static class ColumnBars
{
    private const double Gap = 0.12;
    private const int FewestSlots = 4;

    /// <summary>Quantities and moments by their histogram, classes by their values; texts whose frequent values are few of all by their length.</summary>
    public static bool ShowsHistogram(ColumnProfile profile) => profile.Histogram.Count > 0
        && (profile.Type is not (ColumnType.Text or ColumnType.Boolean) || profile.TopValues.Sum(v => v.Count) * 2 < profile.Count);

    public static IReadOnlyList<long> Counts(ColumnProfile profile) =>
        ShowsHistogram(profile) ? [.. profile.Histogram.Select(b => b.Count)] : [.. profile.TopValues.Select(v => v.Count)];

    /// <summary>Few classes get bars of a column's breadth, not of half the picture's.</summary>
    public static int Slots(int bars) => Math.Max(bars, FewestSlots);

    public static string Path(ColumnProfile profile, double width, double height, (int From, int To)? part = null)
    {
        var counts = Counts(profile);
        var highest = counts.DefaultIfEmpty().Max();
        if (highest == 0)
        {
            return "";
        }

        var step = width / Slots(counts.Count);
        var path = new StringBuilder();
        for (var i = Math.Max(0, part?.From ?? 0); i <= Math.Min(counts.Count - 1, part?.To ?? counts.Count - 1); i++)
        {
            if (counts[i] > 0)
            {
                var tall = Math.Max(1, height * counts[i] / highest);
                path.Append(CultureInfo.InvariantCulture, $"M{(i * step) + (step * Gap / 2):0.##} {height:0.##}v-{tall:0.##}h{step * (1 - Gap):0.##}v{tall:0.##}z");
            }
        }

        return path.ToString();
    }

    /// <summary>The condition that keeps the rows of some bars; <c>null</c> when a bar cannot be told by one.</summary>
    public static string? Condition(ColumnProfile profile, int from, int to)
    {
        var name = RowFilterText.Name(profile.Name);
        if (!ShowsHistogram(profile))
        {
            var values = profile.TopValues.Skip(from).Take(to - from + 1).Select(v => v.Value).ToList();
            return values.Count == 0 || values.Any(v => v.ValueKind == JsonValueKind.String && v.GetString()!.EndsWith('…')) ? null
                : values.Count == 1 ? $"{name} = {Literal(values[0])}"
                : $"{name} in ({string.Join(", ", values.Select(Literal))})";
        }

        if (from >= profile.Histogram.Count)
        {
            return null;
        }

        var (first, last) = (profile.Histogram[from], profile.Histogram[Math.Min(to, profile.Histogram.Count - 1)]);
        name = profile.Type == ColumnType.Text ? $"{name} length" : name;
        if (profile.Type is ColumnType.Integer or ColumnType.Text)
        {
            var (low, high) = (Math.Ceiling(first.From), to >= profile.Histogram.Count - 1 ? Math.Floor(last.To) : Math.Ceiling(last.To) - 1);
            return low == high ? $"{name} = {RowFilterText.Number(low)}" : $"{name} between {RowFilterText.Number(low)} and {RowFilterText.Number(high)}";
        }

        if (first.From == last.To)
        {
            return Bound(profile.Type, first.From) is { } only ? $"{name} = {only}" : null;
        }

        // A bin holds its lower bound, the last one also its upper.
        var end = to >= profile.Histogram.Count - 1 ? "<=" : "<";
        return (Bound(profile.Type, first.From), Bound(profile.Type, last.To)) is ({ } lower, { } upper) ? $"({name} >= {lower} and {name} {end} {upper})" : null;
    }

    /// <summary>The bars that a condition of a filter stands for.</summary>
    public static (int From, int To)? Selected(ColumnProfile profile, string condition)
    {
        if (!condition.Contains(RowFilterText.Name(profile.Name), StringComparison.Ordinal))
        {
            return null;
        }

        var bars = Counts(profile).Count;
        for (var from = 0; from < bars; from++)
        {
            for (var to = from; to < bars; to++)
            {
                if (Condition(profile, from, to) == condition)
                {
                    return (from, to);
                }
            }
        }

        return null;
    }

    public static bool IsCondition(ColumnProfile profile, string condition) => Selected(profile, condition) is not null;

    private static string Literal(JsonElement value) => value.ValueKind == JsonValueKind.String ? RowFilterText.Text(value.GetString()!) : value.GetRawText();

    private static string? Bound(ColumnType type, double value) => type switch
    {
        ColumnType.Number => RowFilterText.Number(value),
        ColumnType.Date when value is > -719_162 and < 2_932_896 => RowFilterText.Text(DateTime.UnixEpoch.AddDays(Math.Ceiling(value)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        ColumnType.Datetime when value / 86_400 is > -719_162 and < 2_932_896 =>
            RowFilterText.Text(DateTime.UnixEpoch.AddMicroseconds(Math.Round(value * 1_000_000)).ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture)),
        ColumnType.Time when value is >= 0 and < 86_400 => RowFilterText.Text(DateTime.UnixEpoch.AddMicroseconds(Math.Round(value * 1_000_000)).ToString("HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture)),
        _ => null,
    };
}
