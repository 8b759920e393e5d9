using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Workspaces;

/// <summary>
/// Shows one kind of thing to people outside of its workspace: to everybody on this server, or to single collaborators. Managers of the
/// workspace decide.
/// </summary>
public abstract class SharingService<T>(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, PeopleByAddress people, News news, TimeProvider time) where T : class, IShareable
{
    protected WorkspaceAccess Access => access;

    /// <summary>The word in messages and audit entries: <c>dataset</c>, <c>model</c>.</summary>
    protected abstract string Word { get; }

    protected abstract string TopicOf(Guid id);

    /// <summary>Refuses when making it public would show what is private elsewhere.</summary>
    protected virtual Task RequirePublishableAsync(HubDbContext db, Actor actor, T thing, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task ShowAsync(Actor actor, Guid thingId, Visibility? wanted, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var thing = await RequireAsync(db, actor, thingId, WorkspaceRole.Manager, cancellationToken);
        if (wanted is not { } visibility || !Enum.IsDefined(visibility))
        {
            throw HubException.Field("visibility", "The visibility is private or public.", "BAD_VISIBILITY");
        }

        if (visibility == Visibility.Public)
        {
            await RequirePublishableAsync(db, actor, thing, cancellationToken);
        }

        thing.Show(visibility, Now);
        db.Audit(actor, thing.AsThing().WorkspaceId, $"{Word}.visibility", thingId, $"{thing.Name}: {visibility}", Now);
        await SaveAsync(db, thing, cancellationToken);
    }

    /// <summary>Who outside of the workspace was let in; for its members and for the collaborators themselves.</summary>
    public async Task<Page<CollaboratorView>> CollaboratorsAsync(Actor actor, Guid thingId, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireInsiderAsync(db, actor, thingId, cancellationToken);
        var rows = await Collaborators(db, thingId).OrderBy(c => c.DisplayName).ThenBy(c => c.UserId).Skip(page.Skip).Take(page.Take + 1)
            .Select(c => new CollaboratorView(c.UserId, c.Email, c.DisplayName, c.Role, c.GrantedAt)).ToListAsync(cancellationToken);
        return page.ToPage(rows);
    }

    /// <summary>Everybody who can see it by name, and by which right; when it is public, all others can read it as well.</summary>
    public async Task<Page<ThingReader>> ReadersAsync(Actor actor, Guid thingId, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var workspaceId = (await RequireInsiderAsync(db, actor, thingId, cancellationToken)).AsThing().WorkspaceId;
        var rights = db.Set<WorkspaceMember>().Where(m => m.WorkspaceId == workspaceId).Select(m => new { m.UserId, m.Role, IsMember = true })
            .Concat(db.Set<ThingGrant>().Where(g => g.ThingId == thingId).Select(g => new { g.UserId, g.Role, IsMember = false }));
        var rows = await rights.Join(db.Set<HubUser>(), r => r.UserId, u => u.Id, (r, u) => new { r.UserId, u.DisplayName, u.Email, r.Role, r.IsMember })
            .OrderByDescending(r => r.IsMember).ThenByDescending(r => r.Role).ThenBy(r => r.DisplayName).ThenBy(r => r.UserId)
            .Skip(page.Skip).Take(page.Take + 1)
            .Select(r => new ThingReader(r.UserId, r.DisplayName, r.Email!, r.Role, r.IsMember ? AccessReason.Member : AccessReason.Collaborator))
            .ToListAsync(cancellationToken);
        return page.ToPage(rows);
    }

    /// <summary>Lets somebody in, or changes their role. A member of the workspace can be given more on this one thing.</summary>
    public async Task<CollaboratorView> PutAsync(Actor actor, Guid thingId, string? email, WorkspaceRole? wanted, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var shared = await RequireAsync(db, actor, thingId, WorkspaceRole.Manager, cancellationToken);
        var thing = shared.AsThing();
        var user = await PeopleByAddress.FindAsync(db, email, cancellationToken) ?? throw Unknown();
        var role = wanted ?? WorkspaceRole.Reader;
        var grant = await db.Set<ThingGrant>().SingleOrDefaultAsync(g => g.ThingId == thingId && g.UserId == user.Id, cancellationToken);
        if (grant is null)
        {
            if (!people.IsTheirs(user))
            {
                throw Unknown();
            }

            grant = ThingGrant.Create(thing, user.Id, role, actor.UserId, Now);
            db.Add(grant);
        }
        else
        {
            grant.ChangeRole(role);
        }

        db.Audit(actor, thing.WorkspaceId, $"{Word}.share", thingId, $"{shared.Name} with {user.DisplayName}: {role}", Now);
        await SaveAsync(db, shared, cancellationToken);
        return new(user.Id, user.Email!, user.DisplayName, grant.Role, grant.GrantedAt);
    }

    /// <summary>Takes a right back; collaborators may also leave by themselves.</summary>
    public async Task RemoveAsync(Actor actor, Guid thingId, Guid userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var isLeaving = userId == actor.UserId && actor.MayWrite;
        var shared = await RequireAsync(db, actor, thingId, isLeaving ? WorkspaceRole.Reader : WorkspaceRole.Manager, cancellationToken);
        var grant = await db.Set<ThingGrant>().SingleOrDefaultAsync(g => g.ThingId == thingId && g.UserId == userId, cancellationToken)
            ?? throw HubException.NotFound("collaborator");
        db.Remove(grant);
        db.Audit(actor, grant.WorkspaceId, $"{Word}.unshare", thingId, shared.Name, Now);
        await SaveAsync(db, shared, cancellationToken);
    }

    private HubException Unknown() => HubException.Field(
        "email",
        people.AreProved
            ? "Nobody on this server has confirmed this e-mail address as theirs. Ask them to sign up and to confirm it, then share it."
            : "Nobody on this server has this e-mail address. Ask them to sign up, then share it.",
        "UNKNOWN_EMAIL");

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task<T> RequireAsync(HubDbContext db, Actor actor, Guid thingId, WorkspaceRole role, CancellationToken cancellationToken)
    {
        var thing = await db.Set<T>().SingleOrDefaultAsync(t => EF.Property<Guid>(t, "Id") == thingId && EF.Property<DateTime?>(t, "DeletedAt") == null, cancellationToken)
            ?? throw HubException.NotFound(Word);
        await access.RequireAsync(actor, thing.AsThing(), role, cancellationToken);
        return thing;
    }

    /// <summary>Addresses are not for everybody who can read something public.</summary>
    private async Task<T> RequireInsiderAsync(HubDbContext db, Actor actor, Guid thingId, CancellationToken cancellationToken)
    {
        var thing = await RequireAsync(db, actor, thingId, WorkspaceRole.Reader, cancellationToken);
        if (!await access.IsMemberAsync(actor, thing.AsThing().WorkspaceId, cancellationToken)
            && !await WorkspaceAccess.Granted(db, actor).ContainsAsync(thingId, cancellationToken))
        {
            throw new HubException(Refusal.Forbidden, $"Only members of the workspace see who else can see this {Word}.");
        }

        return thing;
    }

    private async Task SaveAsync(HubDbContext db, T shared, CancellationToken cancellationToken)
    {
        var thing = shared.AsThing();
        var now = Now;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Set<Workspace>().Where(w => w.Id == thing.WorkspaceId).ExecuteUpdateAsync(s => s.SetProperty(w => w.AccessChangedAt, now), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        news.Publish(TopicOf(thing.Id), Topic.Access(thing.WorkspaceId), Topic.Workspace(thing.WorkspaceId));
    }

    private static IQueryable<CollaboratorRow> Collaborators(HubDbContext db, Guid thingId) =>
        db.Set<ThingGrant>().Where(g => g.ThingId == thingId)
            .Join(db.Set<HubUser>(), g => g.UserId, u => u.Id, (g, u) => new CollaboratorRow { UserId = u.Id, Email = u.Email!, DisplayName = u.DisplayName, Role = g.Role, GrantedAt = g.GrantedAt });

    private sealed class CollaboratorRow
    {
        public Guid UserId { get; init; }

        public string Email { get; init; } = "";

        public string DisplayName { get; init; } = "";

        public WorkspaceRole Role { get; init; }

        public DateTime GrantedAt { get; init; }
    }
}
