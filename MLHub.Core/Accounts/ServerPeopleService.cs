using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Accounts;

/// <summary>An account as the administrator of the server sees it.</summary>
public sealed record ServerPerson(Guid Id, string Email, string DisplayName, bool IsAdministrator, bool IsConfirmed, DateTime CreatedAt, DateTime? LastSeenAt);

/// <summary>Everybody with an account on this server; for its administrators.</summary>
public sealed class ServerPeopleService(IDbContextFactory<HubDbContext> contexts)
{
    /// <param name="actor">An administrator.</param>
    /// <param name="search">A part of the name or the address; <c>null</c> for all.</param>
    /// <param name="page">Which part of the list.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Page<ServerPerson>> ListAsync(Actor actor, string? search, PageRequest page, CancellationToken cancellationToken)
    {
        RequireAdministrator(actor);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var people = db.Set<HubUser>().AsNoTracking().Where(u => u.DeletedAt == null);
        if (!string.IsNullOrWhiteSpace(search))
        {
            var wanted = search.Trim().ToUpperInvariant();
            var pattern = $"%{wanted.Replace("%", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal)}%";
            people = people.Where(u => u.NormalizedEmail!.Contains(wanted) || EF.Functions.Like(u.DisplayName.ToUpper(), pattern));
        }

        return page.ToPage(await people.OrderBy(u => u.DisplayName).ThenBy(u => u.Id).Skip(page.Skip).Take(page.Take + 1)
            .Select(u => new ServerPerson(u.Id, u.Email!, u.DisplayName, u.IsAdministrator, u.EmailConfirmed, u.CreatedAt, u.LastSeenAt)).ToListAsync(cancellationToken));
    }

    /// <summary>To everybody else the page does not exist; and an access token, which may lie in a script, runs no server.</summary>
    internal static void RequireAdministrator(Actor actor)
    {
        if (!actor.IsAdministrator || actor.Kind == ActorKind.Token)
        {
            throw HubException.NotFound("page");
        }
    }
}
