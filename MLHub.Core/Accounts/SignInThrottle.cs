using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;

namespace MLHub.Core.Accounts;

/// <summary>
/// Slows down guessing: counts wrong passwords per e-mail and per network address. It counts e-mails without an account
/// too, so that the moment of refusal does not tell which ones exist; Identity's lockout in the database remembers across restarts.
/// </summary>
public sealed class SignInThrottle(IOptions<AccountOptions> options, TimeProvider time)
{
    private const int MaxKeys = 100_000;

    private readonly ConcurrentDictionary<string, Failures> _failures = new();

    private TimeSpan Window => TimeSpan.FromMinutes(options.Value.LockoutMinutes);

    public void Demand(string email, string? address)
    {
        var now = time.GetUtcNow();
        var wait = Wait(EmailKey(email), options.Value.LockoutFailures, now) ?? (address is null ? null : Wait(NetworkAddress.GroupOf(address), options.Value.AddressFailures, now));
        if (wait is { } rest)
        {
            throw TooMany(rest);
        }
    }

    public void Failed(string email, string? address)
    {
        var now = time.GetUtcNow();
        Trim(now);
        Count(EmailKey(email), now);
        if (address is not null)
        {
            Count(NetworkAddress.GroupOf(address), now);
        }
    }

    public void Succeeded(string email) => _failures.TryRemove(EmailKey(email), out _);

    private TimeSpan? Wait(string key, int limit, DateTimeOffset now) =>
        _failures.TryGetValue(key, out var known) && known.Count >= limit && known.Since + Window > now ? known.Since + Window - now : null;

    private void Count(string key, DateTimeOffset now) =>
        _failures.AddOrUpdate(key, _ => new(1, now), (_, known) => known.Since + Window <= now ? new(1, now) : new(known.Count + 1, now));

    private void Trim(DateTimeOffset now)
    {
        if (_failures.Count < MaxKeys)
        {
            return;
        }

        foreach (var (key, known) in _failures)
        {
            if (known.Since + Window <= now)
            {
                _failures.TryRemove(key, out _);
            }
        }

        if (_failures.Count >= MaxKeys)
        {
            _failures.Clear();
        }
    }

    private static HubException TooMany(TimeSpan wait) => new(
        Refusal.TooMany,
        $"Too many wrong passwords or codes. Try again in {Math.Max(1, (int)Math.Ceiling(wait.TotalMinutes))} min.",
        "TOO_MANY_SIGN_INS")
    {
        RetryAfter = wait,
    };

    private static string EmailKey(string email) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(email.Trim().ToUpperInvariant())));

    private sealed record Failures(int Count, DateTimeOffset Since);
}
