using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using MLHub.Core.Workers;
using MLHub.Web.Api;

namespace MLHub.Web.Accounts;

/// <summary>Tokens of workers. They open the routes of workers, where no other credential counts, and are nobody's anywhere else.</summary>
internal sealed class WorkerAuthenticationHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, WorkerService workers)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Worker";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization.ToString(), out var header)
            || !header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || header.Parameter is not { } text)
        {
            return AuthenticateResult.NoResult();
        }

        if (await workers.AuthenticateAsync(text, Context.RequestAborted) is not { } worker)
        {
            return AuthenticateResult.Fail("The token is no worker's, or the worker was removed.");
        }

        var identity = new ClaimsIdentity(SchemeName);
        identity.AddClaim(new(Caller.Claims.Worker, worker.Id.ToString("N")));
        identity.AddClaim(new(ClaimTypes.Name, worker.Name));
        if (worker.IsDraining)
        {
            identity.AddClaim(new(Caller.Claims.Draining, "true"));
        }

        return AuthenticateResult.Success(new(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}
