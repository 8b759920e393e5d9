using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MLHub.Core.Accounts;
using MLHub.Web.Api;

namespace MLHub.Web.Accounts;

/// <summary>A circuit may stay open for days: every half minute it asks whether its user is still signed in.</summary>
internal sealed class HubAuthenticationStateProvider(ILoggerFactory logger, UserStates states, IOptions<IdentityOptions> options)
    : RevalidatingServerAuthenticationStateProvider(logger)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(30);

    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        IsStillSignedInAsync(authenticationState.User, cancellationToken);

    internal async Task<bool> IsStillSignedInAsync(ClaimsPrincipal user, CancellationToken cancellationToken) =>
        Caller.ActorOf(user) is not { } actor
        || (await states.FindAsync(actor.UserId, cancellationToken) is { } state
            && state.StampHash == UserStates.HashOf(user.FindFirstValue(options.Value.ClaimsIdentity.SecurityStampClaimType)));
}
