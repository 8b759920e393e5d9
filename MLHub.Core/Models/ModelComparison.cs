using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Evaluation;
using MLHub.Core.Experiments;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Models;

/// <summary>Versions of a model side by side: the first one is the base that the others are measured against.</summary>
public sealed class ModelComparison(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, ModelService models)
{
    public const int MaxVersions = 10;

    /// <summary>Right to the model is enough; what is only known inside of its workspace (names and tags of runs, names of data) is left out for others.</summary>
    public async Task<ModelComparisonView> CompareAsync(Actor actor, Guid modelId, IReadOnlyList<int> numbers, CancellationToken cancellationToken)
    {
        var wanted = numbers.Distinct().ToList();
        if (wanted.Count is 0 or > MaxVersions)
        {
            throw HubException.Field("versions", $"Name 1 to {MaxVersions} versions, separated by commas.", "BAD_VERSIONS");
        }

        List<ModelVersionView> versions = [];
        foreach (var number in wanted)
        {
            versions.Add(await models.VersionAsync(actor, modelId, number, cancellationToken));
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var ids = versions.ConvertAll(v => v.RunId);
        var rows = await db.Set<Run>().AsNoTracking().Where(r => ids.Contains(r.Id)).ToDictionaryAsync(r => r.Id, cancellationToken);
        var isInside = await access.RoleAsync(actor, rows[ids[0]].WorkspaceId, cancellationToken) is not null;
        var views = await RunViews.OfAsync(db, versions.ConvertAll(v => rows[v.RunId]), null, cancellationToken);
        var runs = versions.Zip(views, (version, run) => run with
        {
            Name = $"v{version.Number}",
            Dataset = version.Dataset,
            Tags = isInside ? run.Tags : new Dictionary<string, string>(),
            Note = null,
        }).ToList();
        var reports = await db.Set<RunEvaluation>().AsNoTracking().Where(e => ids.Contains(e.RunId)).ToDictionaryAsync(e => e.RunId, e => e.Report, cancellationToken);
        return new(versions, RunComparison.Of(runs), reports);
    }
}

/// <param name="Versions">As asked for; the first is the base.</param>
/// <param name="Runs">The runs that they are from, in the same order, under the names of the versions.</param>
/// <param name="Reports">Run → what it reached on its test rows.</param>
public sealed record ModelComparisonView(IReadOnlyList<ModelVersionView> Versions, RunComparisonView Runs, IReadOnlyDictionary<Guid, EvaluationReport> Reports);
