using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Data;
using MLHub.Core.Mail;

namespace MLHub.Core.Workspaces;

/// <summary>Who is meant when somebody is let in by an e-mail address.</summary>
public sealed class PeopleByAddress(Outbox outbox)
{
    /// <summary>Whether addresses are proved on this server; without mail nobody could.</summary>
    public bool AreProved => outbox.IsReady;

    public static async Task<HubUser?> FindAsync(HubDbContext db, string? email, CancellationToken cancellationToken)
    {
        var normalized = (email ?? "").Trim().ToUpperInvariant();
        return await db.Set<HubUser>().SingleOrDefaultAsync(u => u.NormalizedEmail == normalized && u.DeletedAt == null, cancellationToken);
    }

    /// <summary>Anybody can sign up with an address; before its mailbox answered, the account is not let in by it.</summary>
    public bool IsTheirs(HubUser user) => user.EmailConfirmed || !AreProved;
}
