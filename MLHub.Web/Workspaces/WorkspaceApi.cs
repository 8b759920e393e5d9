using Microsoft.AspNetCore.Http.HttpResults;
using MLHub.Core.Common;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;

namespace MLHub.Web.Workspaces;

/// <summary>Workspaces, their members and their audit log over REST.</summary>
internal static class WorkspaceApi
{
    public static IEndpointRouteBuilder MapWorkspaces(this IEndpointRouteBuilder api)
    {
        var workspaces = api.MapGroup("/workspaces").WithTags("Workspaces");
        workspaces.MapGet("", ListAsync).NeedsSignIn().WithSummary("My workspaces: the personal one first, then by name");
        workspaces.MapPost("", CreateAsync).NeedsSignIn().Idempotent().WithSummary("Make a workspace; its maker owns it")
            .WithExample(new { name = "Churn team", description = "Models about customers who leave", visibility = "private" });
        workspaces.MapGet("/{workspaceId:guid}", GetAsync).Needs(WorkspaceRole.Reader).WithSummary("A workspace");
        workspaces.MapPatch("/{workspaceId:guid}", EditAsync).Needs(WorkspaceRole.Manager).WithSummary("Change name, description or visibility; absent fields stay")
            .WithExample(new { name = "Churn and growth" });
        workspaces.MapDelete("/{workspaceId:guid}", DeleteAsync).Needs(WorkspaceRole.Owner).WithSummary("Delete an empty, shared workspace");
        workspaces.MapGet("/{workspaceId:guid}/members", MembersAsync).Needs(WorkspaceRole.Reader).WithSummary("Who is in the workspace and as what");
        workspaces.MapPut("/{workspaceId:guid}/members", PutMemberAsync).Needs(WorkspaceRole.Manager).WithSummary("Add a member, or change a member's role; an unknown address is invited (202)")
            .WithExample(new { email = "grace@example.org", role = "editor" });
        workspaces.MapDelete("/{workspaceId:guid}/members/{userId:guid}", RemoveMemberAsync).Needs(WorkspaceRole.Reader).WithSummary("Remove a member (managers), or leave (everybody)");
        workspaces.MapGet("/{workspaceId:guid}/audit", AuditAsync).Needs(WorkspaceRole.Manager).WithSummary("Who did what, when, by which credential; newest first");
        return api;
    }

    private static async Task<Ok<Page<WorkspaceAnswer>>> ListAsync(Caller caller, WorkspaceService workspaces, CancellationToken cancellationToken, int pageSize = 50, string? pageToken = null)
    {
        var page = await workspaces.ListAsync(caller.Actor, new(pageSize, pageToken), cancellationToken);
        return TypedResults.Ok(new Page<WorkspaceAnswer>([.. page.Items.Select(WorkspaceAnswer.Of)], page.NextPageToken));
    }

    private static async Task<Created<WorkspaceAnswer>> CreateAsync(WorkspaceRequest body, Caller caller, WorkspaceService workspaces, CancellationToken cancellationToken)
    {
        var made = await workspaces.CreateAsync(caller.Actor, body.Name, body.Description, body.Visibility, cancellationToken);
        return TypedResults.Created($"{ApiPaths.Prefix}/workspaces/{made.Id:N}", WorkspaceAnswer.Of(made));
    }

    private static async Task<Ok<WorkspaceAnswer>> GetAsync(Guid workspaceId, Caller caller, WorkspaceService workspaces, CancellationToken cancellationToken) =>
        TypedResults.Ok(WorkspaceAnswer.Of(await workspaces.GetAsync(caller.Actor, workspaceId, cancellationToken)));

    private static async Task<Ok<WorkspaceAnswer>> EditAsync(Guid workspaceId, WorkspaceEdit body, Caller caller, WorkspaceService workspaces, CancellationToken cancellationToken) =>
        TypedResults.Ok(WorkspaceAnswer.Of(await workspaces.UpdateAsync(caller.Actor, workspaceId, new(body.Name, body.Description, body.Visibility), cancellationToken)));

    private static async Task<NoContent> DeleteAsync(Guid workspaceId, Caller caller, WorkspaceService workspaces, CancellationToken cancellationToken)
    {
        await workspaces.DeleteAsync(caller.Actor, workspaceId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Page<MemberAnswer>>> MembersAsync(
        Guid workspaceId, Caller caller, WorkspaceMemberService members, CancellationToken cancellationToken, int pageSize = 50, string? pageToken = null)
    {
        var page = await members.ListAsync(caller.Actor, workspaceId, new(pageSize, pageToken), cancellationToken);
        return TypedResults.Ok(new Page<MemberAnswer>([.. page.Items.Select(MemberAnswer.Of)], page.NextPageToken));
    }

    private static async Task<Results<Ok<MemberAnswer>, Accepted<InvitationAnswer>>> PutMemberAsync(
        Guid workspaceId, MemberRequest body, HttpRequest request, Caller caller, WorkspaceMemberService members, InvitationService invitations, CancellationToken cancellationToken)
    {
        if (await members.PutAsync(caller.Actor, workspaceId, body.Email, body.Role, cancellationToken) is { } member)
        {
            return TypedResults.Ok(MemberAnswer.Of(member));
        }

        var made = await invitations.CreateAsync(caller.Actor, workspaceId, new(body.Role!.Value, body.Email), cancellationToken);
        return TypedResults.Accepted($"{ApiPaths.Prefix}/workspaces/{workspaceId:N}/invitations", InvitationAnswer.Of(made.Invitation, InvitationApi.LinkOf(request, made.Token)));
    }

    private static async Task<NoContent> RemoveMemberAsync(Guid workspaceId, Guid userId, Caller caller, WorkspaceMemberService members, CancellationToken cancellationToken)
    {
        await members.RemoveAsync(caller.Actor, workspaceId, userId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Page<AuditAnswer>>> AuditAsync(
        Guid workspaceId, Caller caller, WorkspaceAuditService audit, CancellationToken cancellationToken, string? search = null, int pageSize = 50, string? pageToken = null)
    {
        var page = await audit.ListAsync(caller.Actor, workspaceId, search, new(pageSize, pageToken), cancellationToken);
        return TypedResults.Ok(new Page<AuditAnswer>([.. page.Items.Select(AuditAnswer.Of)], page.NextPageToken));
    }
}
