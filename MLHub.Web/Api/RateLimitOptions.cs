using System.ComponentModel.DataAnnotations;

namespace MLHub.Web.Api;

/// <summary>Section <c>MLHub:RateLimits</c>: how many requests are answered. Each limit is a bucket that refills all the time.</summary>
public sealed class RateLimitOptions
{
    public const string Section = "MLHub:RateLimits";

    /// <summary>API calls in a row, per user.</summary>
    [Range(1, 1_000_000)]
    public int UserBurst { get; set; } = 1000;

    [Range(1, 1_000_000)]
    public int UserPerSecond { get; set; } = 100;

    /// <summary>API calls in a row without a valid credential, per network address.</summary>
    [Range(1, 1_000_000)]
    public int AnonymousBurst { get; set; } = 300;

    [Range(1, 1_000_000)]
    public int AnonymousPerSecond { get; set; } = 20;

    /// <summary>Sign-ups, sign-ins and refreshes in a row, per network address: each costs a slow hash.</summary>
    [Range(1, 1_000_000)]
    public int SignInBurst { get; set; } = 60;

    [Range(1, 1_000_000)]
    public int SignInPerSecond { get; set; } = 2;
}
