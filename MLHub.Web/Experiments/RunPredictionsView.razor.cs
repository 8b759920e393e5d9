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

    [Parameter]
    public long Offset { get; set; }

    [Parameter]
    public bool OnlyWrong { get; set; }

    [Parameter]
    public bool WorstFirst { get; set; }

    [Parameter]
    public EventCallback<PredictionPlace> OnGo { get; set; }

    private bool IsRegression => Run.Training.Configuration.Task == TrainingTask.Regression;

    private Guid DatasetId => Run.Training.Dataset.Id;

    private int DatasetVersion => Run.Training.Dataset.Version;

    private IEnumerable<string> Parts => AllParts.Where(p => p == Page.Part || Run.Result?.Rows.GetValueOrDefault(p) > 0);

    private Task GoAsync(long offset, string? part, bool onlyWrong, bool worstFirst) => OnGo.InvokeAsync(new(offset, part, onlyWrong, worstFirst));

    private string Title(string column)
    {
        if (column.StartsWith("probability_", StringComparison.Ordinal)
            && int.TryParse(column.AsSpan("probability_".Length), CultureInfo.InvariantCulture, out var index) && Run.Result?.Classes is { } classes && index < classes.Count)
        {
            return $"p({classes[index]})";
        }

        return column switch
        {
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

    private bool IsWrong(IReadOnlyList<object?> row) => !IsRegression
        && !string.Equals(Convert.ToString(Of(row, "actual"), CultureInfo.InvariantCulture), Convert.ToString(Of(row, "predicted"), CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private double? Error(IReadOnlyList<object?> row) =>
        Of(row, "actual") is IConvertible actual && Of(row, "predicted") is IConvertible predicted
            ? actual.ToDouble(CultureInfo.InvariantCulture) - predicted.ToDouble(CultureInfo.InvariantCulture)
            : null;
}

/// <summary>Which predictions are looked at; stands in the address.</summary>
public sealed record PredictionPlace(long Offset, string? Part, bool OnlyWrong, bool WorstFirst);
