using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Web.Components;

namespace MLHub.Web.Datasets;

/// <summary>All that the profile knows of one column.</summary>
public sealed partial class ColumnDetail : ComponentBase
{
    [Parameter, EditorRequired]
    public required ColumnProfile Profile { get; set; }

    [Parameter, EditorRequired]
    public required long RowCount { get; set; }

    [Parameter]
    public ColumnMeaning? Meaning { get; set; }

    [Parameter]
    public IReadOnlyList<ProfileAlert> Alerts { get; set; } = [];

    [Parameter]
    public IReadOnlyList<(string Column, double Value)> Correlations { get; set; } = [];

    private IEnumerable<(string Name, string Text)> Figures
    {
        get
        {
            yield return ("Values", Format.Count(Profile.Count));
            yield return ("Missing", Profile.Missing == 0 ? "0" : $"{Format.Count(Profile.Missing)} ({Share(Profile.Missing)})");
            yield return ("Distinct", $"{(Profile.DistinctIsExact ? "" : "≈ ")}{Format.Count(Profile.Distinct)}");
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

            if (Profile.MaxLength is { } length)
            {
                yield return ("Longest", DatasetWords.Count(length, "character", "characters"));
            }
        }
    }

    private (string Name, double? Value)[] Numbers =>
    [
        ("Lower quartile", Profile.P25),
        ("Median", Profile.Median),
        ("Mean", Profile.Mean),
        ("Upper quartile", Profile.P75),
        ("Std. deviation", Profile.StdDev),
        ("Zeros", Profile.Zeros),
        ("NaN or infinite", Profile.NotFinite > 0 ? Profile.NotFinite : null),
    ];

    private string HistogramWords
    {
        get
        {
            var highest = Profile.Histogram.MaxBy(b => b.Count);
            return highest is null ? "" : $"Histogram of {Profile.Histogram.Count} bins; most values: {RangeOf(highest)}";
        }
    }

    private string RangeOf(HistogramBin bin) => From(bin) is var from && To(bin) is var to && from == to ? from : $"{from} – {to}";

    private string From(HistogramBin bin) => DatasetWords.BoundText(Profile.Type, IsCentred(bin) ? bin.From + 0.5 : bin.From);

    private string To(HistogramBin bin) => DatasetWords.BoundText(Profile.Type, IsCentred(bin) ? bin.To - 0.5 : bin.To);

    // A bin for one whole number reaches half a step to both sides of it; nobody wants to read "-0.5".
    private bool IsCentred(HistogramBin bin) => Profile.Type is ColumnType.Integer or ColumnType.Text && bin.To - bin.From == 1 && bin.From + 0.5 == Math.Round(bin.From + 0.5);

    private string Share(long cells) => RowCount == 0 ? "0 %" : Format.Percent((double)cells / RowCount);

    private string HeightOf(HistogramBin bin) => bin.Count == 0 ? "0" : Math.Max(1, 100.0 * bin.Count / Profile.Histogram.Max(b => b.Count)).ToString("0.##");

    private string WidthOf(ValueCount value) => (100.0 * value.Count / Math.Max(1, Profile.TopValues[0].Count)).ToString("0.##");
}
