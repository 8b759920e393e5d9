using Microsoft.AspNetCore.Http.HttpResults;
using MLHub.Core.Common;
using MLHub.Core.Workspaces;
using MLHub.Web.Api;

namespace MLHub.Web.Workspaces;

/// <param name="Email">Who is meant; absent makes a link for whoever holds it.</param>
public sealed record InvitationBody(WorkspaceRole? Role, string? Email = null, int MaxUses = 1, int ExpiresInDays = 7, string? Message = null);

/// <param name="Link">Where it is accepted; only in the answer that made it.</param>
public sealed record InvitationAnswer(
    Guid Id, string? Email, WorkspaceRole Role, string? Message, int Uses, int MaxUses, DateTime CreatedAt, DateTime ExpiresAt, string? Link)
{
    public static InvitationAnswer Of(InvitationView i, string? link = null) => new(i.Id, i.Email, i.Role, i.Message, i.Uses, i.MaxUses, i.CreatedAt, i.ExpiresAt, link);
}

public sealed record OfferAnswer(Guid Id, Guid WorkspaceId, string WorkspaceName, string WorkspaceSlug, WorkspaceRole Role, string? InvitedBy, string? Message, DateTime ExpiresAt, bool IsMember)
{
    public static OfferAnswer Of(InvitationOffer o) => new(o.Id, o.WorkspaceId, o.WorkspaceName, o.WorkspaceSlug, o.Role, o.InvitedBy, o.Message, o.ExpiresAt, o.IsMember);
}

/// <summary>Asking people in, and coming in, over REST.</summary>
internal static class InvitationApi
{
    private const string OfWorkspace = "/workspaces/{workspaceId:guid}/invitations";

    public static IEndpointRouteBuilder MapInvitations(this IEndpointRouteBuilder api)
    {
        var invitations = api.MapGroup("").WithTags("Workspaces");
        invitations.MapGet(OfWorkspace, ListAsync).Needs(WorkspaceRole.Manager).WithSummary("Invitations that can still be accepted, newest first");
        invitations.MapPost(OfWorkspace, CreateAsync).Needs(WorkspaceRole.Manager).Idempotent().WithSummary("Invite by e-mail address, or make a link")
            .WithExample(new { role = "editor", maxUses = 5, expiresInDays = 7 });
        invitations.MapPost(OfWorkspace + "/{invitationId:guid}/renew", RenewAsync).Needs(WorkspaceRole.Manager).WithSummary("A new link for an invitation; the old one no longer works");
        invitations.MapDelete(OfWorkspace + "/{invitationId:guid}", RevokeAsync).Needs(WorkspaceRole.Manager).WithSummary("Take an invitation back");
        invitations.MapGet("/invitations/{token}", LookAsync).NeedsSignIn().WithSummary("What a link offers");
        invitations.MapPost("/invitations/{token}/accept", AcceptLinkAsync).NeedsSignIn().WithSummary("Become a member by a link");
        invitations.MapGet("/users/me/invitations", MineAsync).NeedsSignIn().WithSummary("Invitations for my confirmed address");
        invitations.MapPost("/users/me/invitations/{invitationId:guid}/accept", AcceptMineAsync).NeedsSignIn().WithSummary("Become a member by an invitation for my address");
        invitations.MapPost("/users/me/invitations/{invitationId:guid}/decline", DeclineAsync).NeedsSignIn().WithSummary("Say no");
        return api;
    }

    /// <summary>The page that accepts an invitation.</summary>
    internal static string LinkOf(HttpRequest request, string token) => $"{request.Scheme}://{request.Host}{request.PathBase}/invitations/{token}";

    private static async Task<Ok<Page<InvitationAnswer>>> ListAsync(
        Guid workspaceId, Caller caller, InvitationService invitations, CancellationToken cancellationToken, int pageSize = 50, string? pageToken = null)
    {
        var page = await invitations.ListAsync(caller.Actor, workspaceId, new(pageSize, pageToken), cancellationToken);
        return TypedResults.Ok(new Page<InvitationAnswer>([.. page.Items.Select(i => InvitationAnswer.Of(i))], page.NextPageToken));
    }

    private static async Task<Created<InvitationAnswer>> CreateAsync(
        Guid workspaceId, InvitationBody body, HttpRequest request, Caller caller, InvitationService invitations, CancellationToken cancellationToken)
    {
        var made = await invitations.CreateAsync(caller.Actor, workspaceId, new(body.Role ?? default, body.Email, body.MaxUses, body.ExpiresInDays, body.Message), cancellationToken);
        return TypedResults.Created($"{ApiPaths.Prefix}/workspaces/{workspaceId:N}/invitations", InvitationAnswer.Of(made.Invitation, LinkOf(request, made.Token)));
    }

    private static async Task<Ok<InvitationAnswer>> RenewAsync(
        Guid workspaceId, Guid invitationId, HttpRequest request, Caller caller, InvitationService invitations, CancellationToken cancellationToken)
    {
        var made = await invitations.RenewAsync(caller.Actor, workspaceId, invitationId, cancellationToken);
        return TypedResults.Ok(InvitationAnswer.Of(made.Invitation, LinkOf(request, made.Token)));
    }

    private static async Task<NoContent> RevokeAsync(Guid workspaceId, Guid invitationId, Caller caller, InvitationService invitations, CancellationToken cancellationToken)
    {
        await invitations.RevokeAsync(caller.Actor, workspaceId, invitationId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<OfferAnswer>> LookAsync(string token, Caller caller, InvitationService invitations, CancellationToken cancellationToken) =>
        TypedResults.Ok(OfferAnswer.Of(await invitations.LookAsync(caller.Actor, token, cancellationToken)));

    private static async Task<Ok<OfferAnswer>> AcceptLinkAsync(string token, Caller caller, InvitationService invitations, CancellationToken cancellationToken) =>
        TypedResults.Ok(OfferAnswer.Of(await invitations.AcceptLinkAsync(caller.Actor, token, cancellationToken)));

    private static async Task<Ok<Page<OfferAnswer>>> MineAsync(Caller caller, InvitationService invitations, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<OfferAnswer>([.. (await invitations.MineAsync(caller.Actor, cancellationToken)).Select(OfferAnswer.Of)], null));

    private static async Task<Ok<OfferAnswer>> AcceptMineAsync(Guid invitationId, Caller caller, InvitationService invitations, CancellationToken cancellationToken) =>
        TypedResults.Ok(OfferAnswer.Of(await invitations.AcceptMineAsync(caller.Actor, invitationId, cancellationToken)));

    private static async Task<NoContent> DeclineAsync(Guid invitationId, Caller caller, InvitationService invitations, CancellationToken cancellationToken)
    {
        await invitations.DeclineAsync(caller.Actor, invitationId, cancellationToken);
        return TypedResults.NoContent();
    }
}
