using Microsoft.AspNetCore.Components.Authorization;
using MLHub.Core.Common;
using MLHub.Web.Api;

namespace MLHub.Web.Accounts;

/// <summary>Who sits in front of this page. For components; endpoints take a <see cref="Caller"/>.</summary>
public sealed class CurrentActor(AuthenticationStateProvider states)
{
    /// <exception cref="HubException">Nobody is signed in (any more).</exception>
    public async Task<Actor> GetAsync() =>
        await FindAsync() ?? throw new HubException(Refusal.Unauthenticated, "You are no longer signed in. Load the page again to sign in.");

    /// <returns><c>null</c> when nobody is signed in.</returns>
    public async Task<Actor?> FindAsync() => Caller.ActorOf((await states.GetAuthenticationStateAsync()).User);
}
