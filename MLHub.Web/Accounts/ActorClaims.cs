using System.Security.Claims;
using MLHub.Core.Common;
using MLHub.Web.Api;

namespace MLHub.Web.Accounts;

/// <summary>An actor as a principal; <see cref="Caller.ActorOf"/> reads it back.</summary>
internal static class ActorClaims
{
    public static ClaimsPrincipal PrincipalOf(Actor actor, string scheme)
    {
        var identity = new ClaimsIdentity(scheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new(ClaimTypes.NameIdentifier, actor.UserId.ToString("N")));
        identity.AddClaim(new(ClaimTypes.Name, actor.Name));
        identity.AddClaim(new(Caller.Claims.Kind, actor.Kind.ToString()));
        if (actor.IsAdministrator)
        {
            identity.AddClaim(new(Caller.Claims.Administrator, "true"));
        }

        if (!actor.MayWrite)
        {
            identity.AddClaim(new(Caller.Claims.ReadOnly, "true"));
        }

        if (actor.OnlyWorkspaceId is { } workspace)
        {
            identity.AddClaim(new(Caller.Claims.OnlyWorkspace, workspace.ToString("N")));
        }

        if (actor.CredentialId is { } credential)
        {
            identity.AddClaim(new(Caller.Claims.Credential, credential.ToString("N")));
        }

        return new ClaimsPrincipal(identity);
    }
}
