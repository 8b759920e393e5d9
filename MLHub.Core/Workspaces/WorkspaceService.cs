using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Workspaces;

/// <summary>Workspaces: made by anybody, changed by managers, deleted by owners.</summary>
public sealed class WorkspaceService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, News news, TimeProvider time)
{
    public async Task<WorkspaceView> CreateAsync(Actor actor, string? name, string? description, Visibility visibility, CancellationToken cancellationToken)
    {
        AccountService.RequireWholeAccount(actor);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var words = Slug.RequireName(name, "workspace");
        var workspace = Workspace.Create(words, await FreeSlugAsync(db, words, cancellationToken), description, visibility, null, Now);
        db.Add(workspace);
        db.Add(WorkspaceMember.Create(workspace.Id, actor.UserId, WorkspaceRole.Owner, Now));
        db.Audit(actor, workspace.Id, "workspace.create", workspace.Id, workspace.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        return View(workspace, WorkspaceRole.Owner);
    }

    /// <summary>The actor's workspaces: the personal one first, then by name.</summary>
    public async Task<Page<WorkspaceView>> ListAsync(Actor actor, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var visible = WorkspaceAccess.Visible(db, actor);
        var rows = await db.Set<Workspace>().AsNoTracking()
            .Where(w => visible.Contains(w.Id))
            .Join(db.Set<WorkspaceMember>().Where(m => m.UserId == actor.UserId), w => w.Id, m => m.WorkspaceId, (w, m) => new { w, m.Role })
            .OrderBy(x => x.w.PersonalOf == actor.UserId ? 0 : 1).ThenBy(x => x.w.Name).ThenBy(x => x.w.Id)
            .Skip(page.Skip).Take(page.Take + 1).ToListAsync(cancellationToken);
        return page.ToPage(rows.ConvertAll(x => View(x.w, WorkspaceAccess.Effective(actor, x.Role))));
    }

    /// <summary>Where somebody's own work goes: the personal workspace.</summary>
    public async Task<WorkspaceView> OwnAsync(Actor actor, CancellationToken cancellationToken) =>
        (await ListAsync(actor, new(1), cancellationToken)).Items is [var first, ..] ? first : throw HubException.NotFound("workspace");

    public async Task<WorkspaceView> GetAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken)
    {
        var role = await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return View(await FindAsync(db, workspaceId, cancellationToken), role);
    }

    /// <returns><c>null</c> to a stranger: somebody who was let in to one thing does not see the workspace around it.</returns>
    public async Task<WorkspaceView?> FindAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken)
    {
        if (await access.RoleAsync(actor, workspaceId, cancellationToken) is not { } role)
        {
            return null;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return View(await FindAsync(db, workspaceId, cancellationToken), role);
    }

    /// <summary>By its name in addresses.</summary>
    public async Task<WorkspaceView> GetBySlugAsync(Actor actor, string slug, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var id = await db.Set<Workspace>().Where(w => w.Slug == slug).Select(w => (Guid?)w.Id).SingleOrDefaultAsync(cancellationToken)
            ?? throw HubException.NotFound("workspace");
        return await GetAsync(actor, id, cancellationToken);
    }

    public async Task<WorkspaceView> UpdateAsync(Actor actor, Guid workspaceId, WorkspaceChange change, CancellationToken cancellationToken)
    {
        var role = await access.RequireAsync(actor, workspaceId, WorkspaceRole.Manager, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var workspace = await FindAsync(db, workspaceId, cancellationToken);
        if (change.Name is not null)
        {
            workspace.Rename(change.Name);
        }

        if (change.Description is not null)
        {
            workspace.Describe(change.Description);
        }

        if (change.Visibility is { } visibility)
        {
            workspace.Show(visibility, Now);
        }

        db.Audit(actor, workspaceId, "workspace.update", workspaceId, change.Visibility is { } shown ? $"{workspace.Name}: {shown}" : workspace.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Access(workspaceId), Topic.Workspace(workspaceId));
        return View(workspace, role);
    }

    /// <summary>Deletes an empty, shared workspace. What is in it must be deleted first, by somebody who looked at it.</summary>
    public async Task DeleteAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Owner, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var workspace = await FindAsync(db, workspaceId, cancellationToken);
        if (workspace.PersonalOf is not null)
        {
            throw HubException.Conflict("A personal workspace stays as long as its account.", "PERSONAL_WORKSPACE");
        }

        if (await WorkspaceContent.FindAsync(db, workspaceId, cancellationToken) is { } remains)
        {
            throw HubException.Conflict($"The workspace still holds {remains}. Delete that first.", "WORKSPACE_NOT_EMPTY");
        }

        db.Remove(workspace);
        db.Audit(actor, workspaceId, "workspace.delete", workspaceId, workspace.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Access(workspaceId), Topic.Workspace(workspaceId));
    }

    internal static async Task<string> FreeSlugAsync(HubDbContext db, string name, CancellationToken cancellationToken)
    {
        var slug = Slug.From(name);
        return await db.Set<Workspace>().AnyAsync(w => w.Slug == slug, cancellationToken)
            ? $"{slug}-{RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 6)}"
            : slug;
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private static async Task<Workspace> FindAsync(HubDbContext db, Guid workspaceId, CancellationToken cancellationToken) =>
        await db.Set<Workspace>().SingleOrDefaultAsync(w => w.Id == workspaceId, cancellationToken) ?? throw HubException.NotFound("workspace");

    private static WorkspaceView View(Workspace w, WorkspaceRole role) =>
        new(w.Id, w.Name, w.Slug, w.Description, w.Visibility, role, w.PersonalOf, w.CreatedAt);
}
