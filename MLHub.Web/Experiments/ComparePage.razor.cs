using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Evaluation;
using MLHub.Core.Experiments;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Evaluation;
using MLHub.Web.Shell;
using MudBlazor;

namespace MLHub.Web.Experiments;

public sealed partial class ComparePage : HubPage
{
    /// <summary>Curves of so many metrics are drawn; further ones stand on the runs' own pages.</summary>
    private const int MaxCurves = 8;

    private RunComparisonView? _compared;
    private IReadOnlyList<Crumb> _crumbs = [];
    private IReadOnlyList<RunView> _others = [];
    private IReadOnlyDictionary<Guid, IReadOnlyDictionary<string, IReadOnlyList<MetricPointView>>> _curves = new Dictionary<Guid, IReadOnlyDictionary<string, IReadOnlyList<MetricPointView>>>();
    private IReadOnlyDictionary<Guid, EvaluationReport> _reports = new Dictionary<Guid, EvaluationReport>();
    private IReadOnlyList<ParallelAxis> _axes = [];
    private RunView? _best;
    private string? _metric;
    private string? _failure;

    [Inject]
    private RunComparison Comparison { get; set; } = null!;

    [Inject]
    private RunResults Results { get; set; } = null!;

    [Inject]
    private RunSearch Search { get; set; } = null!;

    [Inject]
    private RunService RunsService { get; set; } = null!;

    [Inject]
    private WorkspaceService Workspaces { get; set; } = null!;

    [Inject]
    private CurrentWorkspace Current { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <summary>In their order; the first is the base.</summary>
    [SupplyParameterFromQuery(Name = "ids")]
    private string? Ids { get; set; }

    /// <summary>1 shows what is the same, too.</summary>
    [SupplyParameterFromQuery(Name = "all")]
    private int? Whole { get; set; }

    [SupplyParameterFromQuery(Name = "x")]
    private string? XAxis { get; set; }

    [SupplyParameterFromQuery(Name = "log")]
    private int? Log { get; set; }

    [SupplyParameterFromQuery(Name = "smooth")]
    private double? Smooth { get; set; }

    [SupplyParameterFromQuery(Name = "by")]
    private string? By { get; set; }

    private IReadOnlyList<RunView> Runs => _compared?.Runs ?? [];

    private bool MayEdit => Runs.All(r => r.MyRole >= WorkspaceRole.Editor);

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task RefreshAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        try
        {
            var actor = await ActorAsync();
            var compared = await Comparison.CompareAsync(actor, RunIds.Parse(Ids), CancellationToken.None);
            var first = compared.Runs[0];
            if (_compared?.Runs[0].ExperimentId != first.ExperimentId)
            {
                var workspace = await Workspaces.GetAsync(actor, first.WorkspaceId, CancellationToken.None);
                await Current.UseAsync(workspace.Slug);
                _crumbs =
                [
                    new(workspace.Name, $"/w/{workspace.Slug}"), new("Experiments", $"/w/{workspace.Slug}/experiments"),
                    new(first.ExperimentName, $"/experiments/{first.ExperimentId:N}"), new("Compare", null),
                ];
            }

            Listen([.. compared.Runs.Select(r => Topic.Run(r.Id)), .. compared.Runs.Select(r => Topic.Access(r.WorkspaceId)).Distinct()]);
            var known = compared.Runs.Select(r => r.Id).ToHashSet();
            _others = [.. (await Search.PageAsync(actor, first.ExperimentId, null, null, new(100), CancellationToken.None)).Items.Where(r => !known.Contains(r.Id))];
            await MeasureAsync(actor, compared);
            _compared = compared;
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
            if (IsShut(refused))
            {
                (_compared, _best, _crumbs) = (null, null, []);
            }
        }
    }

