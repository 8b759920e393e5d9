using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Web.Api;

namespace MLHub.Web.Accounts;

/// <summary>
/// A circuit may stay open for days. It asks whether its user is still signed in when it hears that something about the account
/// changed, and every half minute anyhow; when not, the page is left.
/// </summary>
internal sealed class HubAuthenticationStateProvider : RevalidatingServerAuthenticationStateProvider
{
    private readonly UserStates _states;
    private readonly News _news;
    private readonly IOptions<IdentityOptions> _options;
    private readonly CancellationTokenSource _gone = new();
    private IDisposable? _subscription;

    public HubAuthenticationStateProvider(ILoggerFactory logger, UserStates states, News news, IOptions<IdentityOptions> options)
        : base(logger)
    {
        (_states, _news, _options) = (states, news, options);
        AuthenticationStateChanged += Listen;
    }

    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(30);

    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        IsStillSignedInAsync(authenticationState.User, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            AuthenticationStateChanged -= Listen;
            _subscription?.Dispose();
            _gone.Cancel();
            _gone.Dispose();
        }

        base.Dispose(disposing);
    }

    internal async Task<bool> IsStillSignedInAsync(ClaimsPrincipal user, CancellationToken cancellationToken) =>
        Caller.ActorOf(user) is not { } actor
        || (await _states.FindAsync(actor.UserId, cancellationToken) is { } state
            && state.StampHash == UserStates.HashOf(user.FindFirstValue(_options.Value.ClaimsIdentity.SecurityStampClaimType))
            && actor.CredentialId is { } sessionId
            && await _states.IsSessionAliveAsync(sessionId, cancellationToken));

    private void Listen(Task<AuthenticationState> changed) => _ = ListenAsync(changed);

    private async Task ListenAsync(Task<AuthenticationState> changed)
    {
        var user = (await changed).User;
        _subscription?.Dispose();
        _subscription = _gone.IsCancellationRequested || Caller.ActorOf(user) is not { } actor ? null : _news.Subscribe(Topic.Account(actor.UserId), () => _ = CheckAsync(user));
    }

    // The news is told in the middle of somebody's request: what follows runs on its own.
    private async Task CheckAsync(ClaimsPrincipal user)
    {
        await Task.Yield();
        try
        {
            if (!await IsStillSignedInAsync(user, _gone.Token))
            {
                SetAuthenticationState(Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity()))));
            }
        }
        catch (OperationCanceledException)
        {
            // The circuit is gone.
        }
        catch (ObjectDisposedException)
        {
            // It went in this very moment.
        }
    }
}
