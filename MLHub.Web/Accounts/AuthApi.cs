using Microsoft.AspNetCore.Http.HttpResults;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Web.Api;

namespace MLHub.Web.Accounts;

/// <summary>Signing up, in and out over REST.</summary>
internal static class AuthApi
{
    public static IEndpointRouteBuilder MapAuth(this IEndpointRouteBuilder api)
    {
        const string reason = "It is how one gets a credential.";
        var auth = api.MapGroup("/auth").WithTags("Accounts").RequireRateLimiting(RateLimits.SignIn);
        var session = new SessionAnswer(new(Guid.Parse("01998e2f4c3b7d21a5f08c9be0d41772"), "ada@example.org", "Ada"), "eyJhbGciOi…", "Bearer", 900, "mlh_rt_…");
        auth.MapPost("/register", RegisterAsync).IsPublic(reason).WithSummary("Make an account with a personal workspace, and sign in")
            .WithExample(new { email = "ada@example.org", password = "four unrelated words", displayName = "Ada" }, session);
        auth.MapPost("/login", LoginAsync).IsPublic(reason).WithSummary("Sign in with e-mail and password, and a code of the second factor where there is one")
            .WithExample(new { email = "ada@example.org", password = "four unrelated words" }, session);
        auth.MapPost("/refresh", RefreshAsync).IsPublic(reason).WithSummary("A new pair of tokens; the refresh token is used up by it")
            .WithExample(new { refreshToken = "mlh_rt_…" }, session);
        auth.MapPost("/logout", LogoutAsync).IsPublic("The refresh token in the body is the credential.")
            .WithSummary("End the session of the refresh token in the body, or of the access token in the header").WithExample(new { refreshToken = "mlh_rt_…" });
        return api;
    }

    private static async Task<Created<SessionAnswer>> RegisterAsync(
        RegisterRequest body, HttpContext http, AccountService accounts, SessionService sessions, AccessTokens tokens, CancellationToken cancellationToken)
    {
        var account = await accounts.RegisterAsync(new(body.Email, body.Password, body.DisplayName, body.SetupCode), http.IsFromThisMachine(), http.AddressOf(), cancellationToken);
        return TypedResults.Created($"{ApiPaths.Prefix}/users/me", SessionAnswer.Of(await sessions.OpenAsync(account.Id, http.OriginOf(), cancellationToken), tokens));
    }

    private static async Task<Ok<SessionAnswer>> LoginAsync(
        LoginRequest body, HttpContext http, SessionService sessions, TwoFactorService twoFactor, AccessTokens tokens, CancellationToken cancellationToken)
    {
        var userId = await sessions.CheckPasswordAsync(body.Email, body.Password, http.AddressOf(), cancellationToken);
        await twoFactor.RequireCodeAsync(userId, body.TwoFactorCode, http.AddressOf(), cancellationToken);
        return TypedResults.Ok(SessionAnswer.Of(await sessions.OpenAsync(userId, http.OriginOf(), cancellationToken), tokens));
    }

    private static async Task<Ok<SessionAnswer>> RefreshAsync(RefreshRequest body, SessionService sessions, AccessTokens tokens, CancellationToken cancellationToken) =>
        TypedResults.Ok(SessionAnswer.Of(await sessions.RefreshAsync(body.RefreshToken, cancellationToken), tokens));

    private static async Task<NoContent> LogoutAsync(HttpContext http, SessionService sessions, CancellationToken cancellationToken, RefreshRequest? body = null)
    {
        var actor = Caller.ActorOf(http.User);
        if (body?.RefreshToken is { Length: > 0 } refreshToken)
        {
            await sessions.CloseAsync(refreshToken, cancellationToken);
        }
        else if (actor is null)
        {
            throw new HubException(Refusal.Unauthenticated, "Send the refresh token of the session to end, or its access token.");
        }

        if (actor is { Kind: ActorKind.Session })
        {
            await sessions.CloseAsync(actor, cancellationToken);
        }

        return TypedResults.NoContent();
    }
}
