using System.Diagnostics.CodeAnalysis;
using MLHub.Core.Common;

namespace MLHub.Core.Storage;

/// <summary>SHA-256 of a blob's bytes, 64 lower-case hex digits: the only name a blob has.</summary>
public readonly record struct BlobHash
{
    private readonly string _hex;

    private BlobHash(string hex) => _hex = hex;

    public static BlobHash Parse(string text) =>
        TryParse(text, out var hash) ? hash : throw HubException.Invalid("A content hash has 64 hexadecimal digits.", "BAD_HASH");

    public static bool TryParse([NotNullWhen(true)] string? text, out BlobHash hash)
    {
        var valid = text is { Length: 64 } && text.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f');
        hash = valid ? new(text!) : default;
        return valid;
    }

    public static BlobHash FromBytes(ReadOnlySpan<byte> sha256) => new(Convert.ToHexStringLower(sha256));

    public override string ToString() => _hex ?? "";
}

/// <param name="Hash">Name of the content.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct BlobRef(BlobHash Hash, long Length);
