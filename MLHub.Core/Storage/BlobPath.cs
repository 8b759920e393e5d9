namespace MLHub.Core.Storage;

/// <summary>The only maker of physical names of blobs. They are made from hashes, never from what a user typed.</summary>
internal static class BlobPath
{
    public const string KeyPrefix = "blobs/sha256/";

    /// <summary><c>blobs/sha256/ab/cd/abcd…</c></summary>
    public static string Key(BlobHash hash)
    {
        var hex = Hex(hash);
        return $"{KeyPrefix}{hex[..2]}/{hex[2..4]}/{hex}";
    }

    public static string File(string root, BlobHash hash)
    {
        var hex = Hex(hash);
        return Path.Combine(root, "sha256", hex[..2], hex[2..4], hex);
    }

    private static string Hex(BlobHash hash) =>
        hash.ToString() is { Length: 64 } hex ? hex : throw new ArgumentException("An empty hash names no blob.", nameof(hash));
}
