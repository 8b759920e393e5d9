using System.Net;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;

namespace MLHub.Web.Api;

/// <summary>One caller's haste must not become another's wait.</summary>
internal static class RateLimits
{
    /// <summary>Policy for everything that checks a password. Reading the form is free, sending it counts.</summary>
    public const string SignIn = "sign-in";

    public static IServiceCollection AddRateLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RateLimitOptions>().Bind(configuration.GetSection(RateLimitOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<RateLimitOptions>>((limiter, limits) => Configure(limiter, limits.Value));
        return services;
    }

    private static void Configure(RateLimiterOptions limiter, RateLimitOptions limits)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.OnRejected = RejectAsync;
        limiter.AddPolicy(SignIn, http => HttpMethods.IsPost(http.Request.Method)
            ? Bucket($"sign-in {AddressOf(http)}", limits.SignInBurst, limits.SignInPerSecond)
            : RateLimitPartition.GetNoLimiter(""));
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => !http.IsApi()
            ? RateLimitPartition.GetNoLimiter("")
            : (http.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? http.User.FindFirstValue(Caller.Claims.Worker)) is { } user
                ? Bucket($"user {user}", limits.UserBurst, limits.UserPerSecond)
                : Bucket($"address {AddressOf(http)}", limits.AnonymousBurst, limits.AnonymousPerSecond));
    }

    private static RateLimitPartition<string> Bucket(string key, int burst, int perSecond) => RateLimitPartition.GetTokenBucketLimiter(key, _ => new()
    {
        TokenLimit = burst,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
        AutoReplenishment = true,
    });

    private static string AddressOf(HttpContext http) => NetworkAddress.GroupOf(http.Connection.RemoteIpAddress ?? IPAddress.None);

    private static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var http = rejected.HttpContext;
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var known) ? known : TimeSpan.FromSeconds(1);
        var refused = new HubException(Refusal.TooMany, "Too many requests. Wait as long as the header Retry-After says.") { RetryAfter = wait };
        if (http.IsApi())
        {
            await ApiProblem.WriteAsync(http, refused);
            return;
        }

        http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString();
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync("Too many attempts. Wait a moment, then go back and try again.", cancellationToken);
    }
}
