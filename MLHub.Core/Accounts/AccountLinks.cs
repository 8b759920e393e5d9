using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Accounts;

/// <summary>Making links for mails, and opening each of them once.</summary>
public sealed class AccountLinks(TimeProvider time)
{
    private const int MaxPerHour = 3;

    /// <summary>Adds a link to the context.</summary>
    /// <returns>What goes into the address of the page.</returns>
    public string Add(HubDbContext db, HubUser user, AccountLinkPurpose purpose, string? address, TimeSpan lifetime)
    {
        var (link, token) = AccountLink.Create(user, purpose, address, lifetime, Now);
        db.Add(link);
        return token;
    }

    /// <summary>Whether somebody got as many mails of a kind as anybody needs; a mailbox is not to be flooded through us.</summary>
    public async Task<bool> AreEnoughAsync(HubDbContext db, Guid userId, AccountLinkPurpose purpose, CancellationToken cancellationToken)
    {
        var now = Now;
        var anHourAgo = now.AddHours(-1);
        var longAgo = now.AddDays(-30);
        await db.Set<AccountLink>().Where(l => l.UserId == userId && l.ExpiresAt < longAgo).ExecuteDeleteAsync(cancellationToken);
        return await db.Set<AccountLink>().CountAsync(l => l.UserId == userId && l.Purpose == purpose && l.Address != null && l.CreatedAt > anHourAgo, cancellationToken) >= MaxPerHour;
    }

    /// <returns>The link with its account, or a refusal that is the same for a used, expired, replaced and invented one.</returns>
    public async Task<(AccountLink Link, HubUser User)> RequireAsync(HubDbContext db, string? token, Func<AccountLinkPurpose, bool> wanted, CancellationToken cancellationToken)
    {
        if (AccountLink.Parse(token) is not (var id, var secret)
            || await db.Set<AccountLink>().AsNoTracking().SingleOrDefaultAsync(l => l.Id == id, cancellationToken) is not { } link
            || !wanted(link.Purpose)
            || await db.Set<HubUser>().AsNoTracking().SingleOrDefaultAsync(u => u.Id == link.UserId && u.DeletedAt == null, cancellationToken) is not { } user
            || !link.Opens(secret, user, Now))
        {
            throw Closed();
        }

        return (link, user);
    }

    /// <summary>One statement decides who uses it. Call it in the transaction of what the link allows.</summary>
    public async Task UseAsync(HubDbContext db, AccountLink link, CancellationToken cancellationToken)
    {
        if (await db.Set<AccountLink>().Where(l => l.Id == link.Id && l.UsedAt == null).ExecuteUpdateAsync(s => s.SetProperty(l => l.UsedAt, Now), cancellationToken) == 0)
        {
            throw Closed();
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private static HubException Closed() => new(Refusal.NotFound, "This link was used, has expired or was replaced by a newer one. Ask for a new one.", "LINK_CLOSED");
}
