using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Experiments;
using MLHub.Core.Training;
using MLHub.Web.Components;

namespace MLHub.Web.Experiments;

public sealed partial class RunPredictionsView : ComponentBase
{
    public const int PageSize = 50;

    private static readonly string[] AllParts = ["train", "validation", "test"];

    [Parameter, EditorRequired]
    public PredictionPage Page { get; set; } = null!;

    [Parameter, EditorRequired]
    public RunView Run { get; set; } = null!;

    [Parameter, EditorRequired]
    public PredictionPlace Place { get; set; } = null!;

    [Parameter]
    public EventCallback<PredictionPlace> OnGo { get; set; }

    private bool IsRegression => Run.Training.Configuration.Task == TrainingTask.Regression;

    private Guid DatasetId => Run.Training.Dataset.Id;

    private int DatasetVersion => Run.Training.Dataset.Version;

    private IEnumerable<string> Parts => AllParts.Where(p => p == Page.Part || Run.Result?.Rows.GetValueOrDefault(p) > 0);

    private Task GoAsync(PredictionPlace place) => OnGo.InvokeAsync(place);

    private Task FilterAsync(PredictionFilter filter) => GoAsync(Place with { Offset = 0, Filter = filter });

    private TrainingTask Question => Run.Configuration!.Task;

    private bool HasActual => Page.Columns.Contains("actual");

    private (PredictionFilter Filter, string Text)[] Filters => Question switch
    {
        TrainingTask.Binary => [(PredictionFilter.All, "All"), (PredictionFilter.Wrong, "Wrong"), (PredictionFilter.ConfidentWrong, "Sure and wrong"), (PredictionFilter.NearThreshold, "Near the threshold")],
        TrainingTask.Multiclass => [(PredictionFilter.All, "All"), (PredictionFilter.Wrong, "Wrong"), (PredictionFilter.ConfidentWrong, "Sure and wrong"), (PredictionFilter.NearThreshold, "Undecided")],
        TrainingTask.Anomaly => [(PredictionFilter.All, "All"), (PredictionFilter.Flagged, "Unusual")],
        _ => [],
    };

    private string Sorting => Question switch
    {
        TrainingTask.Regression => "Largest errors first",
        TrainingTask.Clustering => "Farthest out first",
        TrainingTask.Anomaly => "Most unusual first",
        _ => "Surest first",
    };

    private string Summary
    {
        get
        {
            var cell = (Place.Actual, Place.Predicted) switch
            {
                ({ } a, { } p) => $", “{a}” called “{p}”",
                ({ } a, null) => $" of “{a}”",
                (null, { } p) => Question == TrainingTask.Clustering ? $" in group {p}" : $" called “{p}”",
                _ => "",
            };
            return Page.MatchedRows == Page.TotalRows ? $"{Format.Count(Page.TotalRows)} rows of the {Page.Part} part" : $"{Format.Count(Page.MatchedRows)} of {Format.Count(Page.TotalRows)} rows of the {Page.Part} part{cell}";
        }
    }

    private string Title(string column)
    {
        if (column.StartsWith("probability_", StringComparison.Ordinal)
            && int.TryParse(column.AsSpan("probability_".Length), CultureInfo.InvariantCulture, out var index) && Run.Result?.Classes is { } classes && index < classes.Count)
        {
            return $"p({classes[index]})";
        }

        return column switch
        {
            "score" when Question == TrainingTask.Clustering => "Distance to the centre",
            "predicted" when Question == TrainingTask.Clustering => "Group",
            "predicted" when Question == TrainingTask.Anomaly => "Unusual",
            "actual" when Question == TrainingTask.Anomaly => "Label",
            "score" when Run.Training.Configuration.Task == TrainingTask.Binary => $"p({Run.Result?.PositiveClass ?? "positive"})",
            _ => $"{char.ToUpperInvariant(column[0])}{column[1..]}",
        };
    }

    private string Cell(string column, object? value) => value switch
    {
        null => "∅",
        double number when IsRegression || column is not ("actual" or "predicted") => Format.Metric(number),
        bool flag => flag ? "true" : "false",
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string? Exact(object? value) => value is double number ? number.ToString("R", CultureInfo.InvariantCulture) : null;

    private object? Of(IReadOnlyList<object?> row, string column)
    {
        for (var i = 0; i < Page.Columns.Count; i++)
        {
            if (Page.Columns[i] == column)
            {
                return row[i];
            }
        }

        return null;
    }

    private bool IsWrong(IReadOnlyList<object?> row) => Question is TrainingTask.Binary or TrainingTask.Multiclass
        && !string.Equals(Convert.ToString(Of(row, "actual"), CultureInfo.InvariantCulture), Convert.ToString(Of(row, "predicted"), CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private double? Error(IReadOnlyList<object?> row) =>
        Of(row, "actual") is IConvertible actual && Of(row, "predicted") is IConvertible predicted
            ? actual.ToDouble(CultureInfo.InvariantCulture) - predicted.ToDouble(CultureInfo.InvariantCulture)
            : null;
}

/// <summary>Which predictions are looked at; stands in the address.</summary>
public sealed record PredictionPlace(
    long Offset, string? Part, PredictionFilter Filter = PredictionFilter.All, bool WorstFirst = false, string? Actual = null, string? Predicted = null, double? Threshold = null)
{
    private static readonly Dictionary<string, PredictionFilter> _words = new()
    {
        ["wrong"] = PredictionFilter.Wrong,
        ["confident-wrong"] = PredictionFilter.ConfidentWrong,
        ["near-threshold"] = PredictionFilter.NearThreshold,
        ["flagged"] = PredictionFilter.Flagged,
    };

    public static IReadOnlyCollection<string> FilterWords => _words.Keys;

    /// <returns><c>null</c> for a word that is none.</returns>
    public static PredictionFilter? FilterOf(string? word) =>
        string.IsNullOrEmpty(word) ? PredictionFilter.All : _words.TryGetValue(word, out var filter) ? filter : null;

    public static string? WordOf(PredictionFilter filter) => _words.FirstOrDefault(w => w.Value == filter).Key;

    public PredictionQuery ToQuery(int limit) =>
        new() { Offset = Offset, Limit = limit, Part = Part, Filter = Filter, WorstFirst = WorstFirst, Actual = Actual, Predicted = Predicted, Threshold = Threshold };
}
