using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Audit;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Datasets;

/// <summary>Datasets and their versions: finding, describing, deleting. Rows are read by <see cref="DatasetReader"/>.</summary>
public sealed class DatasetService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, IEnumerable<IDatasetUses> uses, TimeProvider time, News news)
{
    private const int MaxFacets = 50;

    public async Task<Page<DatasetView>> ListAsync(Actor actor, Guid workspaceId, DatasetQuery query, CancellationToken cancellationToken)
    {
        var role = await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await ListAsync(db, db.Set<Dataset>().AsNoTracking().Where(d => d.WorkspaceId == workspaceId && d.DeletedAt == null), query, role, cancellationToken);
    }

    /// <summary>What is public on this server, last changed first.</summary>
    public async Task<Page<DatasetView>> ListPublicAsync(Actor actor, DatasetQuery query, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var shown = db.Set<Dataset>().AsNoTracking()
            .Where(d => d.DeletedAt == null && d.Visibility == Visibility.Public && d.LatestVersion != null && (actor.OnlyWorkspaceId == null || d.WorkspaceId == actor.OnlyWorkspaceId));
        return await ListAsync(db, shown, query, null, cancellationToken);
    }

    /// <summary>What others shared with the actor by name, last changed first.</summary>
    public async Task<Page<DatasetView>> ListSharedAsync(Actor actor, DatasetQuery query, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var granted = WorkspaceAccess.Granted(db, actor);
        return await ListAsync(db, db.Set<Dataset>().AsNoTracking().Where(d => d.DeletedAt == null && granted.Contains(d.Id)), query, null, cancellationToken);
    }

    /// <summary>What the actor made, in all their workspaces, last changed first.</summary>
    public async Task<Page<DatasetView>> ListMineAsync(Actor actor, DatasetQuery query, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var visible = WorkspaceAccess.Visible(db, actor);
        return await ListAsync(db, db.Set<Dataset>().AsNoTracking().Where(d => d.DeletedAt == null && d.CreatedBy == actor.UserId && visible.Contains(d.WorkspaceId)), query, null, cancellationToken);
    }

