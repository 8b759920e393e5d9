using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Home;

/// <summary>What waits for the actor.</summary>
public enum AttentionKind
{
    FailedRun,

    /// <summary>A run from outside that fell silent.</summary>
    LostRun,
    FailedVersion,
    Invitation,
}

/// <param name="Id">The run, the dataset or the invitation.</param>
/// <param name="Text">Why it waits, in the words of whatever failed.</param>
public sealed record Attention(AttentionKind Kind, Guid Id, string Name, string? Text, DateTime At);

/// <summary>Finds what the actor should look at: it failed, and the actor has not opened it since.</summary>
public sealed class AttentionService(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access, InvitationService invitations, TimeProvider time)
{
    /// <summary>What is older has been seen, or does not matter any more.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromDays(7);

    private const int MaxShown = 6;

    public async Task<IReadOnlyList<Attention>> ListAsync(Actor actor, Guid workspaceId, CancellationToken cancellationToken)
    {
        await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "workspace", cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var since = time.GetUtcNow().UtcDateTime - Span;
        var visits = db.Set<Visit>().Where(v => v.UserId == actor.UserId);
        var failed = await db.Set<Run>().AsNoTracking()
            .Where(r => r.WorkspaceId == workspaceId && r.CreatedBy == actor.UserId && r.DeletedAt == null && r.ArchivedAt == null && r.ParentRunId == null
                && r.State == RunState.Failed && r.EndedAt > since && !visits.Any(v => v.ThingId == r.Id && v.At >= r.EndedAt))
            .OrderByDescending(r => r.EndedAt).Take(MaxShown).Select(r => new { r.Id, r.Name, r.Error, At = r.EndedAt!.Value }).ToListAsync(cancellationToken);
        var lost = await db.Set<Run>().AsNoTracking()
            .Where(r => r.WorkspaceId == workspaceId && r.CreatedBy == actor.UserId && r.DeletedAt == null && r.ArchivedAt == null
                && r.State == RunState.Lost && r.SeenAt > since && !visits.Any(v => v.ThingId == r.Id && v.At >= r.SeenAt))
            .OrderByDescending(r => r.SeenAt).Take(MaxShown).Select(r => new { r.Id, r.Name, At = r.SeenAt!.Value }).ToListAsync(cancellationToken);
        var versions = await (
            from version in db.Set<DatasetVersion>().AsNoTracking()
            join dataset in db.Set<Dataset>() on version.DatasetId equals dataset.Id
            where dataset.WorkspaceId == workspaceId && dataset.DeletedAt == null && version.CreatedBy == actor.UserId && version.State == DatasetVersionState.Failed
                && version.CreatedAt > since && !visits.Any(v => v.ThingId == dataset.Id && v.At >= version.CreatedAt)
            orderby version.CreatedAt descending
            select new { dataset.Id, dataset.Name, version.Number, version.Error, version.CreatedAt }).Take(MaxShown).ToListAsync(cancellationToken);
        var offers = await invitations.MineAsync(actor, cancellationToken);

        return
        [
            .. offers.Select(o => new Attention(AttentionKind.Invitation, o.Id, o.WorkspaceName, o.InvitedBy, o.ExpiresAt)),
            .. failed.Select(r => new Attention(AttentionKind.FailedRun, r.Id, r.Name, r.Error, r.At))
                .Concat(lost.Select(r => new Attention(AttentionKind.LostRun, r.Id, r.Name, null, r.At)))
                .Concat(versions.Select(v => new Attention(AttentionKind.FailedVersion, v.Id, $"{v.Name} v{v.Number}", v.Error, v.CreatedAt)))
                .OrderByDescending(a => a.At).Take(MaxShown),
        ];
    }
}
