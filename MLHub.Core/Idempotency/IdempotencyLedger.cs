using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Idempotency;

/// <summary>The answer of the first call.</summary>
public sealed record RecordedAnswer(int Status, string? ContentType, string? Location, byte[] Body);

/// <param name="RecordId">To be answered or released by the caller.</param>
/// <param name="Answer">Set when the call was made before: send this, do nothing.</param>
public sealed record IdempotencyClaim(Guid RecordId, RecordedAnswer? Answer);

/// <summary>Remembers calls by their <c>Idempotency-Key</c> for a day. A unique index decides which of two simultaneous calls acts.</summary>
public sealed partial class IdempotencyLedger(IDbContextFactory<HubDbContext> contexts, TimeProvider time, ILogger<IdempotencyLedger> logger)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    // A call that was under way when the server died will never answer; after this long without a sign of life its key may be used again.
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(15);

    public async Task<IdempotencyClaim> ClaimAsync(Actor actor, string key, byte[] requestHash, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var stale = Now - Abandoned;
        await db.Set<IdempotencyRecord>()
            .Where(r => r.ExpiresAt < Now || (r.UserId == actor.UserId && r.Key == key && r.Status == null && r.StartedAt < stale))
            .ExecuteDeleteAsync(cancellationToken);
        var record = IdempotencyRecord.Create(actor.UserId, key, requestHash, Now, Now + Kept);
        db.Add(record);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return new(record.Id, null);
        }
        catch (HubException taken) when (taken.Refusal == Refusal.Conflict)
        {
            db.ChangeTracker.Clear();
        }

        var first = await db.Set<IdempotencyRecord>().AsNoTracking().SingleOrDefaultAsync(r => r.UserId == actor.UserId && r.Key == key, cancellationToken);
        if (first is not null && !first.RequestHash.AsSpan().SequenceEqual(requestHash))
        {
            throw HubException.Impossible("This Idempotency-Key was used for another request. Use a new one.", "IDEMPOTENCY_KEY_REUSED");
        }

        return first is { Status: { } status }
            ? new(first.Id, new(status, first.ContentType, first.Location, first.Body ?? []))
            : throw new HubException(Refusal.Conflict, "The first call with this Idempotency-Key is still under way. Repeat in a moment.", "IDEMPOTENCY_IN_PROGRESS") { RetryAfter = TimeSpan.FromSeconds(1) };
    }

    /// <summary>Says again and again that the call is under way, until it is told to end: some take hours.</summary>
    public async Task KeepAsync(Actor actor, Guid recordId, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Abandoned / 3, time, cancellationToken);
            try
            {
                await using var db = await contexts.CreateDbContextAsync(cancellationToken);
                var now = Now;
                await db.Set<IdempotencyRecord>().Where(r => r.Id == recordId && r.UserId == actor.UserId && r.Status == null)
                    .ExecuteUpdateAsync(s => s.SetProperty(r => r.StartedAt, now), cancellationToken);
            }
            catch (DbException away)
            {
                // There is time for another try before the call counts as abandoned.
                Log.NotRenewed(logger, recordId, away.Message);
            }
        }
    }

    public async Task AnswerAsync(Actor actor, Guid recordId, RecordedAnswer answer, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var record = await db.Set<IdempotencyRecord>().SingleOrDefaultAsync(r => r.Id == recordId && r.UserId == actor.UserId, cancellationToken);
        record?.Answer(answer.Status, answer.ContentType, answer.Location, answer.Body);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The call did nothing (it was refused): the key is free again.</summary>
    public async Task ReleaseAsync(Actor actor, Guid recordId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Set<IdempotencyRecord>().Where(r => r.Id == recordId && r.UserId == actor.UserId && r.Status == null).ExecuteDeleteAsync(cancellationToken);
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The call {RecordId} could not say that it is still under way: {Problem}")]
        public static partial void NotRenewed(ILogger logger, Guid recordId, string problem);
    }
}
