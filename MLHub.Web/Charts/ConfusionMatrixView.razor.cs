using Microsoft.AspNetCore.Components;
using MLHub.Core.Evaluation;

namespace MLHub.Web.Charts;

/// <summary>A confusion matrix as a table: counts, share of the row, shaded by the share. Names stay in sight while it scrolls.</summary>
public sealed partial class ConfusionMatrixView : ComponentBase
{
    public const int MaxClasses = 50;

    [Parameter, EditorRequired]
    public required ConfusionMatrix Matrix { get; set; }

    /// <summary>A cell with rows was chosen; without a receiver cells are no buttons.</summary>
    [Parameter]
    public EventCallback<ConfusionCell> OnCell { get; set; }

    private int Size => Math.Min(Matrix.Labels.Count, MaxClasses);

    private string Name(int index) => ChartText.Name(Matrix.Labels[index], 40);

    private long Count(int actual, int predicted) => actual < Matrix.Counts.Count && predicted < Matrix.Counts[actual].Count ? Matrix.Counts[actual][predicted] : 0;

    private long Sum(int actual) => actual < Matrix.Counts.Count ? Matrix.Counts[actual].Sum() : 0;

    // A class without rows has no shares.
    private double Share(int actual, int predicted) => Sum(actual) is var sum and > 0 ? (double)Count(actual, predicted) / sum : double.NaN;

    private string Percent(int actual, int predicted) => (Share(actual, predicted) is var share && double.IsFinite(share) ? share * 100 : 0).ToString("0.#");

    private string Describe(int actual, int predicted) =>
        $"{ChartText.Count(Count(actual, predicted))} rows of {Matrix.Labels[actual]} called {Matrix.Labels[predicted]} ({ChartText.Percent(Share(actual, predicted))})";
}
