using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Accounts;

/// <param name="SessionId">Goes into the access token, so that signing out ends it too.</param>
/// <param name="RefreshToken">Shown once; good for one refresh.</param>
public sealed record SignedIn(AccountView Account, string StampHash, Guid SessionId, string RefreshToken);

/// <summary>Signing in, and the sessions that come of it: a browser's, and those of programs with one refresh token after another, each good once.</summary>
public sealed class SessionService(
    IDbContextFactory<HubDbContext> contexts,
    IServiceScopeFactory scopes,
    TwoFactorService twoFactor,
    SignInThrottle throttle,
    UserStates states,
    IOptions<AccountOptions> options,
    TimeProvider time)
{
    /// <summary>The code of the refusal of somebody who has not proved the address where the server asks for that.</summary>
    public const string EmailNotConfirmed = "EMAIL_NOT_CONFIRMED";

    private const string Wrong = "The e-mail address or the password is not right. After several wrong passwords an account rests for some minutes.";

    // A real hash of a random password: an unknown e-mail costs as much time as a wrong password.
    private static readonly Lock DecoyGate = new();
    private static string? _decoy;

    /// <summary>Checks a password. Unknown e-mail, wrong password and resting account look and last the same.</summary>
    /// <returns>The id of the user.</returns>
    public async Task<Guid> CheckPasswordAsync(string? email, string? password, string? address, CancellationToken cancellationToken)
    {
        email = (email ?? "").Trim();
        password ??= "";
        cancellationToken.ThrowIfCancellationRequested();
        throttle.Demand(email, address);
        await using var identity = scopes.CreateIdentityScope();
        var user = email.Length is > 0 and <= HubUser.MaxEmailLength ? await identity.Users.FindByEmailAsync(email) : null;
        // Without a password there is nothing to compare with, and that is not to be quicker.
        var isRight = user?.PasswordHash is null
            ? CheckDecoy(identity.Users, password)
            : await identity.Users.CheckPasswordAsync(user, password);
        if (user is null || !isRight || await identity.Users.IsLockedOutAsync(user))
        {
            throttle.Failed(email, address);
            if (user is not null && !isRight)
            {
                await identity.Users.AccessFailedAsync(user);
            }

            throw new HubException(Refusal.Unauthenticated, Wrong, "INVALID_CREDENTIALS");
        }

        throttle.Succeeded(email);
        if (!user.TwoFactorEnabled)
        {
            // With a second factor only its code makes the sign-in whole; until then wrong codes go on counting.
            await identity.Users.ResetAccessFailedCountAsync(user);
        }

        return user.Id;
    }

    /// <summary>
    /// Asks once more for the password, and for the second factor of those who have one, before something that could lock the owner out. Wrong
    /// passwords count as they do when signing in.
    /// </summary>
    public async Task RequireOwnerAsync(Actor actor, string? password, CancellationToken cancellationToken)
    {
        if (actor.Kind is not (ActorKind.Browser or ActorKind.Session))
        {
            throw new HubException(Refusal.Forbidden, "An access token cannot change how somebody signs in. Sign in.", "SIGN_IN_NEEDED");
        }

        await twoFactor.RequireConfirmedAsync(actor, cancellationToken);
        await using var identity = scopes.CreateIdentityScope();
        var user = await AccountService.RequirePasswordAsync(identity, throttle, actor, password, cancellationToken);
        throttle.Succeeded(user.Email!);
    }

    /// <summary>Refuses whoever has not confirmed the address where the server asks for that. A link was sent when the account was made.</summary>
    public async Task RequireConfirmedAsync(Guid userId, CancellationToken cancellationToken)
    {
        if (!options.Value.RequireConfirmedEmail)
        {
            return;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<HubUser>().AnyAsync(u => u.Id == userId && !u.EmailConfirmed && !u.IsAdministrator, cancellationToken))
        {
            throw new HubException(Refusal.Forbidden, "Confirm your e-mail address first: we sent you a link. \"Forgot your password?\" sends another, which confirms it too.", EmailNotConfirmed);
        }
    }

    /// <summary>Opens a session of a browser for a user who proved who they are, second factor and all.</summary>
    /// <returns>The id that the cookie carries.</returns>
    public async Task<Guid> OpenBrowserAsync(Guid userId, SessionOrigin origin, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var name = await db.Set<HubUser>().Where(u => u.Id == userId).Select(u => u.DisplayName).SingleAsync(cancellationToken);
        await ForgetEndedAsync(db, userId, cancellationToken);
        var session = UserSession.Create(userId, SessionKind.Browser, origin, Now, Now.AddDays(options.Value.BrowserSessionDays));
        db.Add(session);
        db.Audit(new Actor(userId, name, ActorKind.Browser) { CredentialId = session.Id }, null, "session.open", session.Id, null, Now);
        await db.SaveChangesAsync(cancellationToken);
        return session.Id;
    }

    /// <summary>Opens a session of a program for a user whose password was checked or who has just signed up.</summary>
    public async Task<SignedIn> OpenAsync(Guid userId, SessionOrigin origin, CancellationToken cancellationToken)
    {
        await RequireConfirmedAsync(userId, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var user = await db.Set<HubUser>().SingleAsync(u => u.Id == userId, cancellationToken);
        await ForgetEndedAsync(db, userId, cancellationToken);
        var session = UserSession.Create(userId, SessionKind.Program, origin, Now, Expiry);
        var (text, token) = NewToken(session.Id);
        db.AddRange(session, token);
        db.Audit(new Actor(userId, user.DisplayName, ActorKind.Session) { CredentialId = session.Id }, null, "session.open", session.Id, null, Now);
        await db.SaveChangesAsync(cancellationToken);
        return new(AccountService.View(user), UserStates.HashOf(user.SecurityStamp), session.Id, text);
    }

    /// <summary>A new pair for a refresh token. Showing a used one again ends the whole session: two hold it, and one of them stole it.</summary>
    public async Task<SignedIn> RefreshAsync(string? refreshToken, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await FindAsync(db, refreshToken, cancellationToken) ?? throw Dead();
        var (token, session) = found;
        if (session.RevokedAt is not null || token.ExpiresAt <= Now)
        {
            throw Dead();
        }

        var user = await db.Set<HubUser>().SingleAsync(u => u.Id == session.UserId, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var won = await db.Set<RefreshToken>().Where(t => t.Id == token.Id && t.UsedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(t => t.UsedAt, Now), cancellationToken);
        if (won == 0)
        {
            await RevokeAsync(db, session, user.DisplayName, "a used refresh token was shown again", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            throw Dead();
        }

        var (text, next) = NewToken(session.Id);
        db.Add(next);
        await db.SaveChangesAsync(cancellationToken);
        await db.Set<UserSession>().Where(s => s.Id == session.Id).ExecuteUpdateAsync(s => s.SetProperty(x => x.ExpiresAt, Expiry), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new(AccountService.View(user), UserStates.HashOf(user.SecurityStamp), session.Id, text);
    }

    /// <summary>Ends the session of a refresh token. An unknown token is no error: the session is over either way.</summary>
    public async Task CloseAsync(string refreshToken, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindAsync(db, refreshToken, cancellationToken) is { } found)
        {
            var name = await db.Set<HubUser>().Where(u => u.Id == found.Session.UserId).Select(u => u.DisplayName).SingleAsync(cancellationToken);
            await RevokeAsync(db, found.Session, name, "signed out", cancellationToken);
        }
    }

    /// <summary>Ends the session that the caller uses.</summary>
    public async Task CloseAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<UserSession>().AsNoTracking().SingleOrDefaultAsync(s => s.Id == actor.CredentialId && s.UserId == actor.UserId, cancellationToken) is { } session)
        {
            await RevokeAsync(db, session, actor.Name, "signed out", cancellationToken);
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private DateTime Expiry => Now.AddDays(options.Value.RefreshTokenDays);

    private async Task RevokeAsync(HubDbContext db, UserSession session, string name, string why, CancellationToken cancellationToken)
    {
        await db.Set<UserSession>().Where(s => s.Id == session.Id && s.RevokedAt == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.RevokedAt, Now), cancellationToken);
        db.Audit(new Actor(session.UserId, name, ActorKind.Session) { CredentialId = session.Id }, null, "session.close", session.Id, why, Now);
        await db.SaveChangesAsync(cancellationToken);
        states.Forget(session.UserId);
    }

    /// <summary>Sessions that ended long ago tell nobody anything.</summary>
    private async Task ForgetEndedAsync(HubDbContext db, Guid userId, CancellationToken cancellationToken)
    {
        var longAgo = Now.AddDays(-7);
        await db.Set<UserSession>().Where(s => s.UserId == userId && (s.ExpiresAt < longAgo || s.RevokedAt < longAgo)).ExecuteDeleteAsync(cancellationToken);
    }

    private (string Text, RefreshToken Row) NewToken(Guid sessionId)
    {
        var text = "mlh_rt_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return (text, RefreshToken.Create(sessionId, Hash(text), Now, Expiry));
    }

    private static async Task<(RefreshToken Token, UserSession Session)?> FindAsync(HubDbContext db, string? refreshToken, CancellationToken cancellationToken)
    {
        if (refreshToken is not { Length: > 0 and <= 100 })
        {
            return null;
        }

        var hash = Hash(refreshToken);
        var found = await db.Set<RefreshToken>().AsNoTracking().Where(t => t.Hash == hash)
            .Join(db.Set<UserSession>().AsNoTracking(), t => t.SessionId, s => s.Id, (t, s) => new { t, s }).SingleOrDefaultAsync(cancellationToken);
        return found is null ? null : (found.t, found.s);
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static HubException Dead() => new(Refusal.Unauthenticated, "The refresh token is used up, expired or revoked. Sign in again.", "INVALID_REFRESH_TOKEN");

    private static bool CheckDecoy(UserManager<HubUser> users, string password)
    {
        var nobody = new HubUser();
        if (_decoy is null)
        {
            lock (DecoyGate)
            {
                _decoy ??= users.PasswordHasher.HashPassword(nobody, Guid.NewGuid().ToString());
            }
        }

        users.PasswordHasher.VerifyHashedPassword(nobody, _decoy, password);
        return false;
    }
}
