using Microsoft.AspNetCore.Components;
using MLHub.Core.Home;
using MLHub.Web.Accounts;

namespace MLHub.Web.Shell;

/// <summary>Notes that the page of something was opened, once per thing. Draws nothing.</summary>
public sealed class VisitMark : ComponentBase
{
    private Guid _noted;

    [Inject]
    private VisitService Visits { get; set; } = null!;

    [Inject]
    private CurrentActor Actors { get; set; } = null!;

    [Parameter, EditorRequired]
    public VisitKind Kind { get; set; }

    [Parameter, EditorRequired]
    public Guid Id { get; set; }

    [Parameter, EditorRequired]
    public Guid WorkspaceId { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_noted == Id)
        {
            return;
        }

        _noted = Id;
        if (await Actors.FindAsync() is { } actor)
        {
            await Visits.NoteAsync(actor, Kind, Id, WorkspaceId, CancellationToken.None);
        }
    }
}
