using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Evaluation;
using MLHub.Web.Charts;
using MLHub.Web.Components;

namespace MLHub.Web.Evaluation;

public sealed partial class ClusteringEvaluation : ComponentBase
{
    private EvaluationReport? _drawn;
    private ClusterMapChart? _map;

    [Parameter, EditorRequired]
    public EvaluationReport Report { get; set; } = null!;

    /// <summary>Names the drawings, so that several viewers share them.</summary>
    [Parameter]
    public string? CacheKey { get; set; }

    [Parameter]
    public EventCallback<EvaluationRows> OnRows { get; set; }

    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(_drawn, Report))
        {
            _drawn = Report;
            _map = Report.ClusterMap is { Points.Count: > 0 } map ? new(map) : null;
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Describe(ClusterDifference difference) => difference.Share is { } share
        ? $"{difference.Column} is {difference.Value} in {Format.Percent(share)} (all rows: {Format.Percent(difference.Overall)})"
        : $"{(difference.Strength > 0 ? "higher" : "lower")} {difference.Column}: {difference.Value}, {Math.Abs(difference.Strength).ToString("0.#", CultureInfo.InvariantCulture)} deviations from the average";
}
