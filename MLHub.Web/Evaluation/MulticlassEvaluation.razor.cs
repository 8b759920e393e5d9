using Microsoft.AspNetCore.Components;
using MLHub.Core.Evaluation;
using MLHub.Web.Charts;

namespace MLHub.Web.Evaluation;

public sealed partial class MulticlassEvaluation : ComponentBase
{
    private EvaluationReport? _drawn;
    private RocChart? _roc;

    [Parameter, EditorRequired]
    public EvaluationReport Report { get; set; } = null!;

    /// <summary>Names the drawings, so that several viewers share them.</summary>
    [Parameter]
    public string? CacheKey { get; set; }

    [Parameter]
    public EventCallback<EvaluationRows> OnRows { get; set; }

    private Task ShowAsync(ConfusionCell cell) => OnRows.InvokeAsync(new(Report.ConfusionMatrix!.Labels[cell.Actual], Report.ConfusionMatrix.Labels[cell.Predicted]));

    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(_drawn, Report))
        {
            _drawn = Report;
            _roc = Report.OneVersusRest is { Count: > 0 } curves ? new(curves) : null;
        }
    }
}
