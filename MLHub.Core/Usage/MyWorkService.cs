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
        var first = MondayOf(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime)).AddDays(-7 * (Weeks - 1));
        var from = first.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var visible = WorkspaceAccess.Visible(db, actor);
        var runs = await db.Set<Run>().Where(r => r.CreatedBy == actor.UserId && r.DeletedAt == null && r.CreatedAt >= from && visible.Contains(r.WorkspaceId))
            .Select(r => new { r.CreatedAt, r.State }).ToListAsync(cancellationToken);
        var weeks = runs.ToLookup(r => MondayOf(DateOnly.FromDateTime(r.CreatedAt)), r => r.State);
        return [.. Enumerable.Range(0, Weeks).Select(w => first.AddDays(7 * w)).Select(monday => new WeekOfRuns(
            monday, weeks[monday].Count(), weeks[monday].Count(s => s == RunState.Finished), weeks[monday].Count(s => s == RunState.Failed)))];
    }

    /// <summary>Datasets and models by the room that the actor's part of them takes, largest first; bounded.</summary>
    public async Task<IReadOnlyList<StoredThing>> LargestAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var visible = WorkspaceAccess.Visible(db, actor);
        var datasets = await (
            from version in db.Set<DatasetVersion>().IgnoreQueryFilters()
            where version.CreatedBy == actor.UserId && (version.ContentHash != null || version.OriginalHash != null)
            group (version.ContentHash != null ? version.SizeBytes : 0) + (version.OriginalHash != null ? version.OriginalBytes : 0) by version.DatasetId into sizes
            join dataset in db.Set<Dataset>() on sizes.Key equals dataset.Id
            where visible.Contains(dataset.WorkspaceId)
            orderby sizes.Sum() descending
            select new StoredThing("dataset", dataset.Id, dataset.Name, sizes.Sum(), dataset.DeletedAt != null)).Take(MaxThings).ToListAsync(cancellationToken);
        var models = await (
            from version in db.Set<ModelVersion>()
            where version.CreatedBy == actor.UserId
            group version.SizeBytes by version.ModelId into sizes
            join model in db.Set<RegisteredModel>() on sizes.Key equals model.Id
            where visible.Contains(model.WorkspaceId)
            orderby sizes.Sum() descending
            select new StoredThing("model", model.Id, model.Name, sizes.Sum(), model.DeletedAt != null)).Take(MaxThings).ToListAsync(cancellationToken);
        return [.. datasets.Concat(models).Where(t => t.Bytes > 0).OrderByDescending(t => t.Bytes).Take(MaxThings)];
    }

    private static DateOnly MondayOf(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
}
