using MLHub.Core.Accounts;

namespace MLHub.Tests.Accounts;

/// <summary>What runs on somebody's telephone: knows the secret and the time.</summary>
internal sealed class AuthenticatorApp(string secret, TimeProvider time)
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private long _step = long.MinValue;

    public string Secret => secret;

    public byte[] Bytes { get; } = Decode(secret);

    /// <summary>The code that <see cref="Next"/> gave last.</summary>
    public string Used { get; private set; } = "";

    public IReadOnlyList<string> Recovery { get; set; } = [];

    /// <summary>A code that was not given before, still good: of this step, or of the one that begins soon.</summary>
    public string Next()
    {
        _step = Math.Max(_step + 1, Totp.StepAt(time.GetUtcNow()));
        return Used = Totp.CodeAt(Bytes, _step);
    }

    private static byte[] Decode(string text)
    {
        var bits = string.Concat(text.Select(c => Convert.ToString(Base32.IndexOf(c), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}
