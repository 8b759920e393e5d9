using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Models;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;
using MLHub.Web.Shell;

namespace MLHub.Web.Home;

public static class HomeSetup
{
    private const int HitsPerKind = 6;

    /// <summary>Tells the frame what the features know: my workspaces, and what a search finds in them.</summary>
    public static IServiceCollection AddHome(this IServiceCollection services) => services.AddSingleton(provider => new ShellSources
    {
        WorkspacesAsync = (actor, cancellationToken) => WorkspacesAsync(provider.GetRequiredService<WorkspaceService>(), actor, cancellationToken),
        SearchAsync = (actor, workspace, words, cancellationToken) => SearchAsync(provider, actor, workspace, words, cancellationToken),
    });

    private static async Task<IReadOnlyList<WorkspaceLink>> WorkspacesAsync(WorkspaceService workspaces, Actor actor, CancellationToken cancellationToken)
    {
        var mine = await workspaces.ListAsync(actor, new PageRequest(PageRequest.MaxSize), cancellationToken);
        return [.. mine.Items.Select(w => new WorkspaceLink(w.Id, w.Name, w.Slug, w.IsPersonal, w.MyRole))];
    }

    private static async Task<IReadOnlyList<SearchHit>> SearchAsync(IServiceProvider provider, Actor actor, WorkspaceLink workspace, string words, CancellationToken cancellationToken)
    {
        var few = new PageRequest(HitsPerKind);
        var datasets = await provider.GetRequiredService<DatasetService>().ListAsync(actor, workspace.Id, new() { Search = words, Page = few }, cancellationToken);
        var experiments = await provider.GetRequiredService<ExperimentService>().ListAsync(actor, workspace.Id, words, few, cancellationToken);
        var models = await provider.GetRequiredService<ModelService>().ListAsync(actor, workspace.Id, words, few, cancellationToken);
        return
        [
            .. datasets.Items.Select(d => new SearchHit("Datasets", d.Name, d.RowCount is { } rows ? $"{Format.Count(rows)} rows" : null, $"/datasets/{d.Id:N}", HubIcons.Database)),
            .. experiments.Items.Select(e => new SearchHit("Experiments", e.Name, $"{Format.Count(e.RunCount)} runs", $"/experiments/{e.Id:N}", HubIcons.Flask)),
            .. models.Items.Select(m => new SearchHit("Models", m.Name, m.LatestVersion is { } version ? $"version {version}" : null, $"/models/{m.Id:N}", HubIcons.Cube)),
        ];
    }
}
