using MLHub.Core.Common;

namespace MLHub.Web.Recipes;

/// <summary>The steps are kept on the server half a second after the last change.</summary>
public sealed partial class RecipePanel
{
    private static readonly TimeSpan KeepAfter = TimeSpan.FromMilliseconds(500);

    private int _revision;
    private int? _basedOn;
    private bool _isStale;
    private DraftState _kept;
    private CancellationTokenSource? _keeping;
    private Task _saving = Task.CompletedTask;

    private async Task LoadDraftAsync()
    {
        var draft = await Drafts.GetAsync(_actor!, Dataset.Id, CancellationToken.None);
        _form.Start(draft?.Steps ?? []);
        (_revision, _basedOn, _kept, _isStale) = (draft?.Revision ?? 0, draft?.Version, draft is null ? DraftState.None : DraftState.Kept, false);
        (_madeNumber, _endsWithMade) = (draft?.SavedAs, draft?.SavedAs is not null);
    }

    private void KeepDraft()
    {
        _keeping?.Cancel();
        _keeping = new();
        _kept = DraftState.Keeping;
        // Steps that were changed since are not those of the version that is being made.
        _endsWithMade = false;
        _ = KeepSoonAsync(_keeping);
    }

    private async Task KeepSoonAsync(CancellationTokenSource mine)
    {
        try
        {
            await Task.Delay(KeepAfter, Time, mine.Token);
            await InvokeAsync(() => KeepNowAsync(mine));
        }
        catch (OperationCanceledException)
        {
            // A later change is kept instead.
        }
        finally
        {
            mine.Dispose();
        }
    }

    private async Task KeepNowAsync(CancellationTokenSource? mine)
    {
        if (_isStale || (mine is not null && !ReferenceEquals(_keeping, mine)))
        {
            return;
        }

        _keeping = null;
        try
        {
            await SaveInTurnAsync();
            _kept = _keeping is null ? DraftState.Kept : DraftState.Keeping;
        }
        catch (HubException refused)
        {
            _isStale = refused.Code == "STALE_EDIT";
            _kept = DraftState.Failed;
        }

        if (!IsGone)
        {
            StateHasChanged();
        }
    }

    private void FlushDraft()
    {
        if (_keeping is not null && !_isStale && _actor is not null)
        {
            _keeping.Cancel();
            _keeping = null;
            _ = SaveInTurnAsync();
        }
    }

    private Task SaveInTurnAsync() => _saving = SaveAfterAsync(_saving);

    /// <summary>One at a time: each names the revision that the one before it made.</summary>
    private async Task SaveAfterAsync(Task earlier)
    {
        await earlier.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        _revision = await Drafts.SaveAsync(_actor!, Dataset.Id, Version.Number, _form.Steps, _revision, CancellationToken.None);
    }

    /// <summary>Before something is made of the steps they have to be safe.</summary>
    private async Task RequireKeptAsync()
    {
        _keeping?.Cancel();
        _keeping = null;
        await KeepNowAsync(null);
        if (_kept != DraftState.Kept)
        {
            throw HubException.Conflict("The steps could not be kept: they were changed in another window. Close this and choose which ones to take.");
        }
    }

    private Task TakeTheirsAsync() => TryAsync(async () =>
    {
        await LoadDraftAsync();
        TellAddress();
        await ComputeAsync(TimeSpan.Zero);
    });

    /// <summary>What this window shows replaces what another one kept.</summary>
    private Task KeepMineAsync() => TryAsync(async () =>
    {
        var other = await Drafts.GetAsync(_actor!, Dataset.Id, CancellationToken.None);
        (_revision, _isStale) = (other?.Revision ?? 0, false);
        await KeepNowAsync(null);
    });
}
