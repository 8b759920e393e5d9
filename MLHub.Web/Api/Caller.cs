using System.Reflection;
using System.Security.Claims;
using MLHub.Core.Common;

namespace MLHub.Web.Api;

/// <summary>Parameter of an endpoint: who calls, taken from the authenticated principal.</summary>
public sealed record Caller(Actor Actor)
{
    /// <summary>Claim types that the authentication schemes of MLHub write.</summary>
    public static class Claims
    {
        public const string Kind = "mlhub:kind";
        public const string Administrator = "mlhub:administrator";
        public const string ReadOnly = "mlhub:read-only";
        public const string OnlyWorkspace = "mlhub:workspace";
        public const string Credential = "mlhub:credential";

        /// <summary>Id of a worker. Such a principal is no user and never becomes an <see cref="Core.Common.Actor"/>.</summary>
        public const string Worker = "mlhub:worker";
        public const string Draining = "mlhub:draining";
    }

    public static ValueTask<Caller?> BindAsync(HttpContext http, ParameterInfo parameter) =>
        ValueTask.FromResult<Caller?>(new(ActorOf(http.User) ?? throw new HubException(Refusal.Unauthenticated, "Sign in, or send a token.")));

    /// <summary>The same person in a circuit and in a call; <c>null</c> when nobody is signed in.</summary>
    public static Actor? ActorOf(ClaimsPrincipal user)
    {
        if (user.Identity?.IsAuthenticated != true || !Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier) ?? user.FindFirstValue("sub"), out var id))
        {
            return null;
        }

        var kind = Enum.TryParse<ActorKind>(user.FindFirstValue(Claims.Kind), out var known) ? known : ActorKind.Browser;
        return new Actor(id, user.FindFirstValue(ClaimTypes.Name) ?? user.FindFirstValue("name") ?? "", kind)
        {
            IsAdministrator = user.HasClaim(Claims.Administrator, "true"),
            MayWrite = !user.HasClaim(Claims.ReadOnly, "true"),
            OnlyWorkspaceId = Guid.TryParse(user.FindFirstValue(Claims.OnlyWorkspace), out var workspace) ? workspace : null,
            CredentialId = Guid.TryParse(user.FindFirstValue(Claims.Credential), out var credential) ? credential : null,
        };
    }
}
