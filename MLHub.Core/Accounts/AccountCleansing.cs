using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace MLHub.Core.Accounts;

/// <summary>Taking away what somebody else may have put into an account.</summary>
internal static class AccountCleansing
{
    /// <summary>
    /// Password, linked sign-ins, second factor, tokens and sessions: whoever signed up with an address that was not theirs keeps no way in
    /// when its owner comes.
    /// </summary>
    public static async Task DropCredentialsAsync(IdentityScope identity, HubUser user, DateTime now, CancellationToken cancellationToken)
    {
        var db = identity.Db;
        user.PasswordHash = null;
        user.TwoFactorEnabled = false;
        user.SecurityStamp = Guid.NewGuid().ToString("N");
        await db.Set<IdentityUserLogin<Guid>>().Where(l => l.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        await db.Set<IdentityUserToken<Guid>>().Where(t => t.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        await db.Set<PersonalAccessToken>().Where(t => t.UserId == user.Id && t.RevokedAt == null).ExecuteUpdateAsync(s => s.SetProperty(t => t.RevokedAt, now), cancellationToken);
        await db.Set<AuthenticatorKey>().Where(k => k.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        await db.Set<RecoveryCode>().Where(c => c.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        await OpenSessionsService.EndAsync(db, user.Id, null, now, cancellationToken);
    }
}