    /// <summary>Tags and owners of a workspace's datasets, most frequent first; up to 50 each.</summary>
    public async Task<DatasetFacets> FacetsAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var datasets = db.Set<Dataset>().AsNoTracking().Where(d => d.WorkspaceId == workspaceId && d.DeletedAt == null);
        var tags = await datasets.Select(d => d.Tags).ToListAsync(cancellationToken);
        var owners = await datasets.GroupBy(d => d.CreatedBy).Select(g => new { Id = g.Key, Count = g.Count() }).OrderByDescending(g => g.Count).Take(MaxFacets).ToListAsync(cancellationToken);
        var ids = owners.ConvertAll(o => o.Id);
        var names = await db.Set<Accounts.HubUser>().Where(u => ids.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName, cancellationToken);
        return new(
            [.. tags.SelectMany(t => t).GroupBy(t => t).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Take(MaxFacets).Select(g => (g.Key, g.Count()))],
            [.. owners.Select(o => (o.Id, names.GetValueOrDefault(o.Id) ?? "somebody", o.Count))]);
    }

    private async Task<Page<DatasetView>> ListAsync(HubDbContext db, IQueryable<Dataset> datasets, DatasetQuery query, WorkspaceRole? role, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(query.Search))
        {
            var key = Slug.Key(query.Search.Trim());
            var pattern = $"%{key.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_")}%";
            datasets = datasets.Where(d => EF.Functions.Like(d.NameKey, pattern, @"\") || (d.Description != null && EF.Functions.Like(d.Description.ToLower(), pattern, @"\")));
        }

        if (!string.IsNullOrWhiteSpace(query.Tag))
        {
            datasets = await WithTagAsync(datasets, query.Tag.Trim().ToLowerInvariant(), cancellationToken);
        }

        if (query.Owner is { } owner)
        {
            datasets = datasets.Where(d => d.CreatedBy == owner);
        }

        var rows = await Views(db, Ordered(db, datasets, query.Order, query.IsReversed).ThenBy(d => d.Id).Skip(query.Page.Skip).Take(query.Page.Take + 1))
            .ToListAsync(cancellationToken);
        var used = await UsesAsync(db, rows.ConvertAll(d => d.Id), cancellationToken);
        return query.Page.ToPage(rows.ConvertAll(d => d with { MyRole = role, Uses = used.GetValueOrDefault(d.Id) ?? [] }));
    }

    private static IOrderedQueryable<Dataset> Ordered(HubDbContext db, IQueryable<Dataset> datasets, DatasetOrder order, bool isReversed)
    {
        var versions = db.Set<DatasetVersion>();
        return order switch
        {
            DatasetOrder.Name => isReversed ? datasets.OrderByDescending(d => d.NameKey) : datasets.OrderBy(d => d.NameKey),
            DatasetOrder.Rows => By(d => versions.Where(v => v.DatasetId == d.Id && v.Number == d.LatestVersion).Sum(v => v.RowCount)),
            DatasetOrder.Columns => By(d => versions.Where(v => v.DatasetId == d.Id && v.Number == d.LatestVersion).Sum(v => (long)v.ColumnCount)),
            DatasetOrder.Size => By(d => versions.Where(v => v.DatasetId == d.Id && v.Number == d.LatestVersion).Sum(v => v.SizeBytes)),
            DatasetOrder.Created => isReversed ? datasets.OrderBy(d => d.CreatedAt) : datasets.OrderByDescending(d => d.CreatedAt),
            _ => isReversed ? datasets.OrderBy(d => d.UpdatedAt) : datasets.OrderByDescending(d => d.UpdatedAt),
        };

        IOrderedQueryable<Dataset> By(Expression<Func<Dataset, long>> figure) => isReversed ? datasets.OrderBy(figure) : datasets.OrderByDescending(figure);
    }

    private async Task<Dictionary<Guid, List<string>>> UsesAsync(HubDbContext db, IReadOnlyList<Guid> datasetIds, CancellationToken cancellationToken)
    {
        Dictionary<Guid, List<string>> found = [];
        foreach (var use in uses)
        {
            foreach (var (id, count) in await use.CountAsync(db, datasetIds, cancellationToken))
            {
                found.TryAdd(id, []);
                found[id].Add($"{count} {(count == 1 ? use.Words.One : use.Words.Many)}");
            }
        }

        return found;
    }

    public async Task<DatasetView> GetAsync(Actor actor, Guid datasetId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var view = await Views(db, db.Set<Dataset>().AsNoTracking().Where(d => d.Id == datasetId && d.DeletedAt == null)).SingleOrDefaultAsync(cancellationToken)
            ?? throw HubException.NotFound("dataset");
        var role = await access.RequireAsync(actor, view.AsThing(), WorkspaceRole.Reader, cancellationToken);
        return view with { MyRole = role };
    }

    /// <summary>Names of datasets that the actor may see, for lists that mention them; deleted ones are missing.</summary>
    public async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(Actor actor, IReadOnlyList<Guid> datasetIds, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Readable(db, actor).Where(d => datasetIds.Contains(d.Id))
            .ToDictionaryAsync(d => d.Id, d => d.Name, cancellationToken);
    }

    /// <summary>Newest first.</summary>
    public async Task<Page<DatasetVersionView>> VersionsAsync(Actor actor, Guid datasetId, PageRequest page, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, datasetId, WorkspaceRole.Reader, cancellationToken);

        var rows = await Views(db, db.Set<DatasetVersion>().AsNoTracking().Where(v => v.DatasetId == datasetId).OrderByDescending(v => v.Number).Skip(page.Skip).Take(page.Take + 1))
            .ToListAsync(cancellationToken);
        return page.ToPage(rows);
    }

    /// <param name="number">Of the version; <c>null</c> takes the newest that is ready.</param>
    public async Task<DatasetVersionView> VersionAsync(Actor actor, Guid datasetId, int? number, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var dataset = await RequireAsync(db, actor, datasetId, WorkspaceRole.Reader, cancellationToken);

        var wanted = number ?? dataset.LatestVersion ?? throw HubException.NotFound("dataset version");
        return await Views(db, db.Set<DatasetVersion>().AsNoTracking().Where(v => v.DatasetId == datasetId && v.Number == wanted)).SingleOrDefaultAsync(cancellationToken)
            ?? throw HubException.NotFound("dataset version");
    }

    public async Task<DatasetProfileDocument> ProfileAsync(Actor actor, Guid datasetId, int number, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await RequireAsync(db, actor, datasetId, WorkspaceRole.Reader, cancellationToken);

        var version = await db.Set<DatasetVersion>().AsNoTracking().Where(v => v.DatasetId == datasetId && v.Number == number)
            .Select(v => new { v.Id, v.State }).SingleOrDefaultAsync(cancellationToken)
            ?? throw HubException.NotFound("dataset version");
        var profile = await db.Set<DatasetProfile>().AsNoTracking().SingleOrDefaultAsync(p => p.VersionId == version.Id, cancellationToken);
        return profile?.Document ?? throw HubException.Conflict(
            version.State == DatasetVersionState.Failed ? "This version could not be made, so it has no profile." : "The version is being made. Its profile comes with it.",
            "VERSION_NOT_READY");
    }

    public Task RenameAsync(Actor actor, Guid datasetId, string name, CancellationToken cancellationToken) =>
        ChangeAsync(actor, datasetId, WorkspaceRole.Editor, "dataset.rename", d => d.Rename(name, Now), cancellationToken);

    public Task DescribeAsync(Actor actor, Guid datasetId, string? description, CancellationToken cancellationToken) =>
        ChangeAsync(actor, datasetId, WorkspaceRole.Editor, "dataset.describe", d => d.Describe(description, Now), cancellationToken);

    public Task TagAsync(Actor actor, Guid datasetId, IReadOnlyList<string> tags, CancellationToken cancellationToken) =>
        ChangeAsync(actor, datasetId, WorkspaceRole.Editor, "dataset.tag", d => d.Tag(tags, Now), cancellationToken);

    /// <summary>Several changes at once; <c>null</c> leaves a field as it is.</summary>
    public Task EditAsync(Actor actor, Guid datasetId, string? name, string? description, IReadOnlyList<string>? tags, CancellationToken cancellationToken) =>
        ChangeAsync(
            actor,
            datasetId,
            WorkspaceRole.Editor,
            "dataset.edit",
            d =>
            {
                if (name is not null)
                {
                    d.Rename(name, Now);
                }

                if (description is not null)
                {
                    d.Describe(description, Now);
                }

                if (tags is not null)
                {
                    d.Tag(tags, Now);
                }
            },
            cancellationToken);

    /// <summary>Moves the dataset to the trash: it is invisible at once and comes back whole. Editors may delete their own, managers all.</summary>
    public async Task DeleteAsync(Actor actor, Guid datasetId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var dataset = await RequireAsync(db, actor, datasetId, WorkspaceRole.Editor, cancellationToken);
        if (dataset.CreatedBy != actor.UserId)
        {
            await access.RequireAsync(actor, dataset.AsThing(), WorkspaceRole.Manager, cancellationToken);
        }

        dataset.Delete(actor.UserId, Now);
        db.Audit(actor, dataset.WorkspaceId, "dataset.delete", dataset.Id, dataset.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Dataset(dataset.Id), Topic.Workspace(dataset.WorkspaceId));
    }

    public async Task<DatasetCounts> CountsAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var datasets = db.Set<Dataset>().Where(d => d.WorkspaceId == workspaceId && d.DeletedAt == null);
        var versions = db.Set<DatasetVersion>().Where(v => v.State == DatasetVersionState.Ready && datasets.Any(d => d.Id == v.DatasetId));
        return new(
            await datasets.CountAsync(cancellationToken),
            await versions.CountAsync(cancellationToken),
            await versions.SumAsync(v => v.SizeBytes + v.OriginalBytes, cancellationToken));
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>The tracked dataset, when the actor has the role; to strangers it does not exist.</summary>
    private async Task<Dataset> RequireAsync(HubDbContext db, Actor actor, Guid datasetId, WorkspaceRole role, CancellationToken cancellationToken)
    {
        var dataset = await db.Set<Dataset>().SingleOrDefaultAsync(d => d.Id == datasetId && d.DeletedAt == null, cancellationToken)
            ?? throw HubException.NotFound("dataset");
        await access.RequireAsync(actor, dataset.AsThing(), role, cancellationToken);
        return dataset;
    }

    private async Task ChangeAsync(Actor actor, Guid datasetId, WorkspaceRole role, string action, Action<Dataset> change, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var dataset = await RequireAsync(db, actor, datasetId, role, cancellationToken);

        change(dataset);
        db.Audit(actor, dataset.WorkspaceId, action, dataset.Id, dataset.Name, Now);
        await db.SaveChangesAsync(cancellationToken);
        news.Publish(Topic.Dataset(dataset.Id), Topic.Workspace(dataset.WorkspaceId));
    }

    // Tags are a document in both engines; comparing its members in SQL would need two dialects, and a workspace has
    // few tagged datasets: their ids are found first.
    private static async Task<IQueryable<Dataset>> WithTagAsync(IQueryable<Dataset> datasets, string tag, CancellationToken cancellationToken)
    {
        var tagged = await datasets.Select(d => new { d.Id, d.Tags }).ToListAsync(cancellationToken);
        var ids = tagged.Where(d => d.Tags.Contains(tag)).Select(d => d.Id).ToList();
        return datasets.Where(d => ids.Contains(d.Id));
    }

    /// <summary>Datasets that the actor may read, wherever they live, to be used inside a query.</summary>
    internal static IQueryable<Dataset> Readable(HubDbContext db, Actor actor)
    {
        var visible = WorkspaceAccess.Visible(db, actor);
        var granted = WorkspaceAccess.Granted(db, actor);
        return db.Set<Dataset>().Where(d => d.DeletedAt == null
            && (visible.Contains(d.WorkspaceId) || granted.Contains(d.Id)
                || (d.Visibility == Visibility.Public && (actor.OnlyWorkspaceId == null || d.WorkspaceId == actor.OnlyWorkspaceId))));
    }

    private static IQueryable<DatasetView> Views(HubDbContext db, IQueryable<Dataset> datasets) =>
        from dataset in datasets
        let latest = db.Set<DatasetVersion>().Where(v => v.DatasetId == dataset.Id && v.Number == dataset.LatestVersion).Select(v => new { v.Id, v.RowCount, v.ColumnCount, v.SizeBytes }).FirstOrDefault()
        let newest = db.Set<DatasetVersion>().Where(v => v.DatasetId == dataset.Id).OrderByDescending(v => v.Number)
            .Select(v => new { v.Number, v.State, v.Cause, v.JobId, v.Error, v.ErrorCode }).FirstOrDefault()
        select new DatasetView
        {
            Id = dataset.Id,
            WorkspaceId = dataset.WorkspaceId,
            Name = dataset.Name,
            Description = dataset.Description,
            Tags = dataset.Tags,
            Visibility = dataset.Visibility,
            LatestVersion = dataset.LatestVersion,
            RowCount = latest == null ? null : latest.RowCount,
            ColumnCount = latest == null ? null : latest.ColumnCount,
            SizeBytes = latest == null ? null : latest.SizeBytes,
            VersionCount = db.Set<DatasetVersion>().Count(v => v.DatasetId == dataset.Id),
            MissingCells = latest == null ? null : db.Set<DatasetProfile>().Where(p => p.VersionId == latest.Id).Select(p => p.MissingCells).FirstOrDefault(),
            CreatedAt = dataset.CreatedAt,
            UpdatedAt = dataset.UpdatedAt,
            CreatedBy = dataset.CreatedBy,
            CreatedByName = db.Set<Accounts.HubUser>().Where(u => u.Id == dataset.CreatedBy).Select(u => u.DisplayName).FirstOrDefault(),
            Newest = newest == null ? null : new NewestVersion(newest.Number, newest.State, newest.Cause, newest.JobId, newest.Error, newest.ErrorCode),
        };

    private static IQueryable<DatasetVersionView> Views(HubDbContext db, IQueryable<DatasetVersion> versions) =>
        versions.Select(v => new DatasetVersionView
        {
            Id = v.Id,
            DatasetId = v.DatasetId,
            Number = v.Number,
            State = v.State,
            Cause = v.Cause,
            Parent = v.Parent,
            Message = v.Message,
            CreatedBy = v.CreatedBy,
            CreatedByName = db.Set<Accounts.HubUser>().Where(u => u.Id == v.CreatedBy).Select(u => u.DisplayName).FirstOrDefault(),
            CreatedAt = v.CreatedAt,
            JobId = v.JobId,
            RowCount = v.RowCount,
            ColumnCount = v.ColumnCount,
            SizeBytes = v.SizeBytes,
            ContentHash = v.ContentHash == null ? null : v.ContentHash.ToString(),
            OriginalName = v.OriginalName,
            OriginalBytes = v.OriginalBytes,
            OriginalHash = v.OriginalHash == null ? null : v.OriginalHash.ToString(),
            Columns = v.Columns,
            ImportReport = v.ImportReport,
            Recipe = v.Recipe,
            ImportOptions = v.ImportOptions,
            Error = v.Error,
            ErrorCode = v.ErrorCode,
            Tags = v.Tags,
        });
}
