using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Experiments.Filters;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Experiments;

/// <summary>Finds runs of an experiment by a filter, in an order.</summary>
public sealed class RunSearch(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, TimeProvider time)
{
    /// <summary>So many runs a table can hold; further ones are found by a filter.</summary>
    public const int MaxListed = 20_000;

    /// <summary>A page of runs with all that is known of them.</summary>
    public async Task<Page<RunView>> PageAsync(Actor actor, Guid experimentId, string? filter, string? orderBy, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var role = await RequireAsync(db, actor, experimentId, cancellationToken);
        var ordering = RunOrdering.Parse(orderBy);
        var runs = await MatchingAsync(db, actor, experimentId, filter, cancellationToken);
        var rows = await ordering.Apply(db, ordering.After(db, runs, page.Token, filter)).Take(page.Take + 1).ToListAsync(cancellationToken);
        var more = rows.Count > page.Take;
        rows = more ? rows[..page.Take] : rows;
        var views = await RunViews.OfAsync(db, rows, null, cancellationToken);
        return new(views.ConvertAll(v => v with { MyRole = role }), more ? await ordering.TokenAsync(db, rows[^1].Id, filter, cancellationToken) : null);
    }

    /// <summary>Only which runs match, in order: a table scrolls over them and reads what comes into sight.</summary>
    /// <param name="groupBy">One or two fields; their values come along with each run.</param>
    /// <param name="metric">Its last value comes along, for a group's mean and best.</param>
    public async Task<RunListing> ListAsync(
        Actor actor, Guid experimentId, string? filter, string? orderBy, IReadOnlyList<string> groupBy, string? metric, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, experimentId, cancellationToken);
        var runs = await MatchingAsync(db, actor, experimentId, filter, cancellationToken);
        var rows = await RunOrdering.Parse(orderBy).Apply(db, runs).Take(MaxListed).Select(r => new RunListed(r.Id, r.ParentRunId, null, null)).ToListAsync(cancellationToken);
        if (groupBy.Count > 0)
        {
            var ids = runs.Select(r => r.Id);
            var labels = new List<Dictionary<Guid, string>>();
            foreach (var field in groupBy.Take(2))
            {
                labels.Add(await RunGrouping.ValuesAsync(db, runs, field, cancellationToken));
            }

            var values = metric is null
                ? []
                : await db.Set<RunMetric>().Where(m => m.Key == metric && ids.Contains(m.RunId)).ToDictionaryAsync(m => m.RunId, m => m.Last, cancellationToken);
            rows = rows.ConvertAll(r => r with { Group = string.Join(" · ", labels.Select(l => l.GetValueOrDefault(r.Id) ?? "none")), Metric = values.GetValueOrDefault(r.Id) });
        }

