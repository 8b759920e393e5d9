using Microsoft.AspNetCore.Components;
using MLHub.Core.Recipes;
using MLHub.Web.Components;

namespace MLHub.Web.Recipes;

public sealed partial class RecipePreviewView : ComponentBase
{
    private const int MaxRemoved = 12;

    /// <summary><c>null</c> until the first one is there; then the newest, also while another is computed.</summary>
    [Parameter]
    public RecipePreview? Preview { get; set; }

    [Parameter]
    public PreviewRows? Rows { get; set; }

    [Parameter]
    public PreviewSide Side { get; set; }

    /// <summary>Key of the step that is looked at.</summary>
    [Parameter]
    public object? Step { get; set; }

    /// <summary>Which state it is, in words.</summary>
    [Parameter]
    public string What { get; set; } = "";

    [Parameter]
    public bool IsComputing { get; set; }

    [Parameter]
    public string? Failure { get; set; }

    [Parameter]
    public SampleKind Sample { get; set; }

    [Parameter]
    public string? Filter { get; set; }

    [Parameter]
    public IReadOnlyList<GridSort> Sort { get; set; } = [];

    [Parameter]
    public EventCallback<IReadOnlyList<GridSort>> OnSort { get; set; }

    [Parameter]
    public EventCallback<PreviewSide> OnSide { get; set; }

    [Parameter]
    public EventCallback<SampleKind> OnSample { get; set; }

    [Parameter]
    public EventCallback<string?> OnFilter { get; set; }

    [Parameter]
    public EventCallback OnRetry { get; set; }

    private string EmptyText => Side == PreviewSide.Changed ? "Nothing of what was there before is changed in the sample." : "No row of the sample is left.";

    private string Pressed(PreviewSide side) => side == Side ? "true" : "false";

    private Task ChooseAsync(ChangeEventArgs change) => OnSample.InvokeAsync(Enum.Parse<SampleKind>(change.Value?.ToString() ?? nameof(SampleKind.First)));
}
