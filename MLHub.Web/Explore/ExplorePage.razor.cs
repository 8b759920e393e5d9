using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Models;
using MLHub.Web.Components;
using MLHub.Web.Datasets;
using MLHub.Web.Evaluation;
using MLHub.Web.Shell;

namespace MLHub.Web.Explore;

/// <summary>Datasets and models of other workspaces: what is public, and what was shared with me.</summary>
public sealed partial class ExplorePage : HubPage
{
    private const string ModelKind = "models";
    private const int PageSize = 60;

    private IReadOnlyList<ExploreCard>? _cards;
    private string? _nextToken;
    private string? _failure;

    [Inject]
    private DatasetService Datasets { get; set; } = null!;

    [Inject]
    private ModelService Models { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <summary><c>shared</c>, else public.</summary>
    [SupplyParameterFromQuery(Name = "from")]
    private string? From { get; set; }

    /// <summary><c>models</c>, else datasets.</summary>
    [SupplyParameterFromQuery(Name = "kind")]
    private string? Kind { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageToken { get; set; }

    private bool IsShared => From == "shared";

    private bool IsModels => Kind == ModelKind;

    private string ActiveTab => $"{(IsShared ? "shared" : "public")}-{(IsModels ? ModelKind : "datasets")}";

    private static IReadOnlyList<UrlTab> Tabs { get; } =
    [
        new("public-datasets", "Public datasets", HubRoutes.Explore),
        new("public-models", "Public models", $"{HubRoutes.Explore}?kind={ModelKind}"),
        new("shared-datasets", "Datasets shared with me", HubRoutes.Shared),
        new("shared-models", "Models shared with me", $"{HubRoutes.Shared}&kind={ModelKind}"),
    ];

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task RefreshAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        try
        {
            var actor = await ActorAsync();
            var page = new PageRequest(PageSize, PageToken);
            (_cards, _nextToken) = IsModels ? await ModelCardsAsync(actor, page) : await DatasetCardsAsync(actor, page);
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private async Task<(IReadOnlyList<ExploreCard> Cards, string? NextToken)> DatasetCardsAsync(Actor actor, PageRequest page)
    {
        var query = new DatasetQuery { Search = Search, Page = page };
        var found = IsShared ? await Datasets.ListSharedAsync(actor, query, CancellationToken.None) : await Datasets.ListPublicAsync(actor, query, CancellationToken.None);
        return ([.. found.Items.Select(d => new ExploreCard(
            d.Name, HubRoutes.Dataset(d.Id), $"{DatasetWords.Count(d.RowCount ?? 0, "row", "rows")} × {DatasetWords.Count(d.ColumnCount ?? 0, "column", "columns")}{By(d.CreatedByName)}", d.Description, d.UpdatedAt))],
            found.NextPageToken);
    }

    private async Task<(IReadOnlyList<ExploreCard> Cards, string? NextToken)> ModelCardsAsync(Actor actor, PageRequest page)
    {
        var found = IsShared ? await Models.ListSharedAsync(actor, Search, page, CancellationToken.None) : await Models.ListPublicAsync(actor, Search, page, CancellationToken.None);
        return ([.. found.Items.Select(m => new ExploreCard(m.Name, HubRoutes.Model(m.Id), Facts(m), m.Description, m.UpdatedAt))], found.NextPageToken);
    }

    private static string Facts(ModelView model)
    {
        var key = MetricWords.Of(model.Task).FirstOrDefault(model.Metrics.ContainsKey);
        return TaskWords.Name(model.Task) + (key is null ? "" : $" · {MetricWords.Title(key)} {Format.Metric(model.Metrics[key])}");
    }

    private static string By(string? name) => name is null ? "" : $" · {name}";

    private void Find(ChangeEventArgs change)
    {
        var text = change.Value?.ToString()?.Trim();
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["q"] = string.IsNullOrEmpty(text) ? null : text, ["page"] = null }), replace: true);
    }
}

/// <summary>A dataset or a model as a card.</summary>
internal sealed record ExploreCard(string Name, string Href, string Facts, string? Description, DateTime ChangedAt);
