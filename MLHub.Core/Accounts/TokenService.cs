using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Accounts;

/// <summary>A token as its owner sees it later: without the secret.</summary>
public sealed record TokenView(Guid Id, string Name, string Hint, IReadOnlyList<string> Scopes, Guid? WorkspaceId, DateTime CreatedAt, DateTime ExpiresAt, DateTime? LastUsedAt);

/// <summary>A new token; <paramref name="Token"/> is shown this once.</summary>
public sealed record NewToken(TokenView View, string Token);

/// <summary>Personal access tokens: the credentials of scripts, pandas and MLflow clients.</summary>
public sealed class TokenService(
    IDbContextFactory<HubDbContext> contexts,
    IAccountWorkspaces workspaces,
    TwoFactorService twoFactor,
    UserStates states,
    IOptions<AccountOptions> options,
    TimeProvider time)
{
    public const string Read = "read";
    public const string Write = "write";

    private const int MaxTokens = 100;

    private static readonly TimeSpan UseIsNotedEvery = TimeSpan.FromMinutes(1);

    public async Task<Page<TokenView>> ListAsync(Actor actor, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Set<PersonalAccessToken>().AsNoTracking()
            .Where(t => t.UserId == actor.UserId && t.RevokedAt == null)
            .OrderByDescending(t => t.CreatedAt).ThenByDescending(t => t.Id)
            .Skip(page.Skip).Take(page.Take + 1).ToListAsync(cancellationToken);
        return page.ToPage(rows.ConvertAll(View));
    }

    /// <param name="actor">The owner; not another token: a stolen token must not make itself a longer life.</param>
    /// <param name="name">Says what the token is for.</param>
    /// <param name="scopes"><c>read</c>, or <c>read</c> and <c>write</c>.</param>
    /// <param name="expiresInDays">Counted from now; bounded by <see cref="AccountOptions.MaxTokenDays"/>.</param>
    /// <param name="workspaceId">The only workspace the token is to see, or <c>null</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<NewToken> CreateAsync(Actor actor, string? name, IReadOnlyCollection<string>? scopes, int expiresInDays, Guid? workspaceId, CancellationToken cancellationToken)
    {
        if (actor.Kind == ActorKind.Token)
        {
            throw new HubException(Refusal.Forbidden, "An access token cannot make another one. Sign in with your password.", "SIGN_IN_NEEDED");
        }

        var mayWrite = RequireScopes(scopes);
        if (expiresInDays < 1 || expiresInDays > options.Value.MaxTokenDays)
        {
            throw HubException.Field("expiresInDays", $"A token lives 1 to {options.Value.MaxTokenDays} days.", "BAD_EXPIRY");
        }

        if (workspaceId is { } only)
        {
            await workspaces.RequireVisibleAsync(actor, only, cancellationToken);
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Set<PersonalAccessToken>().Where(t => t.UserId == actor.UserId && (t.ExpiresAt < Now || t.RevokedAt < Now.AddDays(-30))).ExecuteDeleteAsync(cancellationToken);
        if (await db.Set<PersonalAccessToken>().CountAsync(t => t.UserId == actor.UserId && t.RevokedAt == null, cancellationToken) >= MaxTokens)
        {
            throw HubException.Conflict($"You have {MaxTokens} tokens. Revoke one that you no longer need.", "TOO_MANY_TOKENS");
        }

        var text = TokenText.New();
        var token = PersonalAccessToken.Create(actor.UserId, name ?? "", text, mayWrite, workspaceId, Now, Now.AddDays(expiresInDays));
        // Last: nobody should look up a code for a form that is refused anyway.
        await twoFactor.RequireConfirmedAsync(actor, cancellationToken);
        db.Add(token);
        db.Audit(actor, workspaceId, "token.create", token.Id, token.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        return new(View(token), text.ToString());
    }

    public async Task RevokeAsync(Actor actor, Guid tokenId, CancellationToken cancellationToken)
    {
        AccountService.RequireWholeAccount(actor);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var token = await db.Set<PersonalAccessToken>().SingleOrDefaultAsync(t => t.Id == tokenId && t.UserId == actor.UserId && t.RevokedAt == null, cancellationToken)
            ?? throw HubException.NotFound("token");
        token.Revoke(Now);
        db.Audit(actor, token.WorkspaceId, "token.revoke", token.Id, token.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Who calls with this token. Asks the database each time, so a revoked token is dead at once.</summary>
    /// <returns><c>null</c> for anything but a living token of ours.</returns>
    public async Task<Actor?> AuthenticateAsync(string text, CancellationToken cancellationToken)
    {
        if (TokenText.Parse(text) is not { } parsed)
        {
            return null;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var token = await db.Set<PersonalAccessToken>().AsNoTracking().SingleOrDefaultAsync(t => t.PublicId == parsed.PublicId, cancellationToken);
        if (token is null
            || !CryptographicOperations.FixedTimeEquals(token.Hash, parsed.Hash)
            || token.RevokedAt is not null
            || token.ExpiresAt <= Now
            || await states.FindAsync(token.UserId, cancellationToken) is not { } user)
        {
            return null;
        }

        if (token.LastUsedAt is null || token.LastUsedAt + UseIsNotedEvery <= Now)
        {
            await db.Set<PersonalAccessToken>().Where(t => t.Id == token.Id).ExecuteUpdateAsync(s => s.SetProperty(t => t.LastUsedAt, Now), cancellationToken);
        }

        return new Actor(user.Id, user.DisplayName, ActorKind.Token)
        {
            // A limited token of an administrator does not run the server.
            IsAdministrator = user.IsAdministrator && token.MayWrite && token.WorkspaceId is null,
            MayWrite = token.MayWrite,
            OnlyWorkspaceId = token.WorkspaceId,
            CredentialId = token.Id,
        };
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private static bool RequireScopes(IReadOnlyCollection<string>? scopes)
    {
        if (scopes is not { Count: > 0 } || scopes.Any(s => s is not (Read or Write)))
        {
            throw HubException.Field("scopes", "Name the scopes: [\"read\"] or [\"read\", \"write\"].", "BAD_SCOPES");
        }

        return scopes.Contains(Write);
    }

    private static TokenView View(PersonalAccessToken t) =>
        new(t.Id, t.Name, $"{TokenText.Prefix}{t.PublicId}_…", t.MayWrite ? [Read, Write] : [Read], t.WorkspaceId, t.CreatedAt, t.ExpiresAt, t.LastUsedAt);
}
