using MLHub.Core.Workspaces;

namespace MLHub.Web.Api;

/// <summary>
/// What an endpoint asks of its caller. It only declares: the domain service decides. A test enumerates all endpoints and
/// fails on one without this, and calls each without a credential.
/// </summary>
/// <param name="Role">Smallest workspace role; <c>null</c> when any signed-in user may call.</param>
/// <param name="PublicReason">Why nobody needs to be known; <c>null</c> when the endpoint is not public.</param>
public sealed record EndpointPermission(WorkspaceRole? Role, string? PublicReason)
{
    public bool IsForWorkers { get; init; }
}

public static class EndpointPermissionExtensions
{
    /// <summary>Members of the workspace with at least this role; decided by the service behind it.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, WorkspaceRole role) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new EndpointPermission(role, null));

    /// <summary>Any signed-in user, about their own things.</summary>
    public static TBuilder NeedsSignIn<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new EndpointPermission(null, null));

    /// <summary>A worker with its token; no user's credential counts there.</summary>
    public static TBuilder NeedsWorker<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new EndpointPermission(null, null) { IsForWorkers = true });

    public static TBuilder IsPublic<TBuilder>(this TBuilder endpoint, string reason) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new EndpointPermission(null, reason)).AllowAnonymous();
}
