using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.JSInterop;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Recipes;
using MLHub.Web.Components;
using MudBlazor;

namespace MLHub.Web.Recipes;

/// <summary>
/// The Recipe tab: steps, the open one, and the sample as of it. The steps are kept on the server as they are written; the open
/// step stands in the address.
/// </summary>
public sealed partial class RecipePanel : HubPage
{
    private readonly RecipeForm _form = new();
    private Actor? _actor;
    private (Guid Dataset, int Version)? _loaded;
    private bool _isLoaded;
    private string? _failure;
    private bool _isLive;
    private int? _knownStep;
    private (string Step, string? Column, string? Filter)? _added;
    private bool _isPicking;
    private int? _dragged;
    private int? _target;
    private string? _focusNext;

    [Inject]
    public required RecipePreviewService Previews { get; set; }

    [Inject]
    public required RecipeDraftService Drafts { get; set; }

    [Inject]
    public required RecipeService Recipes { get; set; }

    [Inject]
    public required RecipeTemplateService Templates { get; set; }

    [Inject]
    public required DatasetService Datasets { get; set; }

    [Inject]
    public required JobService Jobs { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required IDialogService DialogService { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    [Inject]
    public required IJSRuntime Scripts { get; set; }

    [Inject]
    public required ILogger<RecipePanel> Log { get; set; }

    [Parameter, EditorRequired]
    public required DatasetView Dataset { get; set; }

    /// <summary>The version that the steps are tried on: one that is ready.</summary>
    [Parameter, EditorRequired]
    public required DatasetVersionView Version { get; set; }

    [Parameter]
    public bool MayEdit { get; set; }

    /// <summary>The open step's place, from 1.</summary>
    private int? OpenStep => int.TryParse(Asked("step"), out var place) ? place : null;

    /// <summary>A step to be added when the page opens, as links from other pages ask for it.</summary>
    private string? AddStep => Asked("add");

    /// <summary>The column that the added step is about.</summary>
    private string? AddColumn => Asked("column");

    /// <summary>The condition of an added step.</summary>
    private string? AddFilter => Asked("filter");

    private bool IsBroken => _form.Entries.Any(e => e.Step.Enabled && StepOf(e)?.Error is not null);

    private string What => _form.Open is { } at
        ? _side == PreviewSide.Before ? $"before step {at + 1}" : $"as of step {at + 1}"
        : _side == PreviewSide.Before ? $"version {Version.Number} as it is" : _form.Entries.Count == 0 ? $"version {Version.Number} as it is" : "after all steps, compared with the version";

    public override void Dispose()
    {
        // What was typed last is still kept when the page goes.
        FlushDraft();
        _computing?.Cancel();
        base.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_loaded != (Dataset.Id, Version.Number))
        {
            if (_loaded?.Dataset != Dataset.Id)
            {
                _isLoaded = false;
            }

            _loaded = (Dataset.Id, Version.Number);
            await LoadAsync();
        }
        else if (_isLoaded && OpenStep != _knownStep)
        {
            _knownStep = OpenStep;
            if (_form.Open + 1 != OpenStep)
            {
                _form.OpenAt(OpenStep - 1);
                await ComputeAsync(TimeSpan.Zero);
            }
        }

        await AddAskedAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // The server draws a page once before its circuit is up: that drawing must neither compute nor change anything.
        if (firstRender)
        {
            _isLive = true;
            await StartAsync();
        }

        if (_focusNext is { } next)
        {
            _focusNext = null;
            await using var module = await Scripts.InvokeAsync<IJSObjectReference>("import", "/js/hub.js");
            await module.InvokeVoidAsync("focus", next);
        }
    }

    private async Task LoadAsync()
    {
        _failure = null;
        try
        {
            _actor = await ActorAsync();
            if (MayEdit)
            {
                await LoadStepsAsync();
            }
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private async Task LoadStepsAsync()
    {
        if (!_isLoaded)
        {
            await LoadDraftAsync();
            _knownStep = OpenStep;
            _form.OpenAt(OpenStep - 1);
        }

        _isLoaded = true;
        await StartAsync();
    }

    private async Task StartAsync()
    {
        if (_isLive && _isLoaded)
        {
            await FollowMadeAsync();
            if (!await AddAskedAsync())
            {
                await ComputeAsync(TimeSpan.Zero);
            }
        }
    }

    protected override async Task RefreshAsync()
    {
        if (_isLive && _isLoaded)
        {
            await FollowMadeAsync();
        }
    }

    /// <summary>Every change of the steps goes through here: kept, computed anew, and the address told.</summary>
    private async Task ChangeAsync(Action change)
    {
        if (await TryAsync(() => { change(); return Task.CompletedTask; }))
        {
            _basedOn = Version.Number;
            KeepDraft();
            TellAddress();
            await ComputeAsync(Debounce);
        }
    }

    private async Task OpenAsync(int? place)
    {
        _form.OpenAt(place);
        TellAddress();
        await ComputeAsync(TimeSpan.Zero);
    }

    private void TellAddress()
    {
        _knownStep = _form.Open + 1;
        if (!IsGone && (OpenStep != _knownStep || AddStep is not null))
        {
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["step"] = _knownStep, ["add"] = null, ["column"] = null }), replace: true);
        }
    }

