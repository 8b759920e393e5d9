using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Web.Api;

namespace MLHub.Web.Accounts;

/// <summary>What the cookie says: the name that people see, and that a browser is used.</summary>
internal sealed class HubClaimsFactory(UserManager<HubUser> users, IOptions<IdentityOptions> options) : UserClaimsPrincipalFactory<HubUser>(users, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(HubUser user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        if (identity.FindFirst(Options.ClaimsIdentity.UserNameClaimType) is { } name)
        {
            identity.RemoveClaim(name);
        }

        identity.AddClaim(new(Options.ClaimsIdentity.UserNameClaimType, user.DisplayName));
        identity.AddClaim(new(Caller.Claims.Kind, ActorKind.Browser.ToString()));
        if (user.IsAdministrator)
        {
            identity.AddClaim(new(Caller.Claims.Administrator, "true"));
        }

        return identity;
    }
}
