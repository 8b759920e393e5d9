using MLHub.Core.Data;
using MLHub.Core.Mail;

namespace MLHub.Core.Accounts;

/// <summary>What accounts say by mail.</summary>
public sealed class AccountMails(Outbox outbox)
{
    public void Confirm(HubDbContext db, HubUser user, string token) => outbox.Add(db, user.Email!, new(
        "Confirm your e-mail address",
        [$"Hello {user.DisplayName},", "an MLHub account was made with this e-mail address. Confirm that it is yours:"],
        "Confirm the address",
        outbox.LinkTo($"/account/confirm?link={token}"),
        ["The link works for three days. If you did not make the account, do nothing: it stays unconfirmed."]));

    public void Change(HubDbContext db, HubUser user, string address, string token) => outbox.Add(db, address, new(
        "Confirm your new e-mail address",
        [$"Hello {user.DisplayName},", "this is to become the address of your MLHub account. Confirm that it is yours:"],
        "Confirm the address",
        outbox.LinkTo($"/account/confirm?link={token}"),
        ["The link works for one day. If you did not ask for this, do nothing."]));

    public MailText Reset(HubUser user, string token) => new(
        "Choose a new password",
        [$"Hello {user.DisplayName},", "somebody, hopefully you, forgot the password of your MLHub account. Choose a new one:"],
        "Choose a new password",
        outbox.LinkTo($"/account/reset?link={token}"),
        ["The link works once, for one hour. If it was not you, do nothing: the old password stays."]);

    /// <summary>Tells the owner what was changed, at the address that was valid before.</summary>
    public void Notice(HubDbContext db, HubUser user, string what, string? to = null) => outbox.Add(db, to ?? user.Email!, new(
        "Your MLHub account was changed",
        [$"Hello {user.DisplayName},", what],
        After: ["If it was not you, choose a new password at once, look through your linked sign-ins and access tokens, and tell the administrator of this server."]));
}
