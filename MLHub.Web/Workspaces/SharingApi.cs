using Microsoft.AspNetCore.Http.HttpResults;
using MLHub.Core.Common;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;

namespace MLHub.Web.Workspaces;

public sealed record VisibilityBody(Visibility? Visibility);

public sealed record CollaboratorBody(string? Email, WorkspaceRole? Role = null);

public sealed record CollaboratorAnswer(Guid UserId, string Email, string DisplayName, WorkspaceRole Role, DateTime GrantedAt)
{
    public static CollaboratorAnswer Of(CollaboratorView c) => new(c.UserId, c.Email, c.DisplayName, c.Role, c.GrantedAt);
}

/// <summary>Visibility and collaborators of one kind of thing over REST: the same five routes under each.</summary>
internal static class SharingApi
{
    /// <param name="path">Of one thing, with <c>{thingId:guid}</c> in it.</param>
    /// <param name="word">What it is called: <c>dataset</c>.</param>
    public static void MapSharing<TService, T>(this IEndpointRouteBuilder group, string path, string word) where TService : SharingService<T> where T : class, IShareable
    {
        group.MapPut(path + "/visibility", ShowAsync<TService, T>).Needs(WorkspaceRole.Manager).WithSummary($"Make a {word} public on this server, or private again")
            .WithExample(new { visibility = "public" });
        group.MapGet(path + "/collaborators", CollaboratorsAsync<TService, T>).Needs(WorkspaceRole.Reader).WithSummary($"People outside of the workspace with a right on this {word}");
        group.MapPut(path + "/collaborators", PutAsync<TService, T>).Needs(WorkspaceRole.Manager).WithSummary($"Give somebody a right on this one {word}, or change it")
            .WithExample(new { email = "grace@example.org", role = "reader" });
        group.MapDelete(path + "/collaborators/{userId:guid}", RemoveAsync<TService, T>).Needs(WorkspaceRole.Reader).WithSummary("Take the right back (managers), or leave (everybody)");
        group.MapGet(path + "/readers", ReadersAsync<TService, T>).Needs(WorkspaceRole.Reader).WithSummary($"Who can see this {word}, and why");
    }

    private static async Task<NoContent> ShowAsync<TService, T>(Guid thingId, VisibilityBody body, Caller caller, TService sharing, CancellationToken cancellationToken)
        where TService : SharingService<T> where T : class, IShareable
    {
        await sharing.ShowAsync(caller.Actor, thingId, body.Visibility, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Page<CollaboratorAnswer>>> CollaboratorsAsync<TService, T>(
        Guid thingId, Caller caller, TService sharing, CancellationToken cancellationToken, int pageSize = 50, string? pageToken = null)
        where TService : SharingService<T> where T : class, IShareable
    {
        var page = await sharing.CollaboratorsAsync(caller.Actor, thingId, new(pageSize, pageToken), cancellationToken);
        return TypedResults.Ok(new Page<CollaboratorAnswer>([.. page.Items.Select(CollaboratorAnswer.Of)], page.NextPageToken));
    }

    private static async Task<Ok<CollaboratorAnswer>> PutAsync<TService, T>(Guid thingId, CollaboratorBody body, Caller caller, TService sharing, CancellationToken cancellationToken)
        where TService : SharingService<T> where T : class, IShareable =>
        TypedResults.Ok(CollaboratorAnswer.Of(await sharing.PutAsync(caller.Actor, thingId, body.Email, body.Role, cancellationToken)));

    private static async Task<NoContent> RemoveAsync<TService, T>(Guid thingId, Guid userId, Caller caller, TService sharing, CancellationToken cancellationToken)
        where TService : SharingService<T> where T : class, IShareable
    {
        await sharing.RemoveAsync(caller.Actor, thingId, userId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Page<ThingReader>>> ReadersAsync<TService, T>(
        Guid thingId, Caller caller, TService sharing, CancellationToken cancellationToken, int pageSize = 50, string? pageToken = null)
        where TService : SharingService<T> where T : class, IShareable =>
        TypedResults.Ok(await sharing.ReadersAsync(caller.Actor, thingId, new(pageSize, pageToken), cancellationToken));
}
