using Microsoft.AspNetCore.Http.HttpResults;
using MLHub.Core.Common;
using MLHub.Core.Datasets.Trash;
using MLHub.Core.Usage;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;

namespace MLHub.Web.Datasets;

/// <summary>What was deleted in a workspace and may come back, and what fills its storage, over REST.</summary>
internal static class TrashApi
{
    private const string Trash = "/workspaces/{workspaceId:guid}/trash";

    public static IEndpointRouteBuilder MapTrash(this IEndpointRouteBuilder api)
    {
        var trash = api.MapGroup("").WithTags("Workspaces");
        trash.MapGet(Trash, ListAsync).Needs(WorkspaceRole.Reader).WithSummary("Deleted datasets and versions, last deleted first");
        trash.MapPost(Trash + "/{itemId:guid}/restore", RestoreAsync).Needs(WorkspaceRole.Editor).WithSummary("Bring something back from the trash, under another name when its own is taken");
        trash.MapDelete(Trash + "/{itemId:guid}", PurgeAsync).Needs(WorkspaceRole.Editor).WithSummary("Delete something in the trash for ever");
        trash.MapDelete(Trash, EmptyAsync).Needs(WorkspaceRole.Manager).WithSummary("Delete everything in the trash for ever");
        trash.MapGet("/workspaces/{workspaceId:guid}/storage", StorageAsync).Needs(WorkspaceRole.Manager).WithSummary("What fills the storage of a workspace");
        return api;
    }

    private static async Task<Ok<Page<TrashItem>>> ListAsync(
        Guid workspaceId, Caller caller, TrashService trash, CancellationToken cancellationToken, int pageSize = 50, string? pageToken = null) =>
        TypedResults.Ok(await trash.ListAsync(caller.Actor, workspaceId, new(pageSize, pageToken), cancellationToken));

    private static async Task<Ok<TrashRestoreAnswer>> RestoreAsync(
        Guid workspaceId, Guid itemId, Caller caller, TrashService trash, CancellationToken cancellationToken, TrashRestoreRequest? body = null) =>
        TypedResults.Ok(new TrashRestoreAnswer(await trash.RestoreAsync(caller.Actor, workspaceId, itemId, body?.Name, cancellationToken)));

    private static async Task<NoContent> PurgeAsync(Guid workspaceId, Guid itemId, Caller caller, TrashService trash, CancellationToken cancellationToken)
    {
        await trash.PurgeAsync(caller.Actor, workspaceId, itemId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<TrashEmptiedAnswer>> EmptyAsync(Guid workspaceId, Caller caller, TrashService trash, CancellationToken cancellationToken) =>
        TypedResults.Ok(new TrashEmptiedAnswer(await trash.EmptyAsync(caller.Actor, workspaceId, cancellationToken)));

    private static async Task<Ok<StorageReport>> StorageAsync(Guid workspaceId, Caller caller, StorageReportService storage, CancellationToken cancellationToken) =>
        TypedResults.Ok(await storage.GetAsync(caller.Actor, workspaceId, cancellationToken));
}

/// <param name="Name">Another name for the dataset.</param>
public sealed record TrashRestoreRequest(string? Name = null);

/// <param name="DatasetId">The dataset that is back, or whose version is.</param>
public sealed record TrashRestoreAnswer(Guid DatasetId);

/// <param name="Deleted">Things that went; what a run is reading stays.</param>
public sealed record TrashEmptiedAnswer(int Deleted);