    private Task AddAsync(RecipeStepDescriptor descriptor)
    {
        _isPicking = false;
        return ChangeAsync(() => _form.Add(new(descriptor.Name)));
    }

    /// <returns>Whether a step was added.</returns>
    private async Task<bool> AddAskedAsync()
    {
        if (AddStep is not { } asked)
        {
            _added = null;
            return false;
        }

        if (!_isLive || !_isLoaded || !MayEdit || _added == (asked, AddColumn, AddFilter))
        {
            return false;
        }

        _added = (asked, AddColumn, AddFilter);
        if (RecipeCatalog.Find(asked) is not { } descriptor)
        {
            TellAddress();
            return false;
        }

        _form.OpenAt(null);
        await ChangeAsync(() => _form.Add(RecipeLink.Step(descriptor, AddColumn, AddFilter)));
        return true;
    }

    private Task AppendAsync(IReadOnlyList<RecipeStep> steps) => ChangeAsync(() => _form.Append(steps));

    private Task RemoveAsync(int place) => ChangeAsync(() =>
    {
        _form.Remove(place);
        // The button that had the focus is gone: who works with the keyboard goes on from the neighbour.
        _focusNext = _form.Entries.Count > 0 ? $"#{CardId(_form.Entries[Math.Min(place, _form.Entries.Count - 1)])}" : "#add-step";
    });

    private Task MoveAsync(int from, int to) => to < 0 || to >= _form.Entries.Count ? Task.CompletedTask : ChangeAsync(() => _form.Move(from, to));

    private Task MapAsync(MissingColumn missing) => ChangeAsync(() => _form.MapColumn(missing.Name, missing.Suggested!));

    private Task UndoAsync() => ChangeAsync(_form.Undo);

    private Task RedoAsync() => ChangeAsync(_form.Redo);

    private async Task DropAsync(int place)
    {
        var from = _dragged;
        EndDrag();
        if (from is { } dragged && dragged < _form.Entries.Count)
        {
            await MoveAsync(dragged, place);
        }
    }

    private void EndDrag() => (_dragged, _target) = (null, null);

    private Task OnKeyAsync(KeyboardEventArgs key) => key switch
    {
        { CtrlKey: true, ShiftKey: false, Key: "z" } or { MetaKey: true, ShiftKey: false, Key: "z" } => UndoAsync(),
        { CtrlKey: true, Key: "y" } or { CtrlKey: true, ShiftKey: true, Key: "Z" } or { MetaKey: true, ShiftKey: true, Key: "z" } => RedoAsync(),
        _ => Task.CompletedTask,
    };

    // Not parameters from the query: this part comes to the page while a change of the address is being told, and whoever joins those that
    // are told in the middle of it ends the circuit. The page draws it anew after each change.
    private string? Asked(string name) => QueryHelpers.ParseQuery(new Uri(Navigation.Uri).Query).TryGetValue(name, out var value) && !string.IsNullOrEmpty(value) ? value.ToString() : null;

    private static string CardId(RecipeEntry entry) => $"card-{entry.Key}";
}
