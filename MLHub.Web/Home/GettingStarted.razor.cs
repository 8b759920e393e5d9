using Microsoft.AspNetCore.Components;
using MLHub.Core.Home;

namespace MLHub.Web.Home;

public sealed partial class GettingStarted : ComponentBase
{
    [Parameter, EditorRequired]
    public WorkspaceProgress State { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Slug { get; set; } = "";

    [Parameter, EditorRequired]
    public Guid WorkspaceId { get; set; }

    [Parameter]
    public EventCallback OnHide { get; set; }

    [Parameter]
    public bool MayEdit { get; set; }

    private int Done => Steps.Count(s => s.IsDone);

    private Step? Next => Steps.FirstOrDefault(s => !s.IsDone);

    private List<Step> Steps =>
    [
        new(1, "Upload data", "CSV, Excel, JSON or Parquet; each row is one case.", "Upload data", State.HasData, $"/w/{Slug}/datasets"),
        new(2, "Look at it", "Rows, types, missing values and how each column lies.", "Open the dataset", State.HasLooked || State.HasTrained, State.ReadyDatasetId is { } look ? $"/datasets/{look:N}?tab=profile" : null),
        new(3, "Train a model", "Choose the column to predict; the rest has sensible defaults.", "Train", State.HasTrained, State.ReadyDatasetId is { } train ? $"/datasets/{train:N}/train" : null),
        new(4, "Keep it and predict", "Save the run as a model version, then try it with a form or over REST.", "Open the run", State.Models > 0, State.FinishedRunId is { } run ? $"/runs/{run:N}" : null),
    ];

    private sealed record Step(int Number, string Title, string Text, string Button, bool IsDone, string? Href);
}
