using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Models;
using MLHub.Core.Workspaces;
using MLHub.Web.Components;

namespace MLHub.Web.Shell;

/// <summary>Finds the things of a workspace by name, whatever they are.</summary>
public sealed class ShellSearch(DatasetService datasets, ExperimentService experiments, ModelService models)
{
    private const int MaxPerKind = 6;

    public async Task<IReadOnlyList<SearchHit>> FindAsync(Actor actor, WorkspaceView workspace, string words, CancellationToken cancellationToken)
    {
        var some = new PageRequest(MaxPerKind);
        var data = await datasets.ListAsync(actor, workspace.Id, new DatasetQuery { Search = words, Page = some }, cancellationToken);
        var questions = await experiments.ListAsync(actor, workspace.Id, words, some, cancellationToken);
        var kept = await models.ListAsync(actor, workspace.Id, words, some, cancellationToken);
        return
        [
            .. data.Items.Select(d => new SearchHit("Datasets", d.Name, d.RowCount is { } rows ? $"{Format.Count(rows)} rows" : null, HubRoutes.Dataset(d.Id), HubIcons.Database)),
            .. questions.Items.Select(e => new SearchHit("Experiments", e.Name, $"{Format.Count(e.RunCount)} runs", HubRoutes.Experiment(e.Id), HubIcons.Flask)),
            .. kept.Items.Select(m => new SearchHit("Models", m.Name, null, HubRoutes.Model(m.Id), HubIcons.Cube)),
        ];
    }
}