        return new(rows, await db.Set<Run>().CountAsync(r => r.ExperimentId == experimentId && r.DeletedAt == null && r.ArchivedAt == null, cancellationToken));
    }

    /// <summary>These runs of the experiment, in this order, with the wanted columns; whatever is gone meanwhile is missing.</summary>
    public async Task<IReadOnlyList<RunView>> ByIdsAsync(Actor actor, Guid experimentId, IReadOnlyList<Guid> ids, RunColumns? columns, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var role = await RequireAsync(db, actor, experimentId, cancellationToken);
        var wanted = ids.Take(PageRequest.MaxSize).ToList();
        var rows = await db.Set<Run>().AsNoTracking().Where(r => r.ExperimentId == experimentId && wanted.Contains(r.Id)).ToListAsync(cancellationToken);
        var views = (await RunViews.OfAsync(db, rows, columns, cancellationToken)).ToDictionary(v => v.Id);
        return [.. wanted.Where(views.ContainsKey).Select(id => views[id] with { MyRole = role })];
    }

    /// <summary>Which metrics, parameters and tags the experiment's runs have.</summary>
    /// <param name="filter">Only of runs that match.</param>
    public async Task<RunFields> FieldsAsync(Actor actor, Guid experimentId, string? filter, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, experimentId, cancellationToken);
        var ids = (await MatchingAsync(db, actor, experimentId, filter, cancellationToken)).Select(r => r.Id);
        var metrics = await db.Set<RunMetric>().Where(m => ids.Contains(m.RunId)).GroupBy(m => m.Key)
            .Select(g => new RunFieldUse(g.Key, g.Count(), 0)).ToListAsync(cancellationToken);
        var parameters = await db.Set<RunParameter>().Where(p => ids.Contains(p.RunId)).GroupBy(p => p.Key)
            .Select(g => new RunFieldUse(g.Key, g.Count(), g.Select(p => p.Text).Distinct().Count())).ToListAsync(cancellationToken);
        var tags = await db.Set<RunTag>().Where(t => ids.Contains(t.RunId)).GroupBy(t => t.Key)
            .Select(g => new RunFieldUse(g.Key, g.Count(), 0)).ToListAsync(cancellationToken);
        return new(ByUse(metrics), ByUse(parameters), ByUse(tags));
    }

    /// <summary>The greatest and smallest last value of metrics among the runs of an experiment, for bars in cells.</summary>
    public async Task<IReadOnlyDictionary<string, (double Min, double Max)>> RangesAsync(Actor actor, Guid experimentId, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, experimentId, cancellationToken);
        var ids = db.Set<Run>().Where(r => r.ExperimentId == experimentId && r.DeletedAt == null && r.ArchivedAt == null).Select(r => r.Id);
        var found = await db.Set<RunMetric>().Where(m => keys.Contains(m.Key) && m.Last != null && ids.Contains(m.RunId)).GroupBy(m => m.Key)
            .Select(g => new { g.Key, Min = g.Min(m => m.Last), Max = g.Max(m => m.Last) }).ToListAsync(cancellationToken);
        return found.ToDictionary(f => f.Key, f => (f.Min ?? 0, f.Max ?? 0));
    }

    private async Task<IQueryable<Run>> MatchingAsync(HubDbContext db, Actor actor, Guid experimentId, string? filter, CancellationToken cancellationToken)
    {
        var (tree, problem) = RunFilterParser.Parse(filter);
        return problem is null
            ? await RunFilterQuery.ApplyAsync(db, actor, db.Set<Run>().AsNoTracking().Where(r => r.ExperimentId == experimentId), tree, time.GetUtcNow().UtcDateTime, cancellationToken)
            : throw HubException.Field("filter", $"At character {problem.Start + 1}: {problem.Message}", "BAD_FILTER");
    }

    private async Task<WorkspaceRole> RequireAsync(HubDbContext db, Actor actor, Guid experimentId, CancellationToken cancellationToken)
    {
        var workspaceId = await db.Set<Experiment>().Where(e => e.Id == experimentId && e.DeletedAt == null).Select(e => (Guid?)e.WorkspaceId).SingleOrDefaultAsync(cancellationToken)
            ?? throw HubException.NotFound("experiment");
        return await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "experiment", cancellationToken);
    }

    private static List<RunFieldUse> ByUse(List<RunFieldUse> fields) => [.. fields.OrderByDescending(f => f.Runs).ThenBy(f => f.Key, StringComparer.Ordinal)];
}

/// <param name="Total">Runs of the experiment, without archived ones.</param>
public sealed record RunListing(IReadOnlyList<RunListed> Runs, int Total);

/// <param name="Group">Values of the fields that the list is grouped by.</param>
public sealed record RunListed(Guid Id, Guid? ParentRunId, string? Group, double? Metric);

/// <summary>What the runs of an experiment have, most used first.</summary>
public sealed record RunFields(IReadOnlyList<RunFieldUse> Metrics, IReadOnlyList<RunFieldUse> Parameters, IReadOnlyList<RunFieldUse> Tags);

/// <param name="Values">Of a parameter: how many different values there are.</param>
public sealed record RunFieldUse(string Key, int Runs, int Values);
