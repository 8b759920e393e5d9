using System.Globalization;
using System.Text.RegularExpressions;
using MLHub.Core.Storage;

namespace MLHub.Core.Operations;

/// <summary>Names in a backup, the same in a folder and in an archive. What is read back must look like one of these.</summary>
internal static partial class BackupNames
{
    public const string Snapshots = "snapshots";
    public const string Manifest = "manifest.json";
    public const string BlobList = "blobs.txt";
    public const string Keys = "keys/";
    public const string SqliteFile = "database/mlhub.db";
    public const string Tables = "database/tables/";

    public static string NewSnapshot(DateTime now) => now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);

    public static string InSnapshot(string snapshot, string name) => $"{Snapshots}/{snapshot}/{name}";

    /// <summary>The layout of the local store: <c>blobs/sha256/ab/cd/abcd…</c></summary>
    public static string Of(BlobHash hash) => BlobPath.Key(hash);

    /// <summary>An archive may come from anywhere: nothing in it gets a say about where it is written.</summary>
    public static bool TryParseBlob(string name, out BlobHash hash) => BlobHash.TryParse(name[(name.LastIndexOf('/') + 1)..], out hash) && name == Of(hash);

    public static bool TryParseFile(string name, out string snapshot, out string file)
    {
        var match = FilePattern().Match(name);
        (snapshot, file) = (match.Groups["snapshot"].Value, match.Groups["file"].Value);
        return match.Success;
    }

    public static bool IsFile(string file) => FilePattern().IsMatch($"{Snapshots}/00000000-000000/{file}");

    [GeneratedRegex(@"^snapshots/(?<snapshot>\d{8}-\d{6})/(?<file>manifest\.json|blobs\.txt|database/mlhub\.db|database/tables/\w+|keys/[\w-][\w.-]*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex FilePattern();
}
