using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Home;
using MLHub.Core.Models;
using MLHub.Core.Usage;
using MLHub.Web.Charts;
using MLHub.Web.Components;
using MLHub.Web.Evaluation;

namespace MLHub.Web.Profile;

/// <summary>The signed-in user's datasets, models and runs, and how the runs went over time.</summary>
public sealed partial class WorkPage : HubPage
{
    private const int PageSize = 10;
    private const int MaxBest = 10;

    private IReadOnlyList<WeekOfRuns>? _weeks;
    private IReadOnlyList<BestResult>? _best;
    private Page<DatasetView>? _datasets;
    private Page<ModelView>? _models;
    private Chart? _chart;
    private string? _failure;

    [Inject]
    private MyWorkService Work { get; set; } = null!;

    [Inject]
    private BestResultService Best { get; set; } = null!;

    [Inject]
    private DatasetService Datasets { get; set; } = null!;

    [Inject]
    private ModelService Models { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "datasets")]
    private string? DatasetsToken { get; set; }

    [SupplyParameterFromQuery(Name = "models")]
    private string? ModelsToken { get; set; }

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task RefreshAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        try
        {
            var actor = await ActorAsync();
            _datasets = await Datasets.ListMineAsync(actor, new() { Page = new(PageSize, DatasetsToken) }, CancellationToken.None);
            _models = await Models.ListMineAsync(actor, new(PageSize, ModelsToken), CancellationToken.None);
            _best = await Best.ListOwnAsync(actor, MaxBest, MetricWords.Primary, CancellationToken.None);
            var weeks = await Work.WeeksAsync(actor, CancellationToken.None);
            if (_weeks is null || !weeks.SequenceEqual(_weeks))
            {
                _weeks = weeks;
                _chart = weeks.Sum(w => w.Runs) == 0 ? null : new CategoryBarsChart("Runs per week", [.. weeks.Select(w => w.Monday.ToString("d MMM", CultureInfo.InvariantCulture))], [.. weeks.Select(w => (long)w.Runs)], "runs");
            }

            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private static string Summary(IReadOnlyList<WeekOfRuns> weeks)
    {
        var (runs, finished, failed) = (weeks.Sum(w => w.Runs), weeks.Sum(w => w.Finished), weeks.Sum(w => w.Failed));
        return $"{Format.Count(runs)} in {weeks.Count} weeks · {Format.Count(finished)} finished · {Format.Count(failed)} failed";
    }
}
