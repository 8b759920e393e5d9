using System.Security.Cryptography;
using System.Text;

namespace MLHub.Core.Accounts;

/// <summary>
/// The one-time code that the start prints while there is no account. Whoever can read the server's log may take the server
/// into service from another machine; nobody else. It lives in memory only: a new start makes a new one.
/// </summary>
public sealed class SetupCode
{
    // No letters or digits that are read as one another.
    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    /// <summary>Three groups of four: 60 bits.</summary>
    public string Text { get; } = string.Join('-', Enumerable.Range(0, 3).Select(_ => RandomNumberGenerator.GetString(Alphabet, 4)));

    public bool Matches(string? typed) =>
        typed is { Length: <= 40 } && CryptographicOperations.FixedTimeEquals(Bytes(typed), Bytes(Text));

    private static byte[] Bytes(string code) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(new string([.. code.Where(char.IsAsciiLetterOrDigit).Select(char.ToUpperInvariant)])));
}