    private async Task MeasureAsync(Actor actor, RunComparisonView compared)
    {
        var primary = MetricWords.Known.Concat(compared.Metrics.Select(m => m.Key)).FirstOrDefault(k => compared.Metrics.Any(m => m.Key == k));
        _metric = compared.Metrics.Any(m => m.Key == By) ? By : primary;
        var keys = compared.Metrics.Select(m => m.Key).OrderBy(k => k == _metric ? 0 : 1).Take(100).ToList();
        var curves = new Dictionary<Guid, IReadOnlyDictionary<string, IReadOnlyList<MetricPointView>>>();
        var reports = new Dictionary<Guid, EvaluationReport>();
        foreach (var run in compared.Runs)
        {
            curves[run.Id] = await Results.CurvesAsync(actor, run.Id, keys, CancellationToken.None);
            if (run is { IsExternal: false, IsTrial: false, State: RunState.Finished })
            {
                reports[run.Id] = _reports.GetValueOrDefault(run.Id) ?? await Results.EvaluationAsync(actor, run.Id, CancellationToken.None);
            }
        }

        var shown = curves.Values.SelectMany(c => c.Keys).Distinct().OrderBy(keys.IndexOf).Take(MaxCurves).ToHashSet();
        _curves = curves.ToDictionary(c => c.Key, c => (IReadOnlyDictionary<string, IReadOnlyList<MetricPointView>>)c.Value.Where(k => shown.Contains(k.Key)).ToDictionary());
        _reports = reports;
        // Metrics that most of them have come first; the last axis gives the colour.
        var measured = compared.Metrics.Where(m => m.Key != _metric).OrderByDescending(m => m.Values.Count(v => v.Value is not null)).Select(m => m.Key).Take(2);
        _axes = ParallelAxis.Of(compared.Runs, compared.Facts, [.. measured, .. _metric is null ? [] : new[] { _metric }]);
        var best = compared.Metrics.FirstOrDefault(m => m.Key == primary)?.Values.Select((v, i) => (v.IsBest, i)).FirstOrDefault(v => v.IsBest);
        _best = best is { IsBest: true } found ? compared.Runs[found.i] : null;
    }

    private Task ShowAsync(IEnumerable<RunView> runs)
    {
        Go("ids", RunIds.Write(runs.Select(r => r.Id)));
        return Task.CompletedTask;
    }

    private Task PlaceAsync(int from, int to)
    {
        var runs = Runs.ToList();
        var run = runs[from];
        runs.RemoveAt(from);
        runs.Insert(to, run);
        return ShowAsync(runs);
    }

    private void Add(ChangeEventArgs change)
    {
        if (change.Value?.ToString() is { Length: > 0 } id)
        {
            Go("ids", $"{RunIds.Write(Runs.Select(r => r.Id))},{id}");
        }
    }

    private void ShowWhole(bool isWhole) => Go("all", isWhole ? 1 : null);

    private void ColourBy(ChangeEventArgs change) => Go("by", change.Value?.ToString());

    private void Look(CurveLook look) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            ["x"] = look.ByTime ? "time" : null,
            ["log"] = look.LogY ? 1 : null,
            ["smooth"] = look.Smoothing > 0 ? look.Smoothing : null,
        }), new NavigationOptions { ReplaceHistoryEntry = true });

    private void Go(string name, object? value) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { [name] = value }));

    private async Task ArchiveLosersAsync()
    {
        var losers = Runs.Where(r => r.Id != _best!.Id).ToList();
        if (!await Components.Dialogs.ConfirmAsync(Dialogs, "Archive runs", $"All but “{_best!.Name}” go to the archive, where they can be taken back.", "Archive", [.. losers.Take(8).Select(r => r.Name)]))
        {
            return;
        }

        if (await TryAsync(async () =>
        {
            var actor = await ActorAsync();
            foreach (var loser in losers)
            {
                await RunsService.ArchiveAsync(actor, loser.Id, isArchived: true, CancellationToken.None);
            }
        }))
        {
            Navigation.NavigateTo($"/experiments/{_best.ExperimentId:N}");
        }
    }
}
