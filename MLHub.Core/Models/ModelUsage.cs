using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Models;

/// <summary>Counts what models are asked over REST and by their form.</summary>
public sealed class ModelUsage(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, TimeProvider time)
{
    private const int Hours = 24;
    private const int LastBucket = 20;

    /// <summary>Of the last 24 hours.</summary>
    public async Task<ModelUsageView> OfAsync(Actor actor, Guid modelId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var model = await db.Set<RegisteredModel>().AsNoTracking().SingleOrDefaultAsync(m => m.Id == modelId && m.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("model");
        await access.RequireAsync(actor, model.AsThing(), WorkspaceRole.Reader, cancellationToken);
        var from = Hour(time.GetUtcNow().UtcDateTime).AddHours(1 - Hours);
        var counts = await db.Set<ModelUse>().AsNoTracking().Where(u => u.ModelId == modelId && u.Hour >= from).GroupBy(u => u.Bucket)
            .Select(g => new { Bucket = g.Key, Requests = g.Sum(u => u.Requests), Failures = g.Sum(u => u.Failures) }).ToListAsync(cancellationToken);
        var requests = counts.Sum(c => c.Requests);
        var seen = 0L;
        double? p95 = null;
        foreach (var count in counts.OrderBy(c => c.Bucket))
        {
            seen += count.Requests;
            if (p95 is null && seen >= 0.95 * requests)
            {
                p95 = Math.Pow(2, count.Bucket);
            }
        }

        return new(requests, counts.Sum(c => c.Failures), p95);
    }

    internal async Task CountAsync(Guid modelId, TimeSpan took, bool failed, CancellationToken cancellationToken)
    {
        var hour = Hour(time.GetUtcNow().UtcDateTime);
        var bucket = (int)Math.Clamp(Math.Ceiling(Math.Log2(Math.Max(1, took.TotalMilliseconds))), 0, LastBucket);
        var failures = failed ? 1 : 0;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var counted = await db.Set<ModelUse>().Where(u => u.ModelId == modelId && u.Hour == hour && u.Bucket == bucket)
                .ExecuteUpdateAsync(set => set.SetProperty(u => u.Requests, u => u.Requests + 1).SetProperty(u => u.Failures, u => u.Failures + failures), cancellationToken);
            if (counted > 0)
            {
                return;
            }

            db.Add(ModelUse.Create(modelId, hour, bucket, failed));
            try
            {
                await db.SaveChangesAsync(cancellationToken);
                return;
            }
            catch (Exception taken) when (taken is DbUpdateException or HubException && attempt == 1)
            {
                // Somebody else was the first of this hour: then there is a row to count in.
                db.ChangeTracker.Clear();
            }
        }
    }

    private static DateTime Hour(DateTime now) => new(now.Year, now.Month, now.Day, now.Hour, 0, 0, DateTimeKind.Utc);
}

/// <param name="Requests">Answered or refused.</param>
/// <param name="P95Milliseconds">95 of 100 answers took at most so long, rounded up to a power of two; <c>null</c> without requests.</param>
public sealed record ModelUsageView(long Requests, long Failures, double? P95Milliseconds);
