using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Web.Components;

namespace MLHub.Web.Home;

public sealed partial class HomePart<TValue> : HubPage
{
    private TValue? _value;
    private string? _failure;
    private bool _isRead;
    private (Guid, object?)? _readFor;

    [Inject]
    private ILogger<HomePart<TValue>> Log { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    [Parameter, EditorRequired]
    public Guid WorkspaceId { get; set; }

    [Parameter, EditorRequired]
    public Func<Actor, Task<TValue>> Load { get; set; } = null!;

    [Parameter, EditorRequired]
    public RenderFragment<TValue> ChildContent { get; set; } = null!;

    /// <summary>Links at the end of the heading.</summary>
    [Parameter]
    public RenderFragment? End { get; set; }

    /// <summary>What the values depend on beside the workspace; they are read anew when it changes.</summary>
    [Parameter]
    public object? Key { get; set; }

    /// <summary>Whether there is nothing worth a panel.</summary>
    [Parameter]
    public Func<TValue, bool>? IsHidden { get; set; }

    /// <summary>Takes no room while it is read: it is mostly hidden afterwards.</summary>
    [Parameter]
    public bool IsQuiet { get; set; }

    protected override Task OnParametersSetAsync()
    {
        Listen(Topic.Workspace(WorkspaceId));
        if (_readFor == (WorkspaceId, Key))
        {
            return Task.CompletedTask;
        }

        _readFor = (WorkspaceId, Key);
        return ReadAsync();
    }

    protected override Task RefreshAsync() => ReadAsync();

    private async Task ReadAsync()
    {
        var wanted = _readFor;
        try
        {
            var value = await Load(await ActorAsync());
            if (wanted == _readFor)
            {
                (_value, _isRead, _failure) = (value, true, null);
            }
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
        catch (Exception broken) when (!IsGone)
        {
            // One broken part must not take the page down.
            CouldNotRead(Log, broken, Title);
            _failure = "This could not be read just now.";
        }
    }

    [LoggerMessage(LogLevel.Error, "The part {Title} of the home page could not be read")]
    private static partial void CouldNotRead(ILogger log, Exception broken, string title);
}
