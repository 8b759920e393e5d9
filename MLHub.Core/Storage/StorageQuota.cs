using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;

namespace MLHub.Core.Storage;

/// <summary>How much a person and a workspace may store, and whether more fits.</summary>
public sealed class StorageQuota(IDbContextFactory<HubDbContext> contexts, IEnumerable<IStorageUse> uses, IOptions<StorageOptions> options)
{
    private const long Megabyte = 1024 * 1024;

    /// <summary><c>null</c>: there is no limit.</summary>
    public long? UserBytes => options.Value.UserQuotaMegabytes == 0 ? null : options.Value.UserQuotaMegabytes * Megabyte;

    public long? WorkspaceBytes => options.Value.WorkspaceQuotaMegabytes == 0 ? null : options.Value.WorkspaceQuotaMegabytes * Megabyte;

    public async Task<long> UsedByUserAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await SumAsync(u => u.OfUserAsync(db, userId, cancellationToken));
    }

    public async Task<long> UsedByWorkspaceAsync(Guid workspaceId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await SumAsync(u => u.OfWorkspaceAsync(db, workspaceId, cancellationToken));
    }

    /// <summary>Refuses unless so many bytes more fit into both limits.</summary>
    /// <returns>How many bytes fit; <c>null</c> when there is no limit.</returns>
    /// <exception cref="HubException"><c>QUOTA_EXCEEDED</c>.</exception>
    public async Task<long?> RequireAsync(Guid userId, Guid workspaceId, long bytes, CancellationToken cancellationToken)
    {
        long? left = null;
        if (UserBytes is { } mine)
        {
            left = Left(mine, await UsedByUserAsync(userId, cancellationToken), bytes, "Your storage is used up");
        }

        if (WorkspaceBytes is { } ours)
        {
            var free = Left(ours, await UsedByWorkspaceAsync(workspaceId, cancellationToken), bytes, "The storage of this workspace is used up");
            left = Math.Min(left ?? free, free);
        }

        return left;
    }

    public static HubException Exceeded(string what, long limit) => new(
        Refusal.StorageFull,
        $"{what}: {limit / Megabyte} MB are allowed. Delete what is no longer needed, also from the trash, or ask the operator for more room.",
        "QUOTA_EXCEEDED");

    private static long Left(long limit, long used, long bytes, string what) =>
        bytes <= limit - used && used < limit ? limit - used : throw Exceeded(what, limit);

    private async Task<long> SumAsync(Func<IStorageUse, Task<long>> of)
    {
        long sum = 0;
        foreach (var use in uses)
        {
            sum += await of(use);
        }

        return sum;
    }
}
