using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;
using MLHub.Core.Experiments;
using MLHub.Core.Models;
using MLHub.Web.Components;
using MLHub.Web.Experiments;
using MLHub.Web.Shell;

namespace MLHub.Web.Models;

public sealed partial class ModelComparePage : HubPage
{
    private ModelView? _model;
    private ModelComparisonView? _compared;
    private IReadOnlyList<ModelVersionView> _others = [];
    private IReadOnlyDictionary<Guid, IReadOnlyDictionary<string, IReadOnlyList<MetricPointView>>> _curves = new Dictionary<Guid, IReadOnlyDictionary<string, IReadOnlyList<MetricPointView>>>();
    private IReadOnlyList<Crumb> _crumbs = [];
    private string? _failure;

    [Inject]
    private ModelService Models { get; set; } = null!;

    [Inject]
    private ModelComparison Comparison { get; set; } = null!;

    [Inject]
    private CurrentWorkspace Current { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Parameter]
    public Guid Id { get; set; }

    /// <summary>In their order; the first is the base.</summary>
    [SupplyParameterFromQuery(Name = "versions")]
    private string? Wanted { get; set; }

    /// <summary>1 shows what is the same, too.</summary>
    [SupplyParameterFromQuery(Name = "all")]
    private int? Whole { get; set; }

    [SupplyParameterFromQuery(Name = "log")]
    private int? Log { get; set; }

    [SupplyParameterFromQuery(Name = "smooth")]
    private double? Smooth { get; set; }

    private List<int> Numbers => [.. _compared!.Versions.Select(v => v.Number)];

    protected override Task OnParametersSetAsync() => LoadAsync();

    protected override Task RefreshAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        try
        {
            var actor = await ActorAsync();
            var model = await Models.GetAsync(actor, Id, CancellationToken.None);
            if (_model?.Id != model.Id || _model.Name != model.Name)
            {
                _crumbs = [.. await Current.PathToAsync(model.WorkspaceId, "models", "Models"), new(model.Name, $"/models/{Id:N}"), new("Compare", null)];
                Listen(Topic.Model(Id), Topic.Access(model.WorkspaceId));
            }

            var compared = await Comparison.CompareAsync(actor, Id, VersionNumbers.Parse(Wanted), CancellationToken.None);
            var shown = compared.Versions.Select(v => v.Number).ToHashSet();
            _others = [.. (await Models.VersionsAsync(actor, Id, new(PageRequest.MaxSize), CancellationToken.None)).Items.Where(v => !shown.Contains(v.Number))];
            _curves = compared.Reports.ToDictionary(
                r => r.Key,
                r => (IReadOnlyDictionary<string, IReadOnlyList<MetricPointView>>)r.Value.LossCurve.ToDictionary(
                    s => s.Name, s => (IReadOnlyList<MetricPointView>)[.. s.Points.Select(p => new MetricPointView(p.Step, p.Value, default))]));
            (_model, _compared, _failure) = (model, compared, null);
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private void Add(ChangeEventArgs change)
    {
        if (int.TryParse(change.Value?.ToString(), out var number))
        {
            Show(Numbers.Append(number));
        }
    }

    private void Show(IEnumerable<int> numbers) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("versions", VersionNumbers.Write(numbers)));

    private void Go(int? all) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("all", all));

    private void Look(CurveLook look) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            ["log"] = look.LogY ? 1 : null,
            ["smooth"] = look.Smoothing > 0 ? look.Smoothing : null,
        }), new NavigationOptions { ReplaceHistoryEntry = true });
}
