using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Models;

/// <summary>The registry: models, their versions, and the aliases that say which version counts.</summary>
public sealed class ModelService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, TimeProvider time, News news)
{
    public async Task<Page<ModelView>> ListAsync(Actor actor, Guid workspaceId, string? search, PageRequest page, CancellationToken cancellationToken)
    {
        var role = await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await ListAsync(db, db.Set<RegisteredModel>().AsNoTracking().Where(m => m.WorkspaceId == workspaceId && m.DeletedAt == null), search, page, role, cancellationToken);
    }

    /// <summary>What is public on this server, last changed first.</summary>
    public async Task<Page<ModelView>> ListPublicAsync(Actor actor, string? search, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var shown = db.Set<RegisteredModel>().AsNoTracking()
            .Where(m => m.DeletedAt == null && m.Visibility == Visibility.Public && m.LatestVersion > 0 && (actor.OnlyWorkspaceId == null || m.WorkspaceId == actor.OnlyWorkspaceId));
        return await ListAsync(db, shown, search, page, null, cancellationToken);
    }

    /// <summary>What one person made and is public, last changed first.</summary>
    public async Task<Page<ModelView>> ListPublicOfAsync(Actor actor, Guid personId, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var shown = db.Set<RegisteredModel>().AsNoTracking()
            .Where(m => m.DeletedAt == null && m.CreatedBy == personId && m.Visibility == Visibility.Public && m.LatestVersion > 0 && (actor.OnlyWorkspaceId == null || m.WorkspaceId == actor.OnlyWorkspaceId));
        return await ListAsync(db, shown, null, page, null, cancellationToken);
    }

    /// <summary>What the actor made, in all their workspaces, last changed first.</summary>
    public async Task<Page<ModelView>> ListMineAsync(Actor actor, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var visible = WorkspaceAccess.Visible(db, actor);
        return await ListAsync(db, db.Set<RegisteredModel>().AsNoTracking().Where(m => m.DeletedAt == null && m.CreatedBy == actor.UserId && visible.Contains(m.WorkspaceId)), null, page, null, cancellationToken);
    }

    /// <summary>What others shared with the actor by name, last changed first.</summary>
    public async Task<Page<ModelView>> ListSharedAsync(Actor actor, string? search, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var granted = WorkspaceAccess.Granted(db, actor);
        return await ListAsync(db, db.Set<RegisteredModel>().AsNoTracking().Where(m => m.DeletedAt == null && granted.Contains(m.Id)), search, page, null, cancellationToken);
    }

    private static async Task<Page<ModelView>> ListAsync(HubDbContext db, IQueryable<RegisteredModel> models, string? search, PageRequest page, WorkspaceRole? role, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(search))
        {
            var key = Slug.Key(search.Trim());
            models = models.Where(m => m.NameKey.Contains(key));
        }

