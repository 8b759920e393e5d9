using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Mail;

namespace MLHub.Core.Accounts;

/// <summary>Signing in with an account elsewhere. Who somebody is, is provider and subject; an address opens nothing that was confirmed before.</summary>
public sealed class ExternalSignInService(
    IServiceScopeFactory scopes,
    AccountService accounts,
    SessionService sessions,
    Outbox outbox,
    AccountMails mails,
    UserStates states,
    IOptions<AccountOptions> options,
    TimeProvider time)
{
    /// <summary>Finds the account of somebody, or makes one.</summary>
    /// <returns>Who is to be signed in.</returns>
    public async Task<Guid> SignInAsync(ExternalIdentity identity, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateIdentityScope();
        if (await scope.Users.FindByLoginAsync(identity.Provider, identity.Subject) is { } known)
        {
            return known.DeletedAt is null ? known.Id : throw new HubException(Refusal.Forbidden, "This account was deleted.", "EXTERNAL_DELETED");
        }

        if (string.IsNullOrWhiteSpace(identity.Email))
        {
            throw new HubException(Refusal.Forbidden, "The service did not tell an e-mail address. Allow it to, or sign up with a password.", "EXTERNAL_NO_EMAIL");
        }

        if (!identity.IsEmailVerified)
        {
            throw new HubException(Refusal.Forbidden, "The service has not checked that this e-mail address is yours. Confirm it there first.", "EXTERNAL_UNVERIFIED");
        }

        var email = AccountService.RequireEmail(identity.Email);
        if (await scope.Users.FindByEmailAsync(email) is { } sameAddress)
        {
            return await ReclaimAsync(scope, sameAddress, identity, email, cancellationToken);
        }

        if (await accounts.IsUnclaimedAsync(cancellationToken))
        {
            throw new HubException(Refusal.Forbidden, "This server has no account yet. Its first one is made with a password.", "EXTERNAL_UNCLAIMED");
        }

        if (!options.Value.AllowRegistration)
        {
            throw new HubException(Refusal.Forbidden, "Signing up is closed on this server. Ask its administrator for an account.", "REGISTRATION_CLOSED");
        }

        return await accounts.CreateExternalAsync(identity, email, cancellationToken);
    }

    public async Task<LinkedSignIns> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var scope = scopes.CreateIdentityScope();
        var user = await RequireUserAsync(scope, actor);
        return new(user.PasswordHash is not null, [.. (await scope.Users.GetLoginsAsync(user)).Select(l => new LinkedSignIn(l.LoginProvider, l.ProviderDisplayName))]);
    }

    /// <summary>Links an account elsewhere to the actor's. The caller has asked for the password right before; every other sign-in ends.</summary>
    public async Task LinkAsync(Actor actor, ExternalIdentity identity, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateIdentityScope();
        await using var transaction = await scope.Db.Database.BeginTransactionAsync(cancellationToken);
        var user = await RequireUserAsync(scope, actor);
        if (await scope.Users.FindByLoginAsync(identity.Provider, identity.Subject) is { } owner)
        {
            throw owner.Id == user.Id
                ? HubException.Conflict("It is linked already.", "LINKED_ALREADY")
                : HubException.Conflict("It belongs to another account of this server. Unlink it there first.", "LINKED_ELSEWHERE");
        }

        if ((await scope.Users.GetLoginsAsync(user)).Any(l => l.LoginProvider == identity.Provider))
        {
            throw HubException.Conflict("Another account of this service is linked. Unlink it first.", "ONE_PER_SERVICE");
        }

        AccountService.Require(await scope.Users.AddLoginAsync(user, new UserLoginInfo(identity.Provider, identity.Subject, WhoOf(identity))), "email");
        await FinishAsync(scope, user, actor, "account.link", identity.Provider, $"{NameOf(identity.Provider)} can be used to sign in to your account now.", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        states.Forget(user.Id);
        outbox.Wake();
    }

    /// <summary>Takes a way to sign in away, never the last one; every sign-in ends.</summary>
    public async Task UnlinkAsync(Actor actor, string provider, string? password, CancellationToken cancellationToken)
    {
        await sessions.RequireOwnerAsync(actor, password, cancellationToken);
        await using var scope = scopes.CreateIdentityScope();
        await using var transaction = await scope.Db.Database.BeginTransactionAsync(cancellationToken);
        var user = await RequireUserAsync(scope, actor);
        var logins = await scope.Users.GetLoginsAsync(user);
        var login = logins.SingleOrDefault(l => l.LoginProvider == provider) ?? throw HubException.NotFound("linked sign-in");
        if (user.PasswordHash is null && logins.Count == 1)
        {
            throw HubException.Conflict("This is the only way into your account. Set a password first.", "LAST_SIGN_IN");
        }

        AccountService.Require(await scope.Users.RemoveLoginAsync(user, login.LoginProvider, login.ProviderKey), "email");
        await FinishAsync(scope, user, actor, "account.unlink", provider, $"{NameOf(provider)} can no longer be used to sign in to your account.", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        states.Forget(user.Id);
        outbox.Wake();
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>
    /// Somebody proves that an address is theirs with which an account exists. Was it confirmed, they sign in as before and link; that
    /// the two are one person nobody but they may say. Was it never confirmed, whoever made the account may be anybody: what they could come
    /// in with is taken away first. Administrators made their account at the server itself and are never taken over.
    /// </summary>
    private async Task<Guid> ReclaimAsync(IdentityScope scope, HubUser user, ExternalIdentity identity, string email, CancellationToken cancellationToken)
    {
        // Capitalising makes one letter of some two; such an address is never taken for the same.
        var isSame = email.All(char.IsAscii) && string.Equals(email, user.Email, StringComparison.OrdinalIgnoreCase);
        if (user.EmailConfirmed || user.IsAdministrator || user.DeletedAt is not null || !isSame)
        {
            throw HubException.Conflict("There is an account with this e-mail address already. Sign in as before, then link the other sign-in on your account page.", "EXTERNAL_LINK_FIRST");
        }

        await using var transaction = await scope.Db.Database.BeginTransactionAsync(cancellationToken);
        await AccountCleansing.DropCredentialsAsync(scope, user, Now, cancellationToken);
        user.EmailConfirmed = true;
        user.LockoutEnd = null;
        AccountService.Require(await scope.Users.AddLoginAsync(user, new UserLoginInfo(identity.Provider, identity.Subject, WhoOf(identity))), "email");
        scope.Db.Audit(new Actor(user.Id, user.DisplayName, ActorKind.Browser), null, "account.reclaim", user.Id, $"by {identity.Provider}: password, tokens and sessions removed", Now);
        mails.Notice(scope.Db, user, $"You signed in with {NameOf(identity.Provider)} to an account whose address was never confirmed. Its old password and its access tokens were removed.");
        await scope.Db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        states.Forget(user.Id);
        outbox.Wake();
        return user.Id;
    }

    private async Task FinishAsync(IdentityScope scope, HubUser user, Actor actor, string action, string provider, string notice, CancellationToken cancellationToken)
    {
        user.SecurityStamp = Guid.NewGuid().ToString("N");
        await OpenSessionsService.EndAsync(scope.Db, user.Id, null, Now, cancellationToken);
        scope.Db.Audit(actor, null, action, user.Id, provider, Now);
        mails.Notice(scope.Db, user, notice);
        await scope.Db.SaveChangesAsync(cancellationToken);
    }

    private static async Task<HubUser> RequireUserAsync(IdentityScope scope, Actor actor) =>
        await scope.Users.FindByIdAsync(actor.UserId.ToString()) ?? throw HubException.NotFound("account");

    internal static string WhoOf(ExternalIdentity identity) => (identity.Email ?? identity.Name ?? identity.Subject) is var who && who.Length > 200 ? who[..200] : who;

    private static string NameOf(string provider) => provider.Split(' ')[0] is "Oidc" ? "Single sign-on" : provider.Split(' ')[0];
}
