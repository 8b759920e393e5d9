using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MLHub.Core.Accounts;

/// <summary>
/// Time-based one-time passwords (RFC 6238) as every authenticator app makes them: HMAC-SHA-1, steps of 30 s, six digits.
/// </summary>
internal static class Totp
{
    public const int Digits = 6;

    private const int SecretBytes = 20;
    private const int StepSeconds = 30;

    // Clocks of telephones are a little off: the code before and the one after count too.
    private const int Drift = 1;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    public static long StepAt(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    public static string CodeAt(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        // RFC 6238 names SHA-1, and most apps know nothing else; as an HMAC it is sound.
#pragma warning disable CA5350
        HMACSHA1.HashData(secret, counter, hash);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0xf)..]) & int.MaxValue;
        return (number % 1_000_000).ToString("D6");
    }

    /// <returns>The step whose code this is, or <c>null</c>.</returns>
    public static long? Match(byte[] secret, string code, DateTimeOffset now)
    {
        long? matched = null;
        for (var step = StepAt(now) - Drift; step <= StepAt(now) + Drift; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CodeAt(secret, step)), Encoding.ASCII.GetBytes(code)))
            {
                matched = step;
            }
        }

        return matched;
    }

    /// <summary>RFC 4648 without padding: how a secret is typed into an app by hand.</summary>
    public static string ToBase32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var (bits, count) = (0, 0);
        foreach (var b in bytes)
        {
            bits = (bits << 8) | b;
            for (count += 8; count >= 5; count -= 5)
            {
                text.Append(Base32[(bits >> (count - 5)) & 31]);
            }

            bits &= (1 << count) - 1;
        }

        return count == 0 ? text.ToString() : text.Append(Base32[(bits << (5 - count)) & 31]).ToString();
    }
}
