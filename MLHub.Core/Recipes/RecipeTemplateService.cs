using Microsoft.EntityFrameworkCore;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Recipes;

/// <summary>Recipes that a workspace keeps. Taking one up means reading its steps; whether they fit a table, its preview tells.</summary>
public sealed class RecipeTemplateService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, TimeProvider time, News news)
{
    /// <summary>By name.</summary>
    public async Task<Page<RecipeTemplateView>> ListAsync(Actor actor, Guid workspaceId, PageRequest page, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await Views(db, db.Set<RecipeTemplate>().AsNoTracking().Where(t => t.WorkspaceId == workspaceId).OrderBy(t => t.NameKey).Skip(page.Skip).Take(page.Take + 1))
            .ToListAsync(cancellationToken);
        return page.ToPage(rows);
    }

    public async Task<RecipeTemplateView> GetAsync(Actor actor, Guid workspaceId, Guid templateId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "recipe", cancellationToken);

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Views(db, db.Set<RecipeTemplate>().AsNoTracking().Where(t => t.WorkspaceId == workspaceId && t.Id == templateId)).SingleOrDefaultAsync(cancellationToken)
            ?? throw HubException.NotFound("recipe");
    }

    /// <exception cref="HubException"><c>CONFLICT</c> when the name is taken.</exception>
    public async Task<RecipeTemplateView> SaveAsync(Actor actor, Guid workspaceId, string name, string? description, IReadOnlyList<RecipeStep> steps, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Editor, "workspace", cancellationToken);

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var template = RecipeTemplate.Create(workspaceId, actor.UserId, name, description, steps, Now);
        db.Add(template);
        db.Audit(actor, workspaceId, "recipe.create", template.Id, template.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Workspace(workspaceId));
        return await GetAsync(actor, workspaceId, template.Id, cancellationToken);
    }

    public Task RenameAsync(Actor actor, Guid workspaceId, Guid templateId, string name, CancellationToken cancellationToken) =>
        EditAsync(actor, workspaceId, templateId, name, null, null, cancellationToken);

    /// <summary>Several changes at once; <c>null</c> leaves a field as it is.</summary>
    public async Task EditAsync(Actor actor, Guid workspaceId, Guid templateId, string? name, string? description, IReadOnlyList<RecipeStep>? steps, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var template = await RequireAsync(db, actor, workspaceId, templateId, cancellationToken);
        if (name is not null)
        {
            template.Rename(name, Now);
        }

        if (description is not null)
        {
            template.Describe(description, Now);
        }

        if (steps is not null)
        {
            template.Take(steps, Now);
        }

        db.Audit(actor, workspaceId, "recipe.edit", template.Id, template.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Workspace(workspaceId));
    }

    /// <summary>Versions that were made with it keep their steps.</summary>
    public async Task DeleteAsync(Actor actor, Guid workspaceId, Guid templateId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var template = await RequireAsync(db, actor, workspaceId, templateId, cancellationToken);

        db.Remove(template);
        db.Audit(actor, workspaceId, "recipe.delete", template.Id, template.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Workspace(workspaceId));
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task<RecipeTemplate> RequireAsync(HubDbContext db, Actor actor, Guid workspaceId, Guid templateId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Editor, "recipe", cancellationToken);
        return await db.Set<RecipeTemplate>().SingleOrDefaultAsync(t => t.WorkspaceId == workspaceId && t.Id == templateId, cancellationToken)
            ?? throw HubException.NotFound("recipe");
    }

    private static IQueryable<RecipeTemplateView> Views(HubDbContext db, IQueryable<RecipeTemplate> templates) => templates.Select(t => new RecipeTemplateView(
        t.Id, t.WorkspaceId, t.Name, t.Description, t.Steps, t.CreatedBy, db.Set<Accounts.HubUser>().Where(u => u.Id == t.CreatedBy).Select(u => u.DisplayName).FirstOrDefault(), t.CreatedAt, t.UpdatedAt));
}

/// <summary>A kept recipe as lists and pages show it.</summary>
public sealed record RecipeTemplateView(
    Guid Id, Guid WorkspaceId, string Name, string? Description, IReadOnlyList<RecipeStep> Steps, Guid CreatedBy, string? CreatedByName, DateTime CreatedAt, DateTime UpdatedAt);
