using Microsoft.AspNetCore.Http.HttpResults;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Usage;
using MLHub.Web.Api;

namespace MLHub.Web.Accounts;

/// <summary>The caller's own account and tokens over REST.</summary>
internal static class AccountApi
{
    /// <summary>Everything under <c>/auth</c> and <c>/users/me</c>.</summary>
    public static IEndpointRouteBuilder MapAccounts(this IEndpointRouteBuilder api)
    {
        api.MapAuth();
        var me = api.MapGroup("/users/me").WithTags("Accounts");
        me.MapGet("", GetAsync).NeedsSignIn().WithSummary("Who I am, and how much I use");
        me.MapPatch("", EditAsync).NeedsSignIn().WithSummary("Change name or bio; absent fields stay").WithExample(new { displayName = "Ada Lovelace", bio = "Numbers and engines." });
        me.MapGet("/tokens", TokensAsync).NeedsSignIn().WithSummary("My access tokens, newest first, without their secrets");
        me.MapPost("/tokens", CreateTokenAsync).NeedsSignIn().Idempotent().WithSummary("Make an access token; its secret is shown this once")
            .WithExample(new TokenRequest("nightly job", ["read", "write"]));
        me.MapDelete("/tokens/{tokenId:guid}", RevokeTokenAsync).NeedsSignIn().WithSummary("Revoke an access token; it is refused at once");
        me.MapGet("/sessions", SessionsAsync).NeedsSignIn().WithSummary("Where I am signed in, last used first");
        me.MapDelete("/sessions/{sessionId:guid}", EndSessionAsync).NeedsSignIn().WithSummary("End a session; it is refused at once");
        me.MapDelete("/sessions", EndOthersAsync).NeedsSignIn().WithSummary("End all sessions but the one that asks");
        me.MapPost("/delete", DeleteAsync).NeedsSignIn().RequireRateLimiting(RateLimits.SignIn).WithSummary("Give the account up; workspaces that only it owns must be empty or handed over first")
            .WithExample(new { password = "four unrelated words" });
        me.MapTwoFactor();
        api.MapGet("/users/{userId:guid}", PersonAsync).NeedsSignIn().WithTags("Accounts").WithSummary("Somebody as others see them");
        return api;
    }

    private static async Task<Ok<AccountAnswer>> GetAsync(Caller caller, AccountService accounts, UsageService usage, CancellationToken cancellationToken) =>
        TypedResults.Ok(AccountAnswer.Of(await accounts.GetAsync(caller.Actor, cancellationToken), await usage.GetAsync(caller.Actor, cancellationToken)));

    private static async Task<Ok<AccountAnswer>> EditAsync(AccountEdit body, Caller caller, AccountService accounts, UsageService usage, CancellationToken cancellationToken)
    {
        var account = await accounts.UpdateProfileAsync(caller.Actor, body.DisplayName, body.Bio, cancellationToken);
        return TypedResults.Ok(AccountAnswer.Of(account, await usage.GetAsync(caller.Actor, cancellationToken)));
    }

    private static async Task<Ok<Page<TokenAnswer>>> TokensAsync(Caller caller, TokenService tokens, CancellationToken cancellationToken, int pageSize = 50, string? pageToken = null)
    {
        var page = await tokens.ListAsync(caller.Actor, new(pageSize, pageToken), cancellationToken);
        return TypedResults.Ok(new Page<TokenAnswer>([.. page.Items.Select(TokenAnswer.Of)], page.NextPageToken));
    }

    private static async Task<Created<NewTokenAnswer>> CreateTokenAsync(TokenRequest body, Caller caller, TokenService tokens, CancellationToken cancellationToken)
    {
        var made = await tokens.CreateAsync(caller.Actor, body.Name, body.Scopes, body.ExpiresInDays, body.WorkspaceId, cancellationToken);
        var view = made.View;
        return TypedResults.Created(
            $"{ApiPaths.Prefix}/users/me/tokens/{view.Id:N}",
            new NewTokenAnswer(view.Id, view.Name, made.Token, view.Scopes, view.WorkspaceId, view.CreatedAt, view.ExpiresAt));
    }

    private static async Task<NoContent> RevokeTokenAsync(Guid tokenId, Caller caller, TokenService tokens, CancellationToken cancellationToken)
    {
        await tokens.RevokeAsync(caller.Actor, tokenId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<PersonAnswer>> PersonAsync(Guid userId, Caller caller, AccountService accounts, CancellationToken cancellationToken)
    {
        var person = await accounts.GetPersonAsync(caller.Actor, userId, cancellationToken);
        return TypedResults.Ok(new PersonAnswer(person.Id, person.DisplayName, person.Bio, person.CreatedAt));
    }

    private static async Task<NoContent> DeleteAsync(AccountDeletion body, Caller caller, AccountService accounts, CancellationToken cancellationToken)
    {
        await accounts.DeleteAsync(caller.Actor, body.Password, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Page<SessionRow>>> SessionsAsync(Caller caller, OpenSessionsService sessions, CancellationToken cancellationToken, int pageSize = 50, string? pageToken = null)
    {
        var page = await sessions.ListAsync(caller.Actor, new(pageSize, pageToken), cancellationToken);
        return TypedResults.Ok(new Page<SessionRow>([.. page.Items.Select(SessionRow.Of)], page.NextPageToken));
    }

    private static async Task<NoContent> EndSessionAsync(Guid sessionId, Caller caller, OpenSessionsService sessions, CancellationToken cancellationToken)
    {
        await sessions.EndAsync(caller.Actor, sessionId, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<EndedSessions>> EndOthersAsync(Caller caller, OpenSessionsService sessions, CancellationToken cancellationToken) =>
        TypedResults.Ok(new EndedSessions(await sessions.EndOthersAsync(caller.Actor, cancellationToken)));
}
