using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Training;

namespace MLHub.Web.Models;

public sealed partial class PredictField : ComponentBase
{
    [Parameter, EditorRequired]
    public ModelInput Input { get; set; } = null!;

    [Parameter]
    public string Text { get; set; } = "";

    [Parameter]
    public string? Problem { get; set; }

    [Parameter]
    public string? Warning { get; set; }

    [Parameter]
    public EventCallback<string> OnType { get; set; }

    private string Id => $"input-{Slug.From(Input.Name)}-{(uint)Input.Name.GetHashCode(StringComparison.Ordinal):x}";

    private string? Invalid => Problem is null ? null : "true";

    private string InputType => Input.Type switch
    {
        ColumnType.Date => "date",
        ColumnType.Datetime => "datetime-local",
        ColumnType.Time => "time",
        _ => "text",
    };

    private Task TypeAsync(ChangeEventArgs change) => OnType.InvokeAsync(change.Value?.ToString() ?? "");
}
