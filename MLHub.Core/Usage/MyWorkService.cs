using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Models;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Usage;

/// <summary>The actor's runs that were started in one week.</summary>
/// <param name="Monday">First day of the week, UTC.</param>
public sealed record WeekOfRuns(DateOnly Monday, int Runs, int Finished, int Failed);

/// <summary>Something of the actor's that takes room.</summary>
/// <param name="Kind"><c>dataset</c> or <c>model</c>.</param>
/// <param name="IsInTrash">Emptying the trash frees it.</param>
public sealed record StoredThing(string Kind, Guid Id, string Name, long Bytes, bool IsInTrash);

/// <summary>What a person does over all their workspaces. What lies in workspaces that they left is not shown to them.</summary>
public sealed class MyWorkService(IDbContextFactory<HubDbContext> contexts, TimeProvider time)
{
    public const int Weeks = 26;

    private const int MaxThings = 50;

    /// <summary>One entry per week, oldest first, weeks without runs too.</summary>
    public async Task<IReadOnlyList<WeekOfRuns>> WeeksAsync(Actor actor, CancellationToken cancellationToken)
    {
        var first = Week.MondayOf(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime)).AddDays(-7 * (Weeks - 1));
        var from = first.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var visible = WorkspaceAccess.Visible(db, actor);
        var runs = await db.Set<Run>().Where(r => r.CreatedBy == actor.UserId && r.DeletedAt == null && r.CreatedAt >= from && visible.Contains(r.WorkspaceId))
            .Select(r => new { r.CreatedAt, r.State }).ToListAsync(cancellationToken);
        var weeks = runs.ToLookup(r => Week.MondayOf(DateOnly.FromDateTime(r.CreatedAt)), r => r.State);
        return [.. Enumerable.Range(0, Weeks).Select(w => first.AddDays(7 * w)).Select(monday => new WeekOfRuns(
            monday, weeks[monday].Count(), weeks[monday].Count(s => s == RunState.Finished), weeks[monday].Count(s => s == RunState.Failed)))];
    }

    /// <summary>Datasets and models by the room that the actor's part of them takes, largest first; bounded.</summary>
    public async Task<IReadOnlyList<StoredThing>> LargestAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var visible = WorkspaceAccess.Visible(db, actor);
        var versions = await db.Set<DatasetVersion>().IgnoreQueryFilters()
            .Where(v => v.CreatedBy == actor.UserId && db.Set<Dataset>().Any(d => d.Id == v.DatasetId && visible.Contains(d.WorkspaceId)))
            .GroupBy(v => v.DatasetId)
            .Select(g => new { Id = g.Key, Bytes = g.Sum(v => (v.ContentHash != null ? v.SizeBytes : 0) + (v.OriginalHash != null ? v.OriginalBytes : 0)) })
            .OrderByDescending(g => g.Bytes).Take(MaxThings).ToDictionaryAsync(g => g.Id, g => g.Bytes, cancellationToken);
        var datasets = await db.Set<Dataset>().Where(d => versions.Keys.Contains(d.Id)).Select(d => new { d.Id, d.Name, d.DeletedAt }).ToListAsync(cancellationToken);
        var kept = await db.Set<ModelVersion>()
            .Where(v => v.CreatedBy == actor.UserId && db.Set<RegisteredModel>().Any(m => m.Id == v.ModelId && visible.Contains(m.WorkspaceId)))
            .GroupBy(v => v.ModelId)
            .Select(g => new { Id = g.Key, Bytes = g.Sum(v => v.SizeBytes) })
            .OrderByDescending(g => g.Bytes).Take(MaxThings).ToDictionaryAsync(g => g.Id, g => g.Bytes, cancellationToken);
        var models = await db.Set<RegisteredModel>().Where(m => kept.Keys.Contains(m.Id)).Select(m => new { m.Id, m.Name, m.DeletedAt }).ToListAsync(cancellationToken);
        var things = datasets.Select(d => new StoredThing("dataset", d.Id, d.Name, versions[d.Id], d.DeletedAt != null))
            .Concat(models.Select(m => new StoredThing("model", m.Id, m.Name, kept[m.Id], m.DeletedAt != null)));
        return [.. things.Where(t => t.Bytes > 0).OrderByDescending(t => t.Bytes).Take(MaxThings)];
    }
}
