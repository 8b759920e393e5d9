using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Mail;

namespace MLHub.Core.Accounts;

/// <summary>A way back for whoever forgot the password.</summary>
public sealed class RecoveryService(
    IDbContextFactory<HubDbContext> contexts,
    IServiceScopeFactory scopes,
    Outbox outbox,
    AccountLinks links,
    AccountMails mails,
    UserStates states,
    TimeProvider time) : IMailWriter
{
    private static readonly TimeSpan MailedFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan HandedOutFor = TimeSpan.FromHours(24);


    string IMailWriter.Kind => "reset";

    /// <summary>Asks for a mail with a link. Whether anybody has the address is found out later, so the answer and its time are the same.</summary>
    public async Task RequestAsync(string? email, CancellationToken cancellationToken)
    {
        outbox.RequireReady();
        var asked = AccountService.RequireEmail(email);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        outbox.AddLate(db, asked, "reset");
        await db.SaveChangesAsync(cancellationToken);
        outbox.Wake();
    }

    /// <summary>A link to hand to somebody personally, for servers without mail; for administrators, with a browser or a session of their own.</summary>
    /// <returns>What goes into the address of the page.</returns>
    public async Task<string> HandOutAsync(Actor actor, Guid userId, CancellationToken cancellationToken)
    {
        ServerPeopleService.RequireAdministrator(actor);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var user = await db.Set<HubUser>().AsNoTracking().SingleOrDefaultAsync(u => u.Id == userId && u.DeletedAt == null, cancellationToken) ?? throw HubException.NotFound("account");
        var token = links.Add(db, user, AccountLinkPurpose.ResetPassword, null, HandedOutFor);
        db.Audit(actor, null, "account.reset-link", user.Id, user.DisplayName, Now);
        mails.Notice(db, user, $"An administrator of the server ({actor.Name}) made a link with which a new password can be chosen for your account.");
        await db.SaveChangesAsync(cancellationToken);
        outbox.Wake();
        return token;
    }

    /// <returns>The address of the account that a link is for.</returns>
    public async Task<string> LookAsync(string? token, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return (await links.RequireAsync(db, token, p => p == AccountLinkPurpose.ResetPassword, cancellationToken)).User.Email!;
    }

    /// <summary>Sets a new password and ends every sign-in. A password that is refused does not use the link up.</summary>
    public async Task ResetAsync(string? token, string? newPassword, CancellationToken cancellationToken)
    {
        await using var identity = scopes.CreateIdentityScope();
        var db = identity.Db;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var (link, owner) = await links.RequireAsync(db, token, p => p == AccountLinkPurpose.ResetPassword, cancellationToken);
        await links.UseAsync(db, link, cancellationToken);
        var user = await identity.Users.FindByIdAsync(owner.Id.ToString()) ?? throw HubException.NotFound("account");
        if (link.Address is not null && !user.EmailConfirmed)
        {
            // Only now somebody proves that the mailbox is theirs; what was set up before may have been by another. Not an administrator's:
            // whoever set the server up is no stranger, and a mailbox alone must not take their second factor away.
            if (!user.IsAdministrator)
            {
                await AccountCleansing.DropCredentialsAsync(identity, user, Now, cancellationToken);
            }

            user.EmailConfirmed = true;
        }

        AccountService.Require(await identity.Users.ResetPasswordAsync(user, await identity.Users.GeneratePasswordResetTokenAsync(user), newPassword ?? ""), "newPassword");
        user.LockoutEnd = null;
        user.AccessFailedCount = 0;
        await OpenSessionsService.EndAsync(db, user.Id, null, Now, cancellationToken);
        db.Audit(new Actor(user.Id, user.DisplayName, ActorKind.Browser), null, "account.reset", user.Id, link.Address is null ? "link of an administrator" : "link in a mail", Now);
        mails.Notice(db, user, "A new password was chosen for your account with a link.");
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        states.Forget(user.Id);
        outbox.Wake();
    }

    async Task<WrittenMail?> IMailWriter.WriteAsync(string asked, CancellationToken cancellationToken)
    {
        var normalized = asked.ToUpperInvariant();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<HubUser>().AsNoTracking().SingleOrDefaultAsync(u => u.NormalizedEmail == normalized && u.DeletedAt == null, cancellationToken) is not { } user
            || await links.AreEnoughAsync(db, user.Id, AccountLinkPurpose.ResetPassword, cancellationToken))
        {
            return null;
        }

        var token = links.Add(db, user, AccountLinkPurpose.ResetPassword, user.Email, MailedFor);
        await db.SaveChangesAsync(cancellationToken);
        // To the address of the account: letters that only look alike once capitalised must not send it elsewhere.
        return new(user.Email!, mails.Reset(user, token), AccountLink.Parse(token)?.Id);
    }

    async Task IMailWriter.TakeBackAsync(WrittenMail mail, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.Set<AccountLink>().Where(l => l.Id == mail.OpensId && l.UsedAt == null).ExecuteDeleteAsync(cancellationToken);
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;
}
