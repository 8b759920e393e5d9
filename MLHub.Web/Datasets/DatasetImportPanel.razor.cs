using Microsoft.AspNetCore.Components;
using MLHub.Core.Datasets;
using MLHub.Web.Components;

namespace MLHub.Web.Datasets;

/// <summary>What the import read, found out and left out.</summary>
public sealed partial class DatasetImportPanel : ComponentBase
{
    private const int FirstColumns = 100;

    private int _shownColumns = FirstColumns;

    [Parameter, EditorRequired]
    public required DatasetVersionView Version { get; set; }

    /// <summary><c>null</c> while they are being read.</summary>
    [Parameter]
    public IReadOnlyList<RejectedRow>? Rejects { get; set; }

    [Parameter]
    public bool HasMoreRejects { get; set; }

    [Parameter]
    public EventCallback OnMoreRejects { get; set; }

    private long Unparsed => Version.ImportReport?.Columns.Sum(c => c.Unparsed) ?? 0;

    private IEnumerable<(string Name, string Value, string Why)> Settings(ImportReport report)
    {
        var given = Version.ImportOptions;
        yield return ("File", $"{Version.OriginalName} · {Format.Bytes(Version.OriginalBytes)}", "");
        yield return ("Format", report.Compression is { } compression ? $"{report.Format}, compressed with {compression}" : report.Format, "told by its first bytes");
        if (report.Encoding is { } encoding)
        {
            yield return ("Encoding", encoding, Why(given?.Encoding is not null, "the whole file can be read by it"));
        }

        if (report.Delimiter is { } delimiter)
        {
            yield return ("Delimiter", Mark(delimiter), Why(given?.Delimiter is not null, "it splits all lines alike"));
        }

        if (report.Quote is { } quote)
        {
            yield return ("Quote", quote.Length == 0 ? "none" : Mark(quote), Why(given?.Quote is not null, "found in the file"));
        }

        if (report.Decimal is { } point)
        {
            yield return ("Decimal sign", Mark(point), Why(given?.Decimal is not null, "the numbers are written with it"));
        }

        yield return ("Header", report.Header ? "the first row names the columns" : "none, the columns are numbered", Why(given?.Header is not null, ""));
        if (report.SkippedLines > 0)
        {
            yield return ("Skipped", DatasetWords.Count(report.SkippedLines, "line", "lines"), Why(given?.SkipRows is not null, "they stand before the table"));
        }

        if (report.CommentLines > 0)
        {
            yield return ("Comments", DatasetWords.Count(report.CommentLines, "line", "lines"), "");
        }

        if (report.NullTokens.Count > 0)
        {
            yield return ("Missing values", string.Join(", ", report.NullTokens.Select(t => t.Length == 0 ? "empty" : t)), Why(given?.NullTokens is not null, ""));
        }

        yield return ("Took", Format.Duration(TimeSpan.FromSeconds(report.Seconds)), "");
    }

    private static string Why(bool wasGiven, string found) => wasGiven ? "as you said" : found;

    private static string Mark(string mark) => mark switch
    {
        "\t" or "tab" => "tab",
        "," => "comma ,",
        ";" => "semicolon ;",
        " " => "space",
        _ => mark,
    };

    private static string TokensOf(ImportedColumn column) =>
        string.Join(", ", column.NullTokens.Select(t => $"{(t.Key.Length == 0 ? "empty" : t.Key)} ({Format.Count(t.Value)})"));
}
