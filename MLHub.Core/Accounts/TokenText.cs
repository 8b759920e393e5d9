using System.Security.Cryptography;
using System.Text;

namespace MLHub.Core.Accounts;

/// <summary>
/// The text of a token: <c>mlh_pat_&lt;id&gt;_&lt;secret&gt;_&lt;crc32&gt;</c> for a person, <c>mlh_wrk_…</c> for a worker. The prefix lets secret scanners find leaked
/// ones, the check sum lets them (and us) tell a real token from a mistyped one without asking the database.
/// </summary>
internal sealed record TokenText(string PublicId, string Secret, string Kind = TokenText.Prefix)
{
    public const string Prefix = "mlh_pat_";
    public const string WorkerPrefix = "mlh_wrk_";
    public const int PublicIdLength = 10;

    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int SecretLength = 32;
    private const int CheckLength = 8;

    public byte[] Hash => SHA256.HashData(Encoding.ASCII.GetBytes(Secret));

    public static TokenText New(string kind = Prefix) =>
        new(RandomNumberGenerator.GetString(Base62, PublicIdLength), RandomNumberGenerator.GetString(Base62, SecretLength), kind);

    public static TokenText? Parse(string text, string kind = Prefix)
    {
        const int length = 8 + PublicIdLength + 1 + SecretLength + 1 + CheckLength;
        if (text.Length != length || !text.StartsWith(kind, StringComparison.Ordinal))
        {
            return null;
        }

        var parts = text[kind.Length..].Split('_');
        return parts is [{ Length: PublicIdLength } id, { Length: SecretLength } secret, var check]
            && check == Check(text[..^(CheckLength + 1)])
            ? new(id, secret, kind)
            : null;
    }

    public override string ToString()
    {
        var body = $"{Kind}{PublicId}_{Secret}";
        return $"{body}_{Check(body)}";
    }

    private static string Check(string body)
    {
        // CRC-32 as in zip and PNG (reflected 0xEDB88320).
        var crc = uint.MaxValue;
        foreach (var c in body)
        {
            crc ^= (byte)c;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320u;
            }
        }

        return (~crc).ToString("x8");
    }
}
