using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Mail;

namespace MLHub.Core.Accounts;

/// <summary>Signing up, and what people say about themselves.</summary>
public sealed class AccountService(
    IDbContextFactory<HubDbContext> contexts,
    IServiceScopeFactory scopes,
    IAccountWorkspaces workspaces,
    SetupCode setupCode,
    TwoFactorService twoFactor,
    SignInThrottle throttle,
    UserStates states,
    News news,
    Outbox outbox,
    AccountLinks links,
    AccountMails mails,
    IOptions<AccountOptions> options,
    TimeProvider time)
{
    private const int FreshMinutes = 10;

    /// <summary>Whether the server waits for its first account, which becomes its administrator.</summary>
    public async Task<bool> IsUnclaimedAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return !await db.Set<ServerClaim>().AnyAsync(cancellationToken);
    }

    /// <summary>Makes an account with its personal workspace.</summary>
    /// <param name="registration">As typed.</param>
    /// <param name="isLocal">The request came from the server itself; then the first account needs no set-up code.</param>
    /// <param name="address">Network address, to slow down guessing of the set-up code.</param>
    public async Task<AccountView> RegisterAsync(Registration registration, bool isLocal, string? address, CancellationToken cancellationToken)
    {
        var email = RequireEmail(registration.Email);
        var name = RequireDisplayName(registration.DisplayName ?? email.Split('@')[0]);
        while (true)
        {
            var isFirst = await IsUnclaimedAsync(cancellationToken);
            RequireMaySignUp(registration, isFirst, isLocal, address);
            try
            {
                return await CreateAsync(email, name, registration.Password ?? "", isFirst, null, cancellationToken);
            }
            catch (HubException lost) when (lost.Refusal == Refusal.Conflict && isFirst)
            {
                if (await IsUnclaimedAsync(cancellationToken))
                {
                    throw;
                }

                // Somebody else became the first in between: go on as an ordinary sign-up.
            }
        }
    }

    public async Task<AccountView> GetAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return View(await FindAsync(db, actor, cancellationToken));
    }

    /// <summary>A person as others see them. A token of one workspace shows nobody but its owner.</summary>
    public async Task<PersonView> GetPersonAsync(Actor actor, Guid personId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<HubUser>().Where(u => u.Id == personId && u.DeletedAt == null && (actor.OnlyWorkspaceId == null || u.Id == actor.UserId))
            .Select(u => new PersonView(u.Id, u.DisplayName, u.Bio, u.CreatedAt)).SingleOrDefaultAsync(cancellationToken) ?? throw HubException.NotFound("person");
    }

    /// <summary>
    /// Gives the account up. What it made stays in workspaces with another owner, without its name; workspaces that only it owns must
    /// be empty or handed over first. The row stays, because others' work points at it, but nobody can sign in with it.
    /// </summary>
    public async Task DeleteAsync(Actor actor, string? password, CancellationToken cancellationToken)
    {
        if (actor.Kind is not (ActorKind.Browser or ActorKind.Session))
        {
            throw new HubException(Refusal.Forbidden, "An access token cannot delete the account. Sign in.", "SIGN_IN_NEEDED");
        }

        await twoFactor.RequireConfirmedAsync(actor, cancellationToken);
        await using var identity = scopes.CreateIdentityScope();
        var user = await RequirePasswordAsync(identity, throttle, actor, password, cancellationToken);
        var db = identity.Db;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (user.IsAdministrator && !await db.Set<HubUser>().AnyAsync(u => u.IsAdministrator && u.Id != user.Id && u.DeletedAt == null, cancellationToken))
        {
            throw HubException.Conflict("You are the only administrator of this server, and it needs one. This account stays.", "LAST_ADMINISTRATOR");
        }

        var left = await workspaces.LeaveAllAsync(db, actor, cancellationToken);
        await OpenSessionsService.EndAsync(db, user.Id, null, Now, cancellationToken);
        await db.Set<PersonalAccessToken>().Where(t => t.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        await db.Set<AuthenticatorKey>().Where(k => k.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        await db.Set<RecoveryCode>().Where(c => c.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        await db.Set<AccountLink>().Where(l => l.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        await db.Set<IdentityUserLogin<Guid>>().Where(l => l.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        await db.Set<IdentityUserToken<Guid>>().Where(t => t.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        user.Forget(Now);
        db.Audit(actor, null, "account.delete", user.Id, null, Now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        states.Forget(user.Id);
        foreach (var workspaceId in left)
        {
            news.Publish(Topic.Access(workspaceId), Topic.Workspace(workspaceId));
        }
    }

    /// <param name="actor">Changes only themselves.</param>
    /// <param name="displayName"><c>null</c> leaves it as it is.</param>
    /// <param name="bio"><c>null</c> leaves it as it is; an empty text removes it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<AccountView> UpdateProfileAsync(Actor actor, string? displayName, string? bio, CancellationToken cancellationToken)
    {
        RequireWholeAccount(actor);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var user = await FindAsync(db, actor, cancellationToken);
        if (displayName is not null)
        {
            user.DisplayName = RequireDisplayName(displayName);
        }

        if (bio is not null)
        {
            user.Bio = RequireBio(bio);
        }

        db.Audit(actor, null, "account.update", user.Id, user.DisplayName, Now);
        await db.SaveChangesAsync(cancellationToken);
        states.Forget(user.Id);
        return View(user);
    }

    /// <summary>Changes the password and ends every session that was opened with the old one. Access tokens stay.</summary>
    public async Task ChangePasswordAsync(Actor actor, string currentPassword, string newPassword, CancellationToken cancellationToken)
    {
        if (actor.Kind == ActorKind.Token)
        {
            throw new HubException(Refusal.Forbidden, "An access token cannot change the password. Sign in.", "SIGN_IN_NEEDED");
        }

        await twoFactor.RequireConfirmedAsync(actor, cancellationToken);
        await using var identity = scopes.CreateIdentityScope();
        var user = await RequirePasswordAsync(identity, throttle, actor, currentPassword, cancellationToken);

        identity.Db.Audit(actor, null, "account.password", user.Id, null, Now);
        mails.Notice(identity.Db, user, "The password of your account was changed.");
        Require(await identity.Users.ChangePasswordAsync(user, currentPassword, newPassword), "newPassword");
        await OpenSessionsService.EndAsync(identity.Db, user.Id, null, Now, cancellationToken);
        states.Forget(user.Id);
        outbox.Wake();
    }

    internal static AccountView View(HubUser user) => new(user.Id, user.Email!, user.DisplayName, user.Bio, user.IsAdministrator, user.CreatedAt);

    internal static async Task<HubUser> FindAsync(HubDbContext db, Actor actor, CancellationToken cancellationToken) =>
        await db.Set<HubUser>().SingleOrDefaultAsync(u => u.Id == actor.UserId && u.DeletedAt == null, cancellationToken) ?? throw HubException.NotFound("account");

    /// <summary>Checks the password of somebody who is signed in, slowed down like a sign-in.</summary>
    internal static async Task<HubUser> RequirePasswordAsync(IdentityScope identity, SignInThrottle throttle, Actor actor, string? password, CancellationToken cancellationToken)
    {
        var user = await identity.Users.FindByIdAsync(actor.UserId.ToString()) ?? throw HubException.NotFound("account");
        if (user.PasswordHash is null)
        {
            // Who signs in elsewhere has none: a new sign-in is the proof.
            var since = identity.Now.AddMinutes(-FreshMinutes);
            if (await identity.Db.Set<UserSession>().AnyAsync(s => s.Id == actor.CredentialId && s.UserId == user.Id && s.RevokedAt == null && s.CreatedAt >= since, cancellationToken))
            {
                return user;
            }

            throw HubException.Field("currentPassword", $"Sign out and in again, and then do this within {FreshMinutes} minutes.", "SIGN_IN_AGAIN");
        }

        throttle.Demand(user.Email!, null);
        if (!await identity.Users.CheckPasswordAsync(user, password ?? ""))
        {
            throttle.Failed(user.Email!, null);
            throw HubException.Field("currentPassword", "The current password is not right.", "WRONG_PASSWORD");
        }

        return user;
    }

    internal static void RequireWholeAccount(Actor actor)
    {
        if (!actor.MayWrite)
        {
            throw new HubException(Refusal.Forbidden, "This token may only read. Create one with the scope \"write\".");
        }

        if (actor.OnlyWorkspaceId is not null)
        {
            throw new HubException(Refusal.Forbidden, "This token is limited to one workspace. Use one that is not.");
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Makes the account of somebody who came by another service, which vouches for the address. It has no password.</summary>
    internal async Task<Guid> CreateExternalAsync(ExternalIdentity identity, string email, CancellationToken cancellationToken)
    {
        var name = (identity.Name ?? "").Trim();
        try
        {
            name = RequireDisplayName(name);
        }
        catch (HubException)
        {
            name = RequireDisplayName(email.Split('@')[0] is { Length: > HubUser.MaxDisplayNameLength } lengthy ? lengthy[..HubUser.MaxDisplayNameLength] : email.Split('@')[0]);
        }

        return (await CreateAsync(email, name, null, false, identity, cancellationToken)).Id;
    }

    private async Task<AccountView> CreateAsync(string email, string name, string? password, bool isFirst, ExternalIdentity? external, CancellationToken cancellationToken)
    {
        await using var identity = scopes.CreateIdentityScope();
        var db = identity.Db;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var user = new HubUser
        {
            Id = Guid.CreateVersion7(),
            UserName = email,
            Email = email,
            EmailConfirmed = external is not null,
            DisplayName = name,
            IsAdministrator = isFirst,
            CreatedAt = Now,
            LastSeenAt = Now,
        };
        Require(password is null ? await identity.Users.CreateAsync(user) : await identity.Users.CreateAsync(user, password), "password");
        if (external is not null)
        {
            Require(await identity.Users.AddLoginAsync(user, new UserLoginInfo(external.Provider, external.Subject, ExternalSignInService.WhoOf(external))), "email");
        }
        else
        {
            EmailService.AskFor(db, user, links, mails, outbox);
        }

        if (isFirst)
        {
            db.Add(ServerClaim.Create(user.Id, Now));
        }

        await workspaces.OpenPersonalAsync(db, user, cancellationToken);
        var how = isFirst ? "first account: administrator" : external is not null ? $"by {external.Provider}" : null;
        db.Audit(new Actor(user.Id, name, ActorKind.Session), null, "account.create", user.Id, how, Now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        outbox.Wake();
        return View(user);
    }

    private void RequireMaySignUp(Registration registration, bool isFirst, bool isLocal, string? address)
    {
        if (!isFirst)
        {
            if (!options.Value.AllowRegistration)
            {
                throw new HubException(Refusal.Forbidden, "Signing up is closed on this server. Ask its administrator for an account.", "REGISTRATION_CLOSED");
            }

            return;
        }

        if (isLocal)
        {
            return;
        }

        const string guess = "setup-code";
        throttle.Demand(guess, address);
        if (string.IsNullOrWhiteSpace(registration.SetupCode))
        {
            throw HubException.Field("setupCode", "This server has no account yet. Its first one needs the set-up code that MLHub printed when it started; look into its log.", "SETUP_CODE_NEEDED");
        }

        if (!setupCode.Matches(registration.SetupCode))
        {
            throttle.Failed(guess, address);
            throw HubException.Field("setupCode", "This is not the set-up code that MLHub printed at its last start.", "SETUP_CODE_WRONG");
        }
    }

    internal static void Require(IdentityResult result, string field)
    {
        if (result.Succeeded)
        {
            return;
        }

        if (result.Errors.Any(e => e.Code is "DuplicateUserName" or "DuplicateEmail"))
        {
            throw new HubException(Refusal.Conflict, "There is an account with this e-mail address already. Sign in instead.", "EMAIL_TAKEN")
            {
                Errors = new Dictionary<string, string[]> { ["email"] = ["There is an account with this e-mail address already."] },
            };
        }

        var blamed = result.Errors.Any(e => e.Code.StartsWith("Password", StringComparison.Ordinal)) ? field : "email";
        throw new HubException(Refusal.Impossible, string.Join(' ', result.Errors.Select(e => e.Description)), blamed == "email" ? "BAD_EMAIL" : "WEAK_PASSWORD")
        {
            Errors = new Dictionary<string, string[]> { [blamed] = [.. result.Errors.Select(e => e.Description)] },
        };
    }

    internal static string RequireEmail(string? typed)
    {
        var email = (typed ?? "").Trim();
        return email.Length is > 2 and <= HubUser.MaxEmailLength && new EmailAddressAttribute().IsValid(email) && !email.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
            ? email
            : throw HubException.Field("email", "Give an e-mail address such as ada@example.org.", "BAD_EMAIL");
    }

    private static string RequireDisplayName(string typed)
    {
        var name = typed.Trim();
        if (name.Length is 0 or > HubUser.MaxDisplayNameLength)
        {
            throw HubException.Field("displayName", $"Give a name of 1 to {HubUser.MaxDisplayNameLength} characters.", "BAD_NAME");
        }

        try
        {
            return Slug.RequireName(name, "account");
        }
        catch (HubException bad)
        {
            throw HubException.Field("displayName", bad.Message, bad.Code);
        }
    }

    private static string? RequireBio(string typed) =>
        typed.Length > HubUser.MaxBioLength
            ? throw HubException.Field("bio", $"Say it in up to {HubUser.MaxBioLength} characters.", "TOO_LONG")
            : string.IsNullOrWhiteSpace(typed) ? null : typed.Trim();
}
