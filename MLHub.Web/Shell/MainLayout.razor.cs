using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using MLHub.Core.Common;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;

namespace MLHub.Web.Shell;

/// <summary>The frame: who I am, in which workspace, and where I can go.</summary>
public sealed partial class MainLayout(NavigationManager navigation, WorkspaceService workspaces, CurrentWorkspace current, Shortcuts shortcuts, IJSRuntime scripts) : IAsyncDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private readonly List<IDisposable> _keys = [];
    private IReadOnlyList<WorkspaceView> _workspaces = [];
    private WorkspaceView? _workspace;
    private string? _remembered;
    private string _section = "";
    private Actor? _actor;
    private string? _email;
    private bool _paletteOpen;
    private bool _sheetOpen;
    private HubErrorBoundary? _boundary;
    private DotNetObjectReference<Shortcuts>? _pressed;
    private IJSObjectReference? _module;
    private IJSObjectReference? _listener;

    [CascadingParameter]
    private Task<AuthenticationState> SignedIn { get; set; } = default!;

    private string HomeHref => _workspace is { } here ? HubRoutes.Home(here.Slug) : "/";

    private string SkipHref => "/" + navigation.ToBaseRelativePath(navigation.Uri).Split('#')[0] + "#main";

    public async ValueTask DisposeAsync()
    {
        navigation.LocationChanged -= OnLocationChanged;
        current.Changed -= OnWorkspaceChanged;
        shortcuts.Changed -= OnShortcutsChanged;
        await _gone.CancelAsync();
        _keys.ForEach(k => k.Dispose());
        try
        {
            if (_listener is not null)
            {
                await _listener.InvokeVoidAsync("stop");
                await _listener.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and its listener with it.
        }

        _pressed?.Dispose();
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        navigation.LocationChanged += OnLocationChanged;
        var user = (await SignedIn).User;
        _actor = Caller.ActorOf(user);
        _email = user.FindFirstValue(ClaimTypes.Email) ?? user.FindFirstValue("email");
        _section = HubRoutes.SectionOf(navigation.ToBaseRelativePath(navigation.Uri));
        current.Changed += OnWorkspaceChanged;
        if (_actor is not null)
        {
            _workspaces = (await workspaces.ListAsync(_actor, new(100), _gone.Token)).Items;
            ShowWorkspace();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await StartListeningAsync();
        }

        if (_module is not null && current.Known is { } used && used.Slug != _remembered)
        {
            _remembered = used.Slug;
            await _module.InvokeVoidAsync("remember", _gone.Token, used.Slug);
        }
    }

    private async Task StartListeningAsync()
    {
        Go("g h", "Home", HubRoutes.Home);
        Go("g d", "Datasets", HubRoutes.Datasets);
        Go("g e", "Experiments", HubRoutes.Experiments);
        Go("g m", "Models", HubRoutes.Models);
        Go("g j", "Jobs", HubRoutes.Jobs);
        _keys.Add(shortcuts.Register("/", "Search", OpenPaletteAsync));
        _keys.Add(shortcuts.Register("ctrl+k", "Search or jump to", OpenPaletteAsync));
        _keys.Add(shortcuts.Register("?", "This list", () => InvokeAsync(() => { OpenSheet(); StateHasChanged(); })));
        _keys.Add(shortcuts.Register("Escape", "Close what is on top", () => InvokeAsync(() => { CloseOverlays(); StateHasChanged(); })));
        shortcuts.Changed += OnShortcutsChanged;
        _module = await scripts.InvokeAsync<IJSObjectReference>("import", _gone.Token, "/js/hub.js");
        _pressed = DotNetObjectReference.Create(shortcuts);
        await ListenAsync();
    }

    private void Go(string keys, string description, Func<string, string> address) =>
        _keys.Add(shortcuts.Register(keys, description, () => InvokeAsync(() =>
        {
            if (_workspace is { } here)
            {
                navigation.NavigateTo(address(here.Slug));
            }
        })));

    private async Task ListenAsync()
    {
        if (_module is null)
        {
            return;
        }

        if (_listener is { } old)
        {
            _listener = null;
            await old.InvokeVoidAsync("stop");
            await old.DisposeAsync();
        }

        _listener = await _module.InvokeAsync<IJSObjectReference>("listen", _gone.Token, _pressed, shortcuts.All.Select(s => s.Keys).Distinct().ToArray());
    }

    private void OnShortcutsChanged() => _ = InvokeAsync(ListenAsync);

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(() =>
    {
        _boundary?.Recover();
        CloseOverlays();
        _section = HubRoutes.SectionOf(navigation.ToBaseRelativePath(navigation.Uri));
        StateHasChanged();
    });

    private void OnWorkspaceChanged() => _ = InvokeAsync(() =>
    {
        ShowWorkspace();
        StateHasChanged();
    });

    // Until the page has said where it is: what the address says, else the own workspace.
    private void ShowWorkspace()
    {
        var slug = HubRoutes.WorkspaceOf(navigation.ToBaseRelativePath(navigation.Uri));
        _workspace = current.Known ?? _workspaces.FirstOrDefault(w => w.Slug == slug) ?? (_workspaces is [var own, ..] ? own : null);
    }

    private void OpenPalette() => (_paletteOpen, _sheetOpen) = (true, false);

    private Task OpenPaletteAsync() => InvokeAsync(() =>
    {
        OpenPalette();
        StateHasChanged();
    });

    private void OpenSheet() => (_paletteOpen, _sheetOpen) = (false, true);

    private void CloseOverlays() => (_paletteOpen, _sheetOpen) = (false, false);
}
