using Microsoft.AspNetCore.Http.HttpResults;
using MLHub.Core.Accounts;
using MLHub.Web.Api;

namespace MLHub.Web.Accounts;

/// <summary>The caller's second factor over REST; not with an access token.</summary>
internal static class TwoFactorApi
{
    public static void MapTwoFactor(this IEndpointRouteBuilder me)
    {
        me.MapGet("/two-factor", GetAsync).NeedsSignIn().WithSummary("Whether two-factor sign-in is on");
        me.MapPost("/two-factor", BeginAsync).NeedsSignIn().RequireRateLimiting(RateLimits.SignIn).WithSummary("Make a secret for an authenticator app; nothing is asked for yet")
            .WithExample(new { password = "four unrelated words" });
        me.MapPost("/two-factor/on", TurnOnAsync).NeedsSignIn().RequireRateLimiting(RateLimits.SignIn).WithSummary("Turn it on with the app's first code; other sessions end, recovery codes are shown this once")
            .WithExample(new { twoFactorCode = "287082" });
        me.MapPost("/two-factor/off", TurnOffAsync).NeedsSignIn().RequireRateLimiting(RateLimits.SignIn).WithSummary("Turn it off")
            .WithExample(new { password = "four unrelated words", twoFactorCode = "287082" });
        me.MapPost("/two-factor/recovery-codes", RenewAsync).NeedsSignIn().WithSummary("New recovery codes; the old ones are dead. Confirm first");
        me.MapPost("/confirm", ConfirmAsync).NeedsSignIn().RequireRateLimiting(RateLimits.SignIn).WithSummary("Show the second factor again; for some minutes changes that ask for it go through")
            .WithExample(new { twoFactorCode = "287082" });
    }

    private static async Task<Ok<TwoFactorAnswer>> GetAsync(Caller caller, TwoFactorService twoFactor, CancellationToken cancellationToken)
    {
        var view = await twoFactor.GetAsync(caller.Actor, cancellationToken);
        return TypedResults.Ok(new TwoFactorAnswer(view.IsOn, view.RecoveryCodesLeft));
    }

    private static async Task<Ok<TwoFactorBegun>> BeginAsync(TwoFactorBegin body, Caller caller, TwoFactorService twoFactor, CancellationToken cancellationToken)
    {
        var begun = await twoFactor.BeginAsync(caller.Actor, body.Password, cancellationToken);
        return TypedResults.Ok(new TwoFactorBegun(begun.Secret, begun.Address));
    }

    private static async Task<Ok<RecoveryCodesAnswer>> TurnOnAsync(TwoFactorCodeRequest body, Caller caller, TwoFactorService twoFactor, CancellationToken cancellationToken) =>
        TypedResults.Ok(new RecoveryCodesAnswer(await twoFactor.TurnOnAsync(caller.Actor, body.TwoFactorCode, cancellationToken)));

    private static async Task<NoContent> TurnOffAsync(TwoFactorOff body, Caller caller, TwoFactorService twoFactor, CancellationToken cancellationToken)
    {
        await twoFactor.TurnOffAsync(caller.Actor, body.Password, body.TwoFactorCode, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<RecoveryCodesAnswer>> RenewAsync(Caller caller, TwoFactorService twoFactor, CancellationToken cancellationToken) =>
        TypedResults.Ok(new RecoveryCodesAnswer(await twoFactor.NewRecoveryCodesAsync(caller.Actor, cancellationToken)));

    private static async Task<NoContent> ConfirmAsync(TwoFactorCodeRequest body, HttpContext http, Caller caller, TwoFactorService twoFactor, CancellationToken cancellationToken)
    {
        await twoFactor.ConfirmAsync(caller.Actor, body.TwoFactorCode, http.AddressOf(), cancellationToken);
        return TypedResults.NoContent();
    }
}
