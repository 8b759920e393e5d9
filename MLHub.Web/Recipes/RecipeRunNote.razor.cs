using Microsoft.AspNetCore.Components;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Web.Components;

namespace MLHub.Web.Recipes;

public sealed partial class RecipeRunNote : ComponentBase
{
    [Parameter, EditorRequired]
    public required Guid DatasetId { get; set; }

    [Parameter, EditorRequired]
    public required DatasetVersionView Made { get; set; }

    [Parameter]
    public JobView? Job { get; set; }

    [Parameter]
    public EventCallback OnCancel { get; set; }

    [Parameter]
    public EventCallback OnDismiss { get; set; }

    private string? Css => Made.State == DatasetVersionState.Failed ? "is-bad" : null;

    private string Word => Made.State switch
    {
        DatasetVersionState.Ready => "ready",
        DatasetVersionState.Failed => "failed",
        _ => Job?.State == JobState.Queued ? "queued" : "making",
    };

    private string Text => Made.State switch
    {
        DatasetVersionState.Ready => $"Version {Made.Number} is ready: {RecipeWords.Counted(Made.RowCount, "row")}, {RecipeWords.Counted(Made.ColumnCount, "column")}.",
        DatasetVersionState.Failed => $"Version {Made.Number} could not be made. {Made.Error} The steps are still here.",
        _ when Job?.State == JobState.Queued => $"Version {Made.Number} waits for a free worker. You can leave this page.",
        _ => $"Making version {Made.Number} on all rows… {Format.Percent(Job?.Progress ?? 0)}. You can leave this page.",
    };
}
