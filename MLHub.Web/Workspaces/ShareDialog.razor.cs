using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Workspaces;
using MLHub.Web.Accounts;
using MudBlazor;

namespace MLHub.Web.Workspaces;

/// <summary>Shows a thing to people outside of its workspace, and says who can see it and why.</summary>
public sealed partial class ShareDialog : ComponentBase
{
    private Page<ThingReader>? _readers;
    private Visibility _visibility;
    private string _email = "";
    private WorkspaceRole _role = WorkspaceRole.Reader;
    private string? _problem;
    private string? _failure;
    private bool _isBusy;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [Inject]
    private CurrentActor Actors { get; set; } = null!;

    [Parameter, EditorRequired]
    public ShareQuestion Question { get; set; } = null!;

    public static async Task ShowAsync(IDialogService dialogs, ShareQuestion question) =>
        await (await dialogs.ShowAsync<ShareDialog>("Share", new DialogParameters<ShareDialog> { { d => d.Question, question } })).Result;

    protected override async Task OnInitializedAsync()
    {
        _visibility = Question.Visibility;
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        try
        {
            _readers = await Question.Readers(await Actors.GetAsync(), new(200));
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private Task ShowAsync(Visibility visibility) => DoAsync(async actor =>
    {
        await Question.Show(actor, visibility);
        _visibility = visibility;
    });

    private Task AddAsync() => DoAsync(async actor =>
    {
        await Question.Put(actor, _email, _role);
        _email = "";
    });

    private Task RemoveAsync(ThingReader reader) => DoAsync(actor => Question.Remove(actor, reader.UserId));

    private async Task DoAsync(Func<Actor, Task> action)
    {
        _isBusy = true;
        _problem = null;
        try
        {
            await action(await Actors.GetAsync());
            await LoadAsync();
        }
        catch (HubException refused)
        {
            _problem = refused.Message;
        }
        finally
        {
            _isBusy = false;
        }
    }
}

/// <summary>What is shared, and how.</summary>
/// <param name="Word"><c>dataset</c>, <c>model</c>.</param>
/// <param name="WhatIsShown">What everybody sees of it once it is public.</param>
public sealed record ShareQuestion(string Word, string Name, Visibility Visibility, bool MayManage, string Link, string WhatIsShown)
{
    public required Func<Actor, PageRequest, Task<Page<ThingReader>>> Readers { get; init; }

    public required Func<Actor, Visibility, Task> Show { get; init; }

    public required Func<Actor, string, WorkspaceRole, Task> Put { get; init; }

    public required Func<Actor, Guid, Task> Remove { get; init; }

    /// <summary>For one kind of thing, through its service.</summary>
    public static ShareQuestion Of<T>(SharingService<T> sharing, Guid thingId, string word, string name, Visibility visibility, WorkspaceRole? role, string link, string whatIsShown) where T : class, IShareable =>
        new(word, name, visibility, role >= WorkspaceRole.Manager, link, whatIsShown)
        {
            Readers = (actor, page) => sharing.ReadersAsync(actor, thingId, page, CancellationToken.None),
            Show = (actor, wanted) => sharing.ShowAsync(actor, thingId, wanted, CancellationToken.None),
            Put = (actor, email, wanted) => sharing.PutAsync(actor, thingId, email, wanted, CancellationToken.None),
            Remove = (actor, userId) => sharing.RemoveAsync(actor, thingId, userId, CancellationToken.None),
        };
}
