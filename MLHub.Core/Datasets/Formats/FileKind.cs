using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>Recognises by their first bytes the files that are no tables, or none that this server can read.</summary>
internal static class FileKind
{
    public const int HeadBytes = 64 * 1024;

    private static readonly (byte[] Magic, string What)[] NotTables =
    [
        ([0x89, .. "PNG"u8], "a PNG picture"),
        ([0xFF, 0xD8, 0xFF], "a JPEG picture"),
        ([.. "GIF8"u8], "a GIF picture"),
        ([.. "%PDF"u8], "a PDF document"),
        ([.. "RIFF"u8], "a sound, film or WebP picture"),
        ([0x7F, .. "ELF"u8], "a program"),
        ([.. "SQLite format 3"u8], "an SQLite database"),
        ([.. "{\\rtf"u8], "an RTF document"),
    ];

    private static readonly (byte[] Magic, string What)[] OtherTables =
    [
        ([.. "ARROW1"u8], "an Arrow file"),
        ([.. "ORC"u8, 0x08], "an ORC file"),
    ];

    private static readonly (byte[] Magic, string What)[] Compressions =
    [
        ([0x28, 0xB5, 0x2F, 0xFD], "zstd"),
        ([.. "BZh"u8], "bzip2"),
        ([0xFD, .. "7zXZ"u8], "xz"),
        ([0x37, 0x7A, 0xBC, 0xAF], "7-Zip"),
        ([0x1F, 0x8B], "gzip, twice"),
    ];

    private static readonly string[] Markup = ["<!doctype", "<html", "<head", "<body", "<?xml", "<svg", "<!--"];

    public static bool IsZip(ReadOnlySpan<byte> head) => head.StartsWith("PK\u0003\u0004"u8);

    /// <summary>Whether a zip is meant to be a workbook, even when its directory is gone.</summary>
    public static bool IsWorkbook(ReadOnlySpan<byte> head) => head.IndexOf("[Content_Types].xml"u8) >= 0 || head.IndexOf("xl/"u8) >= 0;

    public static bool IsGzip(ReadOnlySpan<byte> head) => head.StartsWith<byte>([0x1F, 0x8B, 0x08]);

    /// <exception cref="HubException"><c>TYPE_MISMATCH</c>, <c>TYPE_UNSUPPORTED</c> or <c>COMPRESSION_UNSUPPORTED</c>.</exception>
    public static void RefuseOthers(ReadOnlySpan<byte> head)
    {
        if (Find(NotTables, head) is { } foreign)
        {
            throw Mismatch($"This is {foreign}, not a table. Upload the data as CSV, JSON, Excel or Parquet.");
        }

        if (Find(OtherTables, head) is { } table)
        {
            throw Unsupported(table, "Write it as Parquet");
        }

        if (head.IndexOf("mimetypeapplication/vnd.oasis.opendocument"u8) is >= 0 and < 100)
        {
            throw Unsupported("an OpenDocument file (ods)", "Save it as xlsx");
        }

        if (Find(Compressions, head) is { } compression)
        {
            throw Compressed(compression);
        }

        var text = SkipMarkAndSpace(head);
        if (text.StartsWith("<?xml"u8) && head.IndexOf("urn:schemas-microsoft-com:office:spreadsheet"u8) >= 0)
        {
            throw Unsupported("a spreadsheet in XML of Excel 2003", "Save it as xlsx");
        }

        foreach (var tag in Markup)
        {
            if (text.Length >= tag.Length && System.Text.Ascii.EqualsIgnoreCase(text[..tag.Length], tag))
            {
                throw Mismatch("This is a web page or XML, not a table. Servers send such a page when a download needs a sign-in: open the file to see, and download the data again.");
            }
        }
    }

    /// <summary>Whether a head begins JSON, in any of Unicode's encodings.</summary>
    public static bool IsJson(ReadOnlySpan<byte> head)
    {
        var isWhole = head.Length < HeadBytes;
        if (head.Length >= 2 && (head[..2].SequenceEqual<byte>([0xFF, 0xFE]) || head[..2].SequenceEqual<byte>([0xFE, 0xFF]) || head[0] == 0 || head[1] == 0))
        {
            // The few tokens that are looked at are ASCII: what is between their bytes can go.
            var narrow = new byte[Math.Min(head.Length, 4096)];
            var length = 0;
            foreach (var b in head[..narrow.Length])
            {
                if (b is not 0 and not 0xFE and not 0xFF)
                {
                    narrow[length++] = b;
                }
            }

            return LooksLikeJson(SkipMarkAndSpace(narrow.AsSpan(0, length)), isWhole && head.Length <= narrow.Length);
        }

        return LooksLikeJson(SkipMarkAndSpace(head), isWhole);
    }

    private static string? Find((byte[] Magic, string What)[] table, ReadOnlySpan<byte> head)
    {
        foreach (var (magic, what) in table)
        {
            if (head.StartsWith(magic))
            {
                return what;
            }
        }

        return null;
    }

    private static ReadOnlySpan<byte> SkipMarkAndSpace(ReadOnlySpan<byte> head)
    {
        var text = head.StartsWith<byte>([0xEF, 0xBB, 0xBF]) ? head[3..] : head;
        var start = text.IndexOfAnyExcept(" \t\r\n"u8);
        return start < 0 ? [] : text[start..];
    }

    /// <summary>A CSV header may begin with a bracket, too: only what a JSON parser accepts for a while is JSON.</summary>
    private static bool LooksLikeJson(ReadOnlySpan<byte> text, bool isWhole)
    {
        if (text.IsEmpty || text[0] is not ((byte)'{' or (byte)'['))
        {
            return false;
        }

        var reader = new Utf8JsonReader(text, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { AllowMultipleValues = true, AllowTrailingCommas = true }));
        var tokens = 0;
        try
        {
            while (tokens < 8 && reader.Read())
            {
                tokens++;
            }
        }
        catch (JsonException)
        {
            return tokens > 0 && JsonLiterals.Begins(text[(int)reader.BytesConsumed..].TrimStart(" \t\r\n:,"u8));
        }

        return tokens >= 3 || (isWhole && tokens >= 2);
    }

    private static HubException Mismatch(string message) => new(Refusal.UnsupportedType, message, "TYPE_MISMATCH");

    private static HubException Unsupported(string what, string instead) =>
        new(Refusal.UnsupportedType, $"This is {what}, which this server does not read. {instead} or CSV, and upload that.", "TYPE_UNSUPPORTED");

    private static HubException Compressed(string how) =>
        new(Refusal.UnsupportedType, $"The file is compressed with {how}. Unpack it, or compress it with gzip.", "COMPRESSION_UNSUPPORTED");
}