        var rows = await models.OrderByDescending(m => m.UpdatedAt).ThenBy(m => m.Id).Skip(page.Skip).Take(page.Take + 1).ToListAsync(cancellationToken);
        var views = await ViewsAsync(db, rows, cancellationToken);
        return page.ToPage(views.ConvertAll(v => v with { MyRole = role }));
    }

    public async Task<ModelView> GetAsync(Actor actor, Guid modelId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (model, role) = await RequireAsync(db, actor, modelId, WorkspaceRole.Reader, cancellationToken);
        return (await ViewsAsync(db, [model], cancellationToken))[0] with { MyRole = role };
    }

    public async Task<ModelView> CreateAsync(Actor actor, Guid workspaceId, string name, string? description, Training.TrainingTask task, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Editor, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var model = RegisteredModel.Create(workspaceId, name, description, task, actor.UserId, Now);
        db.Add(model);
        db.Audit(actor, workspaceId, "model.create", model.Id, model.Name, Now);
        await SaveAsync(db, model, cancellationToken);
        return await GetAsync(actor, model.Id, cancellationToken);
    }

    /// <summary>Changes name or description; <c>null</c> leaves a field as it is.</summary>
    public async Task EditAsync(Actor actor, Guid modelId, string? name, string? description, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (model, _) = await RequireAsync(db, actor, modelId, WorkspaceRole.Editor, cancellationToken);
        if (name is not null)
        {
            model.Rename(name, Now);
        }

        if (description is not null)
        {
            model.Describe(description, Now);
        }

        db.Audit(actor, model.WorkspaceId, "model.edit", model.Id, model.Name, Now);
        await SaveAsync(db, model, cancellationToken);
    }

    /// <summary>Puts the model in the trash; predictions by it end at once. Editors may delete their own, managers all.</summary>
    public async Task DeleteAsync(Actor actor, Guid modelId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (model, _) = await RequireAsync(db, actor, modelId, WorkspaceRole.Editor, cancellationToken);
        if (model.CreatedBy != actor.UserId)
        {
            await access.RequireAsync(actor, model.AsThing(), WorkspaceRole.Manager, cancellationToken);
        }

        model.Delete(Now);
        db.Audit(actor, model.WorkspaceId, "model.delete", model.Id, model.Name, Now);
        await SaveAsync(db, model, cancellationToken);
    }

    /// <summary>Newest first.</summary>
    public async Task<Page<ModelVersionView>> VersionsAsync(Actor actor, Guid modelId, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, modelId, WorkspaceRole.Reader, cancellationToken);
        var rows = await db.Set<ModelVersion>().AsNoTracking().Where(v => v.ModelId == modelId)
            .OrderByDescending(v => v.Number).Skip(page.Skip).Take(page.Take + 1).ToListAsync(cancellationToken);
        return page.ToPage(await VersionViewsAsync(db, actor, rows, cancellationToken));
    }

    public async Task<ModelVersionView> VersionAsync(Actor actor, Guid modelId, int number, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, modelId, WorkspaceRole.Reader, cancellationToken);
        var version = await db.Set<ModelVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.ModelId == modelId && v.Number == number, cancellationToken)
            ?? throw HubException.NotFound("model version");
        return (await VersionViewsAsync(db, actor, [version], cancellationToken))[0];
    }

    /// <summary>Keeps the model of a finished run as the next version. The first version becomes the champion.</summary>
    /// <param name="threshold">Two classes: from which score on a row is called positive; <c>null</c> is one half.</param>
    public async Task<ModelVersionView> AddVersionAsync(Actor actor, Guid modelId, Guid runId, string? description, double? threshold, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (model, _) = await RequireAsync(db, actor, modelId, WorkspaceRole.Editor, cancellationToken);
        var run = await db.Set<Run>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == runId && r.DeletedAt == null && r.WorkspaceId == model.WorkspaceId, cancellationToken)
            ?? throw HubException.Field("runId", "There is no such run in the model's workspace.", "NO_SUCH_RUN");
        if (run.State != RunState.Finished)
        {
            throw HubException.Field("runId", "The run has no model: it did not finish.", "RUN_NOT_FINISHED");
        }

        var task = run.RequireTraining().Configuration.Task;
        if (run.ModelHash is null)
        {
            throw HubException.Field("runId", "A trial keeps no model. Save the run of its search, or train once more with the trial's settings.", "TRIAL_HAS_NO_MODEL");
        }

        if (task != model.Task)
        {
            throw HubException.Field("runId", $"The model answers a {Word(model.Task)} question, the run a {Word(task)} one. Make a new model for it.", "TASK_DIFFERS");
        }

        if (await db.Set<ModelVersion>().Where(v => v.ModelId == modelId && v.RunId == runId).Select(v => (int?)v.Number).FirstOrDefaultAsync(cancellationToken) is { } known)
        {
            throw HubException.Conflict($"This run is version {known} of the model already.", "RUN_REGISTERED");
        }

        if (threshold is { } cut && (model.Task != Training.TrainingTask.Binary || !(cut is >= 0 and <= 1)))
        {
            throw HubException.Field("threshold", model.Task == Training.TrainingTask.Binary ? "Give a threshold from 0 to 1." : "Only models of two classes have a threshold. Leave it out.", "BAD_THRESHOLD");
        }

        var version = ModelVersions.Add(db, model, run, description, threshold, actor.UserId, Now);
        db.Audit(actor, model.WorkspaceId, "model.version", model.Id, $"{model.Name} v{version.Number} from {run.Name}", Now);
        await SaveAsync(db, model, cancellationToken);
        return await VersionAsync(actor, modelId, version.Number, cancellationToken);
    }

    /// <summary>Points an alias at a version; moving <c>champion</c> back is the way to roll back.</summary>
    public async Task SetAliasAsync(Actor actor, Guid modelId, string alias, int number, string? reason, CancellationToken cancellationToken)
    {
        alias = RequireAlias(alias);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (model, _) = await RequireAsync(db, actor, modelId, WorkspaceRole.Editor, cancellationToken);
        if (!await db.Set<ModelVersion>().AnyAsync(v => v.ModelId == modelId && v.Number == number, cancellationToken))
        {
            throw HubException.Field("version", $"The model has no version {number}.", "NO_SUCH_VERSION");
        }

        var known = await db.Set<ModelAlias>().SingleOrDefaultAsync(a => a.ModelId == modelId && a.Alias == alias, cancellationToken);
        if (known?.Version == number)
        {
            return;
        }

        db.Add(ModelAliasChange.Create(modelId, alias, known?.Version, number, Cut(reason), actor.UserId, Now));
        if (known is null)
        {
            db.Add(ModelAlias.Create(modelId, alias, number));
        }
        else
        {
            known.MoveTo(number);
        }

        db.Audit(actor, model.WorkspaceId, "model.alias", model.Id, $"{model.Name} @{alias} → v{number}", Now);
        await SaveAsync(db, model, cancellationToken);
    }

    public async Task RemoveAliasAsync(Actor actor, Guid modelId, string alias, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (model, _) = await RequireAsync(db, actor, modelId, WorkspaceRole.Editor, cancellationToken);
        var known = await db.Set<ModelAlias>().SingleOrDefaultAsync(a => a.ModelId == modelId && a.Alias == alias, cancellationToken)
            ?? throw HubException.NotFound("alias");
        db.Remove(known);
        db.Add(ModelAliasChange.Create(modelId, alias, known.Version, null, null, actor.UserId, Now));
        db.Audit(actor, model.WorkspaceId, "model.alias", model.Id, $"{model.Name} @{alias} removed", Now);
        await SaveAsync(db, model, cancellationToken);
    }

    /// <summary>Who moved which alias, when and why; newest first.</summary>
    public async Task<Page<AliasChangeView>> HistoryAsync(Actor actor, Guid modelId, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, modelId, WorkspaceRole.Reader, cancellationToken);
        var rows = await db.Set<ModelAliasChange>().Where(c => c.ModelId == modelId)
            .OrderByDescending(c => c.ChangedAt).ThenByDescending(c => c.Id).Skip(page.Skip).Take(page.Take + 1)
            .Select(c => new AliasChangeView(
                c.Alias, c.FromVersion, c.ToVersion, c.Reason, c.ChangedBy, db.Set<HubUser>().Where(u => u.Id == c.ChangedBy).Select(u => u.DisplayName).FirstOrDefault(), c.ChangedAt))
            .ToListAsync(cancellationToken);
        return page.ToPage(rows);
    }

    /// <summary>Which model versions were made from these runs; runs that nobody registered are missing.</summary>
    public async Task<IReadOnlyDictionary<Guid, RegisteredAs>> OfRunsAsync(Actor actor, IReadOnlyList<Guid> runIds, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var visible = WorkspaceAccess.Visible(db, actor);
        var found = await (
            from version in db.Set<ModelVersion>()
            join model in db.Set<RegisteredModel>() on version.ModelId equals model.Id
            where runIds.Contains(version.RunId) && model.DeletedAt == null && visible.Contains(model.WorkspaceId)
            orderby version.Id
            select new { version.RunId, As = new RegisteredAs(model.Id, model.Name, version.Number) }).ToListAsync(cancellationToken);
        return found.GroupBy(f => f.RunId).ToDictionary(g => g.Key, g => g.First().As);
    }

    public async Task<int> CountAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Set<RegisteredModel>().CountAsync(m => m.WorkspaceId == workspaceId && m.DeletedAt == null, cancellationToken);
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task<(RegisteredModel Model, WorkspaceRole Role)> RequireAsync(HubDbContext db, Actor actor, Guid modelId, WorkspaceRole role, CancellationToken cancellationToken)
    {
        var model = await db.Set<RegisteredModel>().SingleOrDefaultAsync(m => m.Id == modelId && m.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("model");
        return (model, await access.RequireAsync(actor, model.AsThing(), role, cancellationToken));
    }

    private async Task SaveAsync(HubDbContext db, RegisteredModel model, CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Model(model.Id), Topic.Workspace(model.WorkspaceId));
    }

    private static async Task<List<ModelView>> ViewsAsync(HubDbContext db, List<RegisteredModel> models, CancellationToken cancellationToken)
    {
        var ids = models.ConvertAll(m => m.Id);
        var aliases = (await db.Set<ModelAlias>().AsNoTracking().Where(a => ids.Contains(a.ModelId)).ToListAsync(cancellationToken)).ToLookup(a => a.ModelId);
        // Only the versions that a list shows: the newest and the champions.
        var versions = (await (
            from version in db.Set<ModelVersion>().AsNoTracking()
            where ids.Contains(version.ModelId)
                && (db.Set<RegisteredModel>().Any(m => m.Id == version.ModelId && m.LatestVersion == version.Number)
                    || db.Set<ModelAlias>().Any(a => a.ModelId == version.ModelId && a.Version == version.Number && a.Alias == ModelAlias.Champion))
            select new { version.ModelId, version.Number, version.Metrics }).ToListAsync(cancellationToken)).ToLookup(v => v.ModelId);
        return models.ConvertAll(model =>
        {
            var mine = aliases[model.Id].ToDictionary(a => a.Alias, a => a.Version);
            var shown = mine.TryGetValue(ModelAlias.Champion, out var champion) ? champion : model.LatestVersion;
            return new ModelView
            {
                Id = model.Id,
                WorkspaceId = model.WorkspaceId,
                Name = model.Name,
                Description = model.Description,
                Task = model.Task,
                Visibility = model.Visibility,
                Aliases = mine,
                LatestVersion = model.LatestVersion == 0 ? null : model.LatestVersion,
                Metrics = versions[model.Id].FirstOrDefault(v => v.Number == shown)?.Metrics ?? new Dictionary<string, double>(),
                CreatedBy = model.CreatedBy,
                CreatedAt = model.CreatedAt,
                UpdatedAt = model.UpdatedAt,
            };
        });
    }

    private static async Task<List<ModelVersionView>> VersionViewsAsync(HubDbContext db, Actor actor, List<ModelVersion> versions, CancellationToken cancellationToken)
    {
        var runIds = versions.ConvertAll(v => v.RunId);
        var modelIds = versions.Select(v => v.ModelId).Distinct().ToList();
        var userIds = versions.Select(v => v.CreatedBy).Distinct().ToList();
        var runs = await db.Set<Run>().AsNoTracking().Where(r => runIds.Contains(r.Id)).ToDictionaryAsync(r => r.Id, cancellationToken);
        var datasetIds = runs.Values.Select(r => r.RequireTraining().Data.DatasetId).Distinct().ToList();
        // Whoever reads a public model learns nothing of the names of private data behind it.
        var datasets = await DatasetService.Readable(db, actor).Where(d => datasetIds.Contains(d.Id)).ToDictionaryAsync(d => d.Id, d => d.Name, cancellationToken);
        var aliases = (await db.Set<ModelAlias>().AsNoTracking().Where(a => modelIds.Contains(a.ModelId)).ToListAsync(cancellationToken)).ToLookup(a => (a.ModelId, a.Version));
        var users = await db.Set<HubUser>().Where(u => userIds.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName, cancellationToken);
        return versions.ConvertAll(version =>
        {
            var run = runs[version.RunId];
            var training = run.RequireTraining();
            return new ModelVersionView
            {
                ModelId = version.ModelId,
                Number = version.Number,
                RunId = version.RunId,
                RunName = run.Name,
                RunIsDeleted = run.DeletedAt is not null,
                Algorithm = training.Configuration.Algorithm,
                Description = version.Description,
                Metrics = version.Metrics,
                Dataset = RunDataset.Of(training.Data, datasets.GetValueOrDefault(training.Data.DatasetId)),
                Signature = version.Signature,
                SizeBytes = version.SizeBytes,
                Aliases = [.. aliases[(version.ModelId, version.Number)].Select(a => a.Alias).Order()],
                CreatedBy = version.CreatedBy,
                CreatedByName = users.GetValueOrDefault(version.CreatedBy),
                CreatedAt = version.CreatedAt,
            };
        });
    }

    private static string RequireAlias(string alias)
    {
        var isWellFormed = alias.Length is > 0 and <= 64 && char.IsAsciiLetterLower(alias[0]) && alias.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
        // These look like something else: the newest version, a version number.
        var isMisleading = alias == "latest" || (alias.Length > 1 && alias[0] == 'v' && alias.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0);
        return isWellFormed && !isMisleading
            ? alias
            : throw HubException.Field("alias", "An alias has 1 to 64 lower-case letters, digits, dashes or underscores, begins with a letter, and is neither 'latest' nor like 'v2'.", "BAD_ALIAS");
    }

    private static string? Cut(string? reason) => string.IsNullOrWhiteSpace(reason) ? null : reason.Length > 1000 ? reason[..1000] : reason.Trim();

    private static string Word(Training.TrainingTask task) => task.ToString().ToLowerInvariant();
}
