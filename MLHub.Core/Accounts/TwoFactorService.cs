using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Accounts;

public sealed record TwoFactorView(bool IsOn, int RecoveryCodesLeft);

/// <summary>What an authenticator app must be told, by picture or by hand.</summary>
/// <param name="Secret">Base32.</param>
/// <param name="Address"><c>otpauth://</c>, for a QR code.</param>
public sealed record TwoFactorSetup(string Secret, string Address);

/// <summary>
/// The second factor: codes of an authenticator app, each good once, and recovery codes in case it is lost. Who has one is asked
/// for it at each sign-in, and again for changes that would let somebody else in.
/// </summary>
public sealed class TwoFactorService(
    IDbContextFactory<HubDbContext> contexts,
    IServiceScopeFactory scopes,
    SignInThrottle throttle,
    UserStates states,
    IDataProtectionProvider protection,
    IOptions<AccountOptions> options,
    TimeProvider time)
{
    private const int MaxCodeLength = 40;
    private const string WrongCode = "This code is not right, or was used already. Wait for the app's next one.";

    private readonly IDataProtector _protector = protection.CreateProtector("MLHub.TwoFactor");

    public async Task<bool> IsOnAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<HubUser>().AnyAsync(u => u.Id == userId && u.TwoFactorEnabled, cancellationToken);
    }

    public async Task<TwoFactorView> GetAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var user = await AccountService.FindAsync(db, actor, cancellationToken);
        return new(user.TwoFactorEnabled, await db.Set<RecoveryCode>().CountAsync(c => c.UserId == user.Id && c.UsedAt == null, cancellationToken));
    }

    /// <summary>Makes a secret for an authenticator app. Nothing is asked for until <see cref="TurnOnAsync"/> has seen a code of it.</summary>
    public async Task<TwoFactorSetup> BeginAsync(Actor actor, string? password, CancellationToken cancellationToken)
    {
        RequirePerson(actor);
        await RequirePasswordAsync(actor, password, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var user = await AccountService.FindAsync(db, actor, cancellationToken);
        if (user.TwoFactorEnabled)
        {
            throw HubException.Conflict("Two-factor sign-in is on already. Turn it off first.", "TWO_FACTOR_ON");
        }

        var secret = Totp.NewSecret();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Set<AuthenticatorKey>().Where(k => k.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        db.Add(AuthenticatorKey.Create(user.Id, Convert.ToBase64String(_protector.Protect(secret)), Now));
        db.Audit(actor, null, "account.two-factor", user.Id, "begun", Now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        var text = Totp.ToBase32(secret);
        return new(text, $"otpauth://totp/MLHub:{Uri.EscapeDataString(user.Email!)}?secret={text}&issuer=MLHub");
    }

    /// <summary>Turns it on with the first code of the app. All other sessions end: they were opened with less.</summary>
    /// <returns>The recovery codes; shown this once.</returns>
    public async Task<IReadOnlyList<string>> TurnOnAsync(Actor actor, string? code, CancellationToken cancellationToken)
    {
        RequirePerson(actor);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var user = await AccountService.FindAsync(db, actor, cancellationToken);
        if (user.TwoFactorEnabled || await db.Set<AuthenticatorKey>().SingleOrDefaultAsync(k => k.UserId == user.Id, cancellationToken) is not { } authenticator)
        {
            throw HubException.Conflict("Begin with a new secret for your authenticator app.", "TWO_FACTOR_NOT_BEGUN");
        }

        var key = Key(user.Id);
        throttle.Demand(key, null);
        throttle.Failed(key, null);
        if (Totp.Match(Unprotect(authenticator.Secret), Clean(code), time.GetUtcNow()) is not { } step)
        {
            throw HubException.Field("twoFactorCode", "This is not the code that the app shows now. Is the telephone's clock right?", "INVALID_TWO_FACTOR_CODE");
        }

        throttle.Succeeded(key);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        Switch(user, isOn: true);
        authenticator.Use(step);
        var codes = await RenewRecoveryCodesAsync(db, user.Id, cancellationToken);
        db.Audit(actor, null, "account.two-factor", user.Id, "turned on", Now);
        await db.SaveChangesAsync(cancellationToken);
        await OpenSessionsService.EndAsync(db, user.Id, actor.CredentialId, Now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        states.Forget(user.Id);
        return codes;
    }

    public async Task TurnOffAsync(Actor actor, string? password, string? code, CancellationToken cancellationToken)
    {
        RequirePerson(actor);
        await RequirePasswordAsync(actor, password, cancellationToken);
        await RequireOwnCodeAsync(actor, code, null, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var user = await AccountService.FindAsync(db, actor, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        Switch(user, isOn: false);
        await db.Set<AuthenticatorKey>().Where(k => k.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        await db.Set<RecoveryCode>().Where(c => c.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        db.Audit(actor, null, "account.two-factor", user.Id, "turned off", Now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>New recovery codes; the old ones are dead.</summary>
    public async Task<IReadOnlyList<string>> NewRecoveryCodesAsync(Actor actor, CancellationToken cancellationToken)
    {
        RequirePerson(actor);
        await RequireConfirmedAsync(actor, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var user = await AccountService.FindAsync(db, actor, cancellationToken);
        if (!user.TwoFactorEnabled)
        {
            throw HubException.Conflict("Two-factor sign-in is off.", "TWO_FACTOR_OFF");
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var codes = await RenewRecoveryCodesAsync(db, user.Id, cancellationToken);
        db.Audit(actor, null, "account.two-factor", user.Id, "new recovery codes", Now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return codes;
    }

    /// <summary>Uses up a code of the app or a recovery code, to sign in. Passes when the person has no second factor.</summary>
    /// <param name="userId">Whose first factor was checked already.</param>
    /// <param name="code">As typed.</param>
    /// <param name="address">Network address, to slow down guessing.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task RequireCodeAsync(Guid userId, string? code, string? address, CancellationToken cancellationToken)
    {
        if (await TryCodeAsync(userId, code, address, cancellationToken))
        {
            return;
        }

        throw string.IsNullOrWhiteSpace(code)
            ? new HubException(Refusal.Unauthenticated, "Give the code that your authenticator app shows, or a recovery code.", "TWO_FACTOR_REQUIRED")
            : new HubException(Refusal.Unauthenticated, WrongCode, "INVALID_TWO_FACTOR_CODE");
    }

    /// <summary>Asks a signed-in person for a code again; for some minutes their changes that matter go through.</summary>
    public async Task ConfirmAsync(Actor actor, string? code, string? address, CancellationToken cancellationToken)
    {
        RequirePerson(actor);
        await RequireOwnCodeAsync(actor, code, address, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Set<UserSession>().Where(s => s.Id == actor.CredentialId && s.UserId == actor.UserId)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.ConfirmedAt, Now), cancellationToken);
    }

    /// <summary>For changes that would let somebody else in: refuses whoever has a second factor and did not just show it.</summary>
    public async Task RequireConfirmedAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!await IsOnAsync(actor.UserId, cancellationToken))
        {
            return;
        }

        var since = Now.AddMinutes(-options.Value.ConfirmedMinutes);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await db.Set<UserSession>().AnyAsync(s => s.Id == actor.CredentialId && s.UserId == actor.UserId && s.RevokedAt == null && s.ConfirmedAt >= since, cancellationToken))
        {
            throw new HubException(Refusal.Forbidden, "Confirm this with a code of your authenticator app first.", "TWO_FACTOR_NEEDED");
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private static void RequirePerson(Actor actor)
    {
        if (actor.Kind is not (ActorKind.Browser or ActorKind.Session))
        {
            throw new HubException(Refusal.Forbidden, "An access token cannot change how you sign in. Sign in.", "SIGN_IN_NEEDED");
        }
    }

    private async Task RequirePasswordAsync(Actor actor, string? password, CancellationToken cancellationToken)
    {
        await using var identity = scopes.CreateIdentityScope();
        await AccountService.RequirePasswordAsync(identity, throttle, actor, password, cancellationToken);
    }

    /// <summary>Of somebody who is signed in: the code is a field that is wrong, not the sign-in.</summary>
    private async Task RequireOwnCodeAsync(Actor actor, string? code, string? address, CancellationToken cancellationToken)
    {
        if (!await TryCodeAsync(actor.UserId, code, address, cancellationToken))
        {
            throw HubException.Field("twoFactorCode", WrongCode, "INVALID_TWO_FACTOR_CODE");
        }
    }

    private async Task<bool> TryCodeAsync(Guid userId, string? code, string? address, CancellationToken cancellationToken)
    {
        await using var identity = scopes.CreateIdentityScope();
        var user = await identity.Users.FindByIdAsync(userId.ToString()) ?? throw HubException.NotFound("account");
        if (!user.TwoFactorEnabled)
        {
            return true;
        }

        if (string.IsNullOrWhiteSpace(code))
        {
            return false;
        }

        // Counted before it is looked at: many guesses at once must not slip through together.
        var key = Key(userId);
        throttle.Demand(key, address);
        throttle.Failed(key, address);
        if (await identity.Users.IsLockedOutAsync(user) || !await UseAsync(identity.Db, user, code, cancellationToken))
        {
            await identity.Users.AccessFailedAsync(user);
            return false;
        }

        throttle.Succeeded(key);
        await identity.Users.ResetAccessFailedCountAsync(user);
        return true;
    }

    private async Task<bool> UseAsync(HubDbContext db, HubUser user, string code, CancellationToken cancellationToken)
    {
        var clean = Clean(code);
        if (clean.Length == Totp.Digits && !code.Any(char.IsAsciiLetter))
        {
            // The update decides, so of two who show the same code at the same moment one is refused.
            return await db.Set<AuthenticatorKey>().AsNoTracking().SingleOrDefaultAsync(k => k.UserId == user.Id, cancellationToken) is { } authenticator
                && Totp.Match(Unprotect(authenticator.Secret), clean, time.GetUtcNow()) is { } step
                && await db.Set<AuthenticatorKey>().Where(k => k.UserId == user.Id && k.LastStep < step)
                    .ExecuteUpdateAsync(s => s.SetProperty(k => k.LastStep, step), cancellationToken) == 1;
        }

        if (code.Length > MaxCodeLength || RecoveryCode.Parse(user.Id, code) is not { } hash)
        {
            return false;
        }

        if (await db.Set<RecoveryCode>().Where(c => c.UserId == user.Id && c.Hash == hash && c.UsedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(c => c.UsedAt, Now), cancellationToken) != 1)
        {
            return false;
        }

        db.Audit(new Actor(user.Id, user.DisplayName, ActorKind.Browser), null, "account.recovery-code", user.Id, null, Now);
        await db.SaveChangesAsync(cancellationToken);
        return true;
    }

    private async Task<IReadOnlyList<string>> RenewRecoveryCodesAsync(HubDbContext db, Guid userId, CancellationToken cancellationToken)
    {
        await db.Set<RecoveryCode>().Where(c => c.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        var made = Enumerable.Range(0, RecoveryCode.PerUser).Select(_ => RecoveryCode.New(userId, Now)).ToList();
        db.AddRange(made.Select(m => m.Row));
        return made.ConvertAll(m => m.Text);
    }

    /// <summary>Keys that were revoked since still open what they closed: the secret is not worth less for it.</summary>
    private byte[] Unprotect(string text)
    {
        try
        {
            var bytes = Convert.FromBase64String(text);
            return _protector is IPersistedDataProtector persisted ? persisted.DangerousUnprotect(bytes, ignoreRevocationErrors: true, out _, out _) : _protector.Unprotect(bytes);
        }
        catch (CryptographicException)
        {
            throw new HubException(Refusal.Unavailable, "The server lost the key of your authenticator's secret. Use a recovery code, or ask its administrator.", "TWO_FACTOR_KEY_LOST");
        }
    }

    /// <summary>With a new stamp, so that a sign-in that read the user before cannot write the old state back.</summary>
    private static void Switch(HubUser user, bool isOn)
    {
        user.TwoFactorEnabled = isOn;
        user.ConcurrencyStamp = Guid.NewGuid().ToString();
    }

    private static string Clean(string? code) => code is { Length: <= MaxCodeLength } ? new([.. code.Where(char.IsAsciiDigit)]) : "";

    private static string Key(Guid userId) => $"two-factor {userId:N}";
}
