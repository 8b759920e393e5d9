using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MLHub.Core.Common;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;

namespace MLHub.Web.Shell;

/// <summary>Ctrl+K: every place and every thing of the workspace, by name.</summary>
public sealed partial class CommandPalette(NavigationManager navigation, ShellSearch search, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan TypingPause = TimeSpan.FromMilliseconds(150);
    private CancellationTokenSource? _asking;
    private ElementReference _input;
    private string _words = "";
    private List<SearchHit> _answers = [];
    private int _selected;
    private bool _searching;
    private string? _failed;

    [Parameter]
    public Actor? Actor { get; set; }

    [Parameter]
    public WorkspaceView? Workspace { get; set; }

    [Parameter]
    public EventCallback Closed { get; set; }

    public void Dispose()
    {
        _asking?.Cancel();
        _asking?.Dispose();
    }

    protected override void OnInitialized() => _answers = Places("");

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await _input.FocusAsync();
        }
    }

    private List<SearchHit> Places(string words) => Workspace is not { } here
        ? []
        : new SearchHit[]
        {
            new("Go to", "Home", "g h", HubRoutes.Home(here.Slug), HubIcons.Home),
            new("Go to", "Datasets", "g d", HubRoutes.Datasets(here.Slug), HubIcons.Database),
            new("Go to", "Experiments", "g e", HubRoutes.Experiments(here.Slug), HubIcons.Flask),
            new("Go to", "Models", "g m", HubRoutes.Models(here.Slug), HubIcons.Cube),
            new("Go to", "Jobs", "g j", HubRoutes.Jobs(here.Slug), HubIcons.Activity),
        }.Where(p => p.Title.Contains(words, StringComparison.OrdinalIgnoreCase)).ToList();

    private async Task AskAsync(ChangeEventArgs e)
    {
        _words = e.Value?.ToString()?.Trim() ?? "";
        _asking?.Cancel();
        _asking?.Dispose();
        _asking = new CancellationTokenSource();
        var asked = _asking.Token;
        _selected = 0;
        _failed = null;
        if (_words.Length == 0 || Actor is null || Workspace is null)
        {
            (_answers, _searching) = (Places(_words), false);
            return;
        }

        _searching = true;
        try
        {
            await Task.Delay(TypingPause, time, asked);
            var hits = await search.FindAsync(Actor, Workspace, _words, asked);
            if (!asked.IsCancellationRequested)
            {
                (_answers, _searching) = ([.. hits, .. Places(_words)], false);
            }
        }
        catch (OperationCanceledException)
        {
            // The user typed on; the newer question answers.
        }
        catch (HubException refused)
        {
            (_answers, _searching, _failed) = ([], false, refused.Message);
        }
    }

    private async Task PressAsync(KeyboardEventArgs e)
    {
        switch (e.Key)
        {
            case "ArrowDown" when _answers.Count > 0:
                _selected = (_selected + 1) % _answers.Count;
                break;
            case "ArrowUp" when _answers.Count > 0:
                _selected = (_selected + _answers.Count - 1) % _answers.Count;
                break;
            case "Enter" when _selected < _answers.Count:
                await OpenAsync(_answers[_selected]);
                break;
            case "Escape":
                await Closed.InvokeAsync();
                break;
        }
    }

    private async Task OpenAsync(SearchHit hit)
    {
        await Closed.InvokeAsync();
        navigation.NavigateTo(hit.Href);
    }
}
