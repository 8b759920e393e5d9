using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Mail;

namespace MLHub.Core.Accounts;

/// <param name="IsReady">Whether this server can send the mail that a change needs.</param>
public sealed record EmailView(string Email, bool IsConfirmed, bool HasPassword, bool IsReady);

/// <summary>Proving that an address is one's own, and changing it.</summary>
public sealed class EmailService(
    IDbContextFactory<HubDbContext> contexts,
    IServiceScopeFactory scopes,
    Outbox outbox,
    AccountLinks links,
    AccountMails mails,
    SessionService sessions,
    UserStates states,
    TimeProvider time)
{
    private static readonly TimeSpan ConfirmFor = TimeSpan.FromDays(3);
    private static readonly TimeSpan ChangeFor = TimeSpan.FromDays(1);


    public async Task<EmailView> GetAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var user = await AccountService.FindAsync(db, actor, cancellationToken);
        return new(user.Email!, user.EmailConfirmed, user.PasswordHash is not null, outbox.IsReady);
    }

    /// <summary>Adds the mail that asks for confirmation; saved with the change of the caller.</summary>
    internal static void AskFor(HubDbContext db, HubUser user, AccountLinks links, AccountMails mails, Outbox outbox)
    {
        if (outbox.IsReady)
        {
            mails.Confirm(db, user, links.Add(db, user, AccountLinkPurpose.ConfirmEmail, user.Email, ConfirmFor));
        }
    }

    /// <summary>Sends the link that confirms the address once more.</summary>
    public async Task SendConfirmationAsync(Actor actor, CancellationToken cancellationToken)
    {
        AccountService.RequireWholeAccount(actor);
        outbox.RequireReady();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var user = await AccountService.FindAsync(db, actor, cancellationToken);
        if (user.EmailConfirmed)
        {
            throw HubException.Conflict("The address is confirmed already.", "CONFIRMED_ALREADY");
        }

        await RequireFewAsync(db, user, AccountLinkPurpose.ConfirmEmail, cancellationToken);
        AskFor(db, user, links, mails, outbox);
        db.Audit(actor, null, "account.confirm-mail", user.Id, null, Now);
        await db.SaveChangesAsync(cancellationToken);
        outbox.Wake();
    }

    /// <summary>Sends a link to the new address; the old one stays until that is used.</summary>
    public async Task RequestChangeAsync(Actor actor, string? newEmail, string? password, CancellationToken cancellationToken)
    {
        outbox.RequireReady();
        var address = AccountService.RequireEmail(newEmail);
        await sessions.RequireOwnerAsync(actor, password, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var user = await AccountService.FindAsync(db, actor, cancellationToken);
        await RequireFewAsync(db, user, AccountLinkPurpose.ChangeEmail, cancellationToken);
        mails.Change(db, user, address, links.Add(db, user, AccountLinkPurpose.ChangeEmail, address, ChangeFor));
        mails.Notice(db, user, $"Somebody asked to change the address of your account to {address}. It changes when the link sent there is used.");
        db.Audit(actor, null, "account.change-mail", user.Id, null, Now);
        await db.SaveChangesAsync(cancellationToken);
        outbox.Wake();
    }

    /// <returns>The address that a link confirms.</returns>
    public async Task<string> LookAsync(string? token, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return (await links.RequireAsync(db, token, IsAboutAddress, cancellationToken)).Link.Address!;
    }

    /// <summary>Uses a link. A changed address ends every sign-in.</summary>
    public async Task ConfirmAsync(string? token, CancellationToken cancellationToken)
    {
        await using var identity = scopes.CreateIdentityScope();
        var db = identity.Db;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var (link, owner) = await links.RequireAsync(db, token, IsAboutAddress, cancellationToken);
        await links.UseAsync(db, link, cancellationToken);
        var user = await identity.Users.FindByIdAsync(owner.Id.ToString()) ?? throw HubException.NotFound("account");
        var before = user.Email!;
        if (link.Purpose == AccountLinkPurpose.ChangeEmail)
        {
            user.Email = user.UserName = link.Address;
            user.SecurityStamp = Guid.NewGuid().ToString("N");
            AccountService.Require(await identity.Users.UpdateAsync(user), "email");
            await OpenSessionsService.EndAsync(db, user.Id, null, Now, cancellationToken);
            mails.Notice(db, user, $"The address of your account is {link.Address} now.", before);
        }

        user.EmailConfirmed = true;
        db.Audit(new Actor(user.Id, user.DisplayName, ActorKind.Browser), null, "account.confirm", user.Id, null, Now);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        states.Forget(user.Id);
        outbox.Wake();
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private static bool IsAboutAddress(AccountLinkPurpose purpose) => purpose is AccountLinkPurpose.ConfirmEmail or AccountLinkPurpose.ChangeEmail;

    private async Task RequireFewAsync(HubDbContext db, HubUser user, AccountLinkPurpose purpose, CancellationToken cancellationToken)
    {
        if (await links.AreEnoughAsync(db, user.Id, purpose, cancellationToken))
        {
            throw new HubException(Refusal.TooMany, "Several mails were sent in the last hour. Look into the folder for unwanted mail too, or try again in an hour.", "TOO_MANY_MAILS")
            {
                RetryAfter = TimeSpan.FromHours(1),
            };
        }
    }
}
