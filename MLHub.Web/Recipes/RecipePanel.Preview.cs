using MLHub.Core.Common;
using MLHub.Core.Recipes;
using MLHub.Web.Components;

namespace MLHub.Web.Recipes;

/// <summary>The preview: computed a moment after the last change; the one before stays in sight until then.</summary>
public sealed partial class RecipePanel
{
    private static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(350);

    private CancellationTokenSource? _computing;
    private RecipePreview? _after;
    private RecipePreview? _before;
    private IReadOnlyList<RecipeEntry> _computed = [];
    private PreviewRows? _rows;
    private PreviewSide _side;
    private IReadOnlyList<GridSort> _sort = [];
    private bool _isComputing;
    private string? _previewFailure;
    private SampleKind _sample;
    private string? _sampleFilter;

    private IReadOnlyList<ColumnSchema> Source => [.. Version.Columns.Select(c => c.Schema)];

    private async Task ComputeAsync(TimeSpan wait)
    {
        _computing?.Cancel();
        using var mine = new CancellationTokenSource();
        _computing = mine;
        _isComputing = true;
        StateHasChanged();
        try
        {
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, Time, mine.Token);
            }

            var entries = _form.Entries;
            var after = await PreviewAsync(_form.Open, mine.Token);
            var isBeforeShown = _side == PreviewSide.Before || (_side == PreviewSide.Changed && after.Changes.Count == 0 && after.RemovedRows.Count > 0);
            var before = isBeforeShown ? await PreviewAsync((_form.Open ?? 0) - 1, mine.Token) : null;
            (_after, _before, _computed, _previewFailure) = (after, before, entries, null);
            ArrangeRows();
        }
        catch (OperationCanceledException) when (mine.IsCancellationRequested)
        {
            // A later change has taken over, or the page is gone.
            return;
        }
        catch (HubException refused)
        {
            _previewFailure = refused.Message;
        }
        catch (Exception broken) when (!IsGone)
        {
            // A defect of one step must not shut its author out of the recipe: the step can still be taken away.
            CouldNotPreview(Log, broken, Dataset.Id, Version.Number);
            _previewFailure = "The preview could not be computed. Switch off the last step that you changed, or try again.";
        }
        finally
        {
            if (ReferenceEquals(_computing, mine))
            {
                _computing = null;
                _isComputing = false;
            }
        }

        if (!IsGone)
        {
            StateHasChanged();
        }
    }

    private Task<RecipePreview> PreviewAsync(int? upto, CancellationToken cancellationToken) => Previews.PreviewAsync(
        _actor!, Dataset.Id, Version.Number, new() { Steps = _form.Steps, UptoStep = upto, Sample = _sample == SampleKind.Filter && string.IsNullOrWhiteSpace(_sampleFilter) ? SampleKind.First : _sample, Filter = _sampleFilter }, cancellationToken);

    private void ArrangeRows()
    {
        if (_after is not null)
        {
            var isOnlyChanged = _side == PreviewSide.Changed;
            _rows = (_before is not null ? PreviewRows.Before(_before, _after, isOnlyChanged) : PreviewRows.After(_after, isOnlyChanged)).In(_sort, _rows);
        }
    }

    private void Arrange(IReadOnlyList<GridSort> sort)
    {
        _sort = sort;
        ArrangeRows();
    }

    private Task ShowAsync(PreviewSide side)
    {
        _side = side;
        return ComputeAsync(TimeSpan.Zero);
    }

    private Task SampleAsync(SampleKind sample)
    {
        _sample = sample;
        return ComputeAsync(TimeSpan.Zero);
    }

    private Task FilterSampleAsync(string? filter)
    {
        _sampleFilter = filter;
        return ComputeAsync(TimeSpan.Zero);
    }

    private Task RetryAsync() => ComputeAsync(TimeSpan.Zero);

    /// <summary>What the last preview says of the step; <c>null</c> when it did not have the step as it is now.</summary>
    private StepPreview? StepOf(RecipeEntry entry)
    {
        for (var place = 0; place < _computed.Count; place++)
        {
            if (_computed[place].Key == entry.Key)
            {
                return ReferenceEquals(_computed[place].Step, entry.Step) || _isComputing ? _after?.Steps.ElementAtOrDefault(place) : null;
            }
        }

        return null;
    }

    private StepPreview? DoneOf(RecipeEntry entry) => StepOf(entry) is { State: StepState.Done or StepState.Failed or StepState.NotReached } done ? done : null;

    private static string? EffectOf(StepPreview? done) => done?.State switch
    {
        null => null,
        StepState.NotReached => "not reached: a step before it cannot be done",
        _ => RecipeWords.Effect(done.RowsRemoved, done.CellsChanged, done.AddedColumns.Count, done.RemovedColumns.Count),
    };

    private static string? TimeOf(StepPreview? done) => done is { State: StepState.Done } ? Format.Duration(TimeSpan.FromMilliseconds(done.Milliseconds)) : null;

    // A step that was just added is not wrong: it asks.
    private static bool IsUnfinished(StepPreview? done) => done?.Error?.Code == "REQUIRED";

    private static string? ErrorOf(RecipeEntry entry, StepPreview? done) => done?.Error is not { } error ? null
        : MissingColumns(entry, done).Count > 0 ? null
        : error.Message;

    /// <summary>The columns that reach a step.</summary>
    private IReadOnlyList<ColumnSchema> ColumnsBefore(int place)
    {
        for (var before = place - 1; before >= 0; before--)
        {
            if (StepOf(_form.Entries[before]) is { } step)
            {
                return step.SchemaAfter;
            }
        }

        return Source;
    }

    private IReadOnlyList<MissingColumn> MissingOf(int place) => StepOf(_form.Entries[place]) is { State: StepState.Failed } step ? MissingColumns(_form.Entries[place], step) : [];

    private static IReadOnlyList<MissingColumn> MissingColumns(RecipeEntry entry, StepPreview step) => step.Error?.Code == "UNKNOWN_COLUMN" ? RecipeColumns.Missing(entry.Step, RecipeCatalog.Find(entry.Step.Step), step.SchemaAfter) : [];

    private IReadOnlyList<RecipeExample> ExamplesOf(RecipeEntry entry) => StepOf(entry) is { State: StepState.Done } step
        ? [.. step.Examples.Select(e => new RecipeExample(e.SourceRow, e.Column, PreviewRows.Text(e.Before), PreviewRows.Text(e.After), step.AddedColumns.Contains(e.Column)))]
        : [];

    [LoggerMessage(LogLevel.Error, "The preview of a recipe over version {Version} of dataset {DatasetId} broke")]
    private static partial void CouldNotPreview(ILogger log, Exception broken, Guid datasetId, int version);
}
