using Microsoft.EntityFrameworkCore;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Accounts;

/// <param name="Client">What the browser or program calls itself; <c>null</c> when it did not say.</param>
/// <param name="IsThisOne">The session that asks.</param>
public sealed record OpenSession(Guid Id, SessionKind Kind, string? Client, string? Address, DateTime CreatedAt, DateTime? LastSeenAt, DateTime ExpiresAt, bool IsThisOne);

/// <summary>Where a person is signed in, and ending it. What is ended is refused at once, and its open pages are left.</summary>
public sealed class OpenSessionsService(IDbContextFactory<HubDbContext> contexts, UserStates states, TimeProvider time)
{
    public async Task<Page<OpenSession>> ListAsync(Actor actor, PageRequest page, CancellationToken cancellationToken)
    {
        RequirePerson(actor);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Set<UserSession>().AsNoTracking()
            .Where(s => s.UserId == actor.UserId && s.RevokedAt == null && s.ExpiresAt > Now)
            .OrderByDescending(s => s.LastSeenAt).ThenByDescending(s => s.Id)
            .Skip(page.Skip).Take(page.Take + 1).ToListAsync(cancellationToken);
        return page.ToPage(rows.ConvertAll(s => new OpenSession(s.Id, s.Kind, s.Client, s.Address, s.CreatedAt, s.LastSeenAt, s.ExpiresAt, s.Id == actor.CredentialId)));
    }

    public async Task EndAsync(Actor actor, Guid sessionId, CancellationToken cancellationToken)
    {
        RequirePerson(actor);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Set<UserSession>().Where(s => s.Id == sessionId && s.UserId == actor.UserId && s.RevokedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.RevokedAt, Now), cancellationToken) == 0)
        {
            throw HubException.NotFound("session");
        }

        db.Audit(actor, null, "session.close", sessionId, "ended by its owner", Now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        states.Forget(actor.UserId);
    }

    /// <summary>Ends all sessions but the one that asks.</summary>
    /// <returns>How many ended.</returns>
    public async Task<int> EndOthersAsync(Actor actor, CancellationToken cancellationToken)
    {
        RequirePerson(actor);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var ended = await EndAsync(db, actor.UserId, actor.CredentialId, Now, cancellationToken);
        db.Audit(actor, null, "session.close", null, $"all others: {ended}", Now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        states.Forget(actor.UserId);
        return ended;
    }

    /// <summary>Ends the sessions of a person in the context's transaction; the caller lets <see cref="UserStates"/> forget them afterwards.</summary>
    /// <param name="except">The one that stays, if any.</param>
    internal static Task<int> EndAsync(HubDbContext db, Guid userId, Guid? except, DateTime now, CancellationToken cancellationToken) =>
        db.Set<UserSession>().Where(s => s.UserId == userId && s.RevokedAt == null && s.Id != except)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.RevokedAt, now), cancellationToken);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private static void RequirePerson(Actor actor)
    {
        if (actor.Kind is not (ActorKind.Browser or ActorKind.Session))
        {
            throw new HubException(Refusal.Forbidden, "An access token cannot look after your sessions. Sign in.", "SIGN_IN_NEEDED");
        }
    }
}
