using Microsoft.AspNetCore.Components;
using MLHub.Core.Experiments;

namespace MLHub.Web.Experiments;

public sealed partial class RunNotes : ComponentBase
{
    private string _tag = "";
    private string? _draft;

    [Parameter, EditorRequired]
    public RunView Run { get; set; } = null!;

    [Parameter]
    public bool MayEdit { get; set; }

    [Parameter]
    public EventCallback<KeyValuePair<string, string>> OnTag { get; set; }

    [Parameter]
    public EventCallback<string> OnUntag { get; set; }

    [Parameter]
    public EventCallback<string> OnNote { get; set; }

    private async Task TagAsync()
    {
        var parts = _tag.Split(':', 2, StringSplitOptions.TrimEntries);
        if (parts[0].Length > 0)
        {
            _tag = "";
            await OnTag.InvokeAsync(new(parts[0], parts.ElementAtOrDefault(1) ?? ""));
        }
    }

    private async Task SaveAsync()
    {
        var note = _draft ?? "";
        _draft = null;
        await OnNote.InvokeAsync(note);
    }
}
