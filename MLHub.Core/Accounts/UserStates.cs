using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Accounts;

/// <param name="StampHash">Changes when every earlier sign-in is to end; a digest, because the stamp itself makes reset links.</param>
public sealed record UserState(Guid Id, string DisplayName, bool IsAdministrator, string StampHash);

/// <summary>
/// What credentials are checked against at each call: is the person still there, is the sign-in still good. Read at most
/// every 30 s per person and session, at once after a change made on this server; <see cref="SessionWatch"/> brings the news of
/// the others.
/// </summary>
public sealed class UserStates(IDbContextFactory<HubDbContext> contexts, News news, TimeProvider time)
{
    private const int MaxEntries = 10_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<Guid, Known<UserState?>> _users = new();
    private readonly ConcurrentDictionary<Guid, Known<bool>> _sessions = new();

    public static string HashOf(string? securityStamp) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(securityStamp ?? "")).AsSpan(0, 12));

    /// <returns><c>null</c> when there is no such user any more.</returns>
    public async Task<UserState?> FindAsync(Guid userId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_users.TryGetValue(userId, out var known) && known.At + Fresh > now)
        {
            return known.Value;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await db.Set<HubUser>().Where(u => u.Id == userId && u.DeletedAt == null)
            .Select(u => new { u.DisplayName, u.IsAdministrator, u.SecurityStamp, u.LastSeenAt }).SingleOrDefaultAsync(cancellationToken);
        if (row is not null && (row.LastSeenAt is null || row.LastSeenAt < (now - SeenEvery).UtcDateTime))
        {
            await db.Set<HubUser>().Where(u => u.Id == userId).ExecuteUpdateAsync(s => s.SetProperty(u => u.LastSeenAt, now.UtcDateTime), cancellationToken);
        }

        return Keep(_users, userId, row is null ? null : new UserState(userId, row.DisplayName, row.IsAdministrator, HashOf(row.SecurityStamp)), now);
    }

    public async Task<bool> IsSessionAliveAsync(Guid sessionId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_sessions.TryGetValue(sessionId, out var known) && known.At + Fresh > now)
        {
            return known.Value;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var moment = now.UtcDateTime;
        var row = await db.Set<UserSession>().Where(s => s.Id == sessionId && s.RevokedAt == null && s.ExpiresAt > moment).Select(s => new { s.LastSeenAt }).SingleOrDefaultAsync(cancellationToken);
        if (row is not null && (row.LastSeenAt is null || row.LastSeenAt < (now - SeenEvery).UtcDateTime))
        {
            await db.Set<UserSession>().Where(s => s.Id == sessionId).ExecuteUpdateAsync(s => s.SetProperty(u => u.LastSeenAt, moment), cancellationToken);
        }

        return Keep(_sessions, sessionId, row is not null, now);
    }

    /// <summary>Something about the person changed: ask the database next time. Open pages ask at once.</summary>
    public void Forget(Guid userId)
    {
        _users.TryRemove(userId, out _);
        _sessions.Clear();
        news.Publish(Topic.Account(userId));
    }

    private static T Keep<T>(ConcurrentDictionary<Guid, Known<T>> cache, Guid id, T value, DateTimeOffset now)
    {
        if (cache.Count >= MaxEntries)
        {
            cache.Clear();
        }

        cache[id] = new(value, now);
        return value;
    }

    private sealed record Known<T>(T Value, DateTimeOffset At);
}
