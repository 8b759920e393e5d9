using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using MLHub.Core.Data;

namespace MLHub.Core.Experiments;

/// <summary>One writer per run: summaries are read, changed and written, and two batches at a time must not lose one another's.</summary>
internal static class RunLock
{
    public static async Task<IDbContextTransaction> BeginAsync(HubDbContext db, Guid runId, CancellationToken cancellationToken)
    {
        // What was read before the lock is stale.
        db.ChangeTracker.Clear();
        if (db is not PostgresHubDbContext)
        {
            // BEGIN IMMEDIATE: SQLite has one writer altogether.
            return await db.Database.BeginTransactionAsync(cancellationToken);
        }

        var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await TakeAsync(db, runId, cancellationToken);
        return transaction;
    }

    /// <summary>The same inside of a transaction that has begun.</summary>
    public static async Task TakeAsync(HubDbContext db, Guid runId, CancellationToken cancellationToken)
    {
        if (db is PostgresHubDbContext)
        {
            await db.Database.ExecuteSqlInterpolatedAsync($"""SELECT 1 FROM "Runs" WHERE "Id" = {runId} FOR UPDATE""", cancellationToken);
        }
    }
}
