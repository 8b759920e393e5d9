using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using MLHub.Core.Accounts;

namespace MLHub.Web.Accounts;

/// <summary>Personal access tokens: as a bearer token, or as the password of HTTP Basic for clients that know nothing else.</summary>
internal sealed class TokenAuthenticationHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, TokenService tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Token";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (TokenIn(Request.Headers.Authorization.ToString()) is not { } text)
        {
            return AuthenticateResult.NoResult();
        }

        return await tokens.AuthenticateAsync(text, Context.RequestAborted) is { } actor
            ? AuthenticateResult.Success(new(ActorClaims.PrincipalOf(actor, Scheme.Name), Scheme.Name))
            : AuthenticateResult.Fail("The token is unknown, expired or revoked.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // "Basic" would make browsers ask for a password in a window of their own.
        Response.Headers.WWWAuthenticate = "Bearer";
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private static string? TokenIn(string header)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out var value) || value.Parameter is not { } parameter)
        {
            return null;
        }

        if (value.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
        {
            return parameter;
        }

        var bytes = new byte[parameter.Length];
        return value.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)
            && Convert.TryFromBase64String(parameter, bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [_, var password]
            ? password
            : null;
    }
}
