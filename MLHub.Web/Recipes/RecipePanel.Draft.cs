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

    private async Task LoadDraftAsync()
    {
        var draft = await Drafts.GetAsync(_actor!, Dataset.Id, CancellationToken.None);
        _form.Start(draft?.Steps ?? []);
        (_revision, _basedOn, _madeNumber, _kept) = (draft?.Revision ?? 0, draft?.Version, draft?.SavedAs, draft is null ? DraftState.None : DraftState.Kept);
    }

    private void KeepDraft()
    {
        _keeping?.Cancel();
        _keeping = new();
        _kept = DraftState.Keeping;
        _madeNumber = null;
        _made = null;
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
            _revision = await Drafts.SaveAsync(_actor!, Dataset.Id, Version.Number, _form.Steps, _revision, CancellationToken.None);
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
            _ = Drafts.SaveAsync(_actor, Dataset.Id, Version.Number, _form.Steps, _revision, CancellationToken.None);
        }
    }

    /// <summary>What this window shows replaces what another one kept.</summary>
    private Task KeepMineAsync() => TryAsync(async () =>
    {
        var other = await Drafts.GetAsync(_actor!, Dataset.Id, CancellationToken.None);
        (_revision, _isStale) = (other?.Revision ?? 0, false);
        await KeepNowAsync(null);
    });
}
