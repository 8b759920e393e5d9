using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Web.Charts;
using MLHub.Web.Components;

namespace MLHub.Web.Datasets;

/// <summary>All that the profile knows of one column, and how it goes with another.</summary>
public sealed partial class ColumnDetail : ComponentBase
{
    private const int MaxOthers = 500;
    private static readonly string[] Weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    private ColumnProfile? _known;
    private HistogramChart? _histogram;
    private BoxPlotChart? _box;
    private IReadOnlyList<Chart> _calendar = [];

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Parameter, EditorRequired]
    public required ColumnProfile Profile { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<ColumnProfile> All { get; set; }

    [Parameter, EditorRequired]
    public required Guid DatasetId { get; set; }

    [Parameter, EditorRequired]
    public required int Version { get; set; }

    [Parameter, EditorRequired]
    public required long RowCount { get; set; }

    [Parameter]
    public ColumnMeaning? Meaning { get; set; }

    /// <summary>Nothing where it would say the type once more.</summary>
    private string? MeaningWord => Meaning is { } meaning && DatasetWords.MeaningWord(meaning) is var word && word != DatasetWords.TypeWord(Profile.Type) ? word : null;

    [Parameter]
    public IReadOnlyList<ProfileAlert> Alerts { get; set; } = [];

    [Parameter]
    public IReadOnlyList<(string Column, double Value)> Correlations { get; set; } = [];

    /// <summary>The column that this one is compared with.</summary>
    [Parameter]
    public ColumnProfile? Other { get; set; }

    /// <summary>Address that compares a column with another.</summary>
    [Parameter, EditorRequired]
    public required Func<string, string?, string> OnBy { get; set; }

    [Parameter, EditorRequired]
    public required Func<string, string> FilterAddress { get; set; }

    [Parameter]
    public Func<string, string?, string>? StepAddress { get; set; }

    private IEnumerable<ColumnProfile> Others => All.Where(c => c.Name != Profile.Name && c.Count > 0).Take(MaxOthers);

    private IEnumerable<(ValueCount Value, long UpTo)> Cumulated
    {
        get
        {
            var sum = 0L;
            foreach (var value in Profile.TopValues)
            {
                sum += value.Count;
                yield return (value, sum);
            }
        }
    }

    private IEnumerable<(string Name, string Text)> Figures
    {
        get
        {
            yield return ("Values", Format.Count(Profile.Count));
            yield return ("Missing", Profile.Missing == 0 ? "0" : $"{Format.Count(Profile.Missing)} ({Share(Profile.Missing)})");
            yield return ("Distinct", $"{(Profile.DistinctIsExact ? "" : "≈ ")}{Format.Count(Profile.Distinct)}");
            if (Profile.TopValues is [{ Count: > 1 } mode, ..])
            {
                yield return ("Most frequent", DatasetWords.ValueText(mode.Value));
            }

            if (Profile.Min is not null)
            {
                yield return (Profile.Type == ColumnType.Text ? "First" : "Minimum", DatasetWords.ValueText(Profile.Min));
            }

            foreach (var (name, value) in Numbers.Where(n => n.Value is not null))
            {
                yield return (name, DatasetWords.NumberText(value));
            }

            if (Profile.Max is not null)
            {
                yield return (Profile.Type == ColumnType.Text ? "Last" : "Maximum", DatasetWords.ValueText(Profile.Max));
            }

            foreach (var (name, count) in Counts.Where(c => c.Count is not null))
            {
                yield return (name, Format.Count(count.GetValueOrDefault()));
            }

            if (Profile.MaxLength is { } length)
            {
                yield return ("Longest", DatasetWords.Count(length, "character", "characters"));
            }

            if (Profile.Text is { } text)
            {
                yield return ("Shortest", DatasetWords.Count(text.ShortestLength, "character", "characters"));
                yield return ("Mean length", text.MeanLength.ToString("0.#", CultureInfo.InvariantCulture));
            }

            if (Profile.Moments is { } moments)
            {
                if (moments is { LongestGapFrom: { } from, LongestGapTo: { } to })
                {
                    yield return ("Longest gap", $"{from} to {to}");
                }

                if (moments.EmptyDays is { } days)
                {
                    yield return ("Days without a row", Format.Count(days));
                }
            }
        }
    }

    private (string Name, double? Value)[] Numbers =>
    [
        ("1 %", Profile.P1),
        ("5 %", Profile.P5),
        ("Lower quartile", Profile.P25),
        ("Median", Profile.Median),
        ("Mean", Profile.Mean),
        ("Upper quartile", Profile.P75),
        ("95 %", Profile.P95),
        ("99 %", Profile.P99),
        ("Interquartile range", Profile.P75 - Profile.P25),
        ("Std. deviation", Profile.StdDev),
        ("Skewness", Profile.Skewness),
        ("Excess kurtosis", Profile.Kurtosis),
    ];

    private (string Name, long? Count)[] Counts =>
    [
        ("Zeros", Profile.Zeros),
        ("Negative", Profile.Negatives),
        ("Outliers (1.5 × IQR)", Profile.Outliers),
        ("NaN or infinite", Profile.NotFinite > 0 ? Profile.NotFinite : null),
        ("Rare values", Profile.Rare?.Values),
    ];

    protected override void OnParametersSet()
    {
        if (ReferenceEquals(_known, Profile))
        {
            return;
        }

        _known = Profile;
        _histogram = Profile.Histogram.Count > 0 ? new(Profile) : null;
        _box = Profile is { P25: { } low, Median: { } middle, P75: { } high, LowFence: { } least, HighFence: { } most } && Number(Profile.Min) is { } min && Number(Profile.Max) is { } max && max > min
            ? new(Profile.Name, Profile.Type, [new("", Math.Max(least, min), low, middle, high, Math.Min(most, max), Profile.Count)])
            : null;
        _calendar = Profile.Moments is { } moments ? [.. Calendar(moments)] : [];
    }

    private static IEnumerable<Chart> Calendar(MomentFigures moments)
    {
        if (moments.ByMonth.Any(c => c > 0))
        {
            yield return new CategoryBarsChart("By month", Months, moments.ByMonth);
            yield return new CategoryBarsChart("By weekday", Weekdays, moments.ByWeekday);
        }

        if (moments.ByHour.Any(c => c > 0))
        {
            yield return new CategoryBarsChart("By hour", [.. Enumerable.Range(0, 24).Select(h => $"{h}")], moments.ByHour);
        }
    }

    private static double? Number(System.Text.Json.JsonElement? value) => value is { ValueKind: System.Text.Json.JsonValueKind.Number } number ? number.GetDouble() : null;

    private void Compare(ChangeEventArgs change) => Navigation.NavigateTo(OnBy(Profile.Name, change.Value?.ToString() is { Length: > 0 } other ? other : null));

    private string Share(long cells) => RowCount == 0 ? "0 %" : Format.Percent((double)cells / RowCount);

    private string WidthOf(ValueCount value) => (100.0 * value.Count / Math.Max(1, Profile.TopValues[0].Count)).ToString("0.##", CultureInfo.InvariantCulture);
}
