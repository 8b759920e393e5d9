namespace MLHub.Core.Datasets.Formats;

/// <summary>A kind of file that can become a table. The content of a file decides which one reads it, never its name.</summary>
public interface IDatasetFormat
{
    /// <summary>Word for reports: <c>csv</c>.</summary>
    string Name { get; }

    /// <summary>Whether a beginning of the file means nothing: a preview needs all of it, too.</summary>
    bool NeedsWholeFile { get; }

    /// <summary>Whether these first bytes (up to 64 KiB, decompressed) begin a file of this kind.</summary>
    bool Recognises(ReadOnlySpan<byte> head);

    /// <summary>Finds out how the table lies in the file. Its cells are typed by the import, the same for every format.</summary>
    Task<TextTable> OpenAsync(ImportSource source, CancellationToken cancellationToken);
}

/// <param name="Path">The uploaded bytes, decompressed.</param>
/// <param name="ScratchFolder">For copies in another encoding.</param>
public sealed record ImportSource(string Path, string ScratchFolder, ImportOptions Options)
{
    /// <summary>Shared by all copies of this record.</summary>
    private readonly Found _found = new();

    /// <summary>For a preview, which needs a few thousand rows at most.</summary>
    public bool IsPreview { get; init; }

    /// <summary><see cref="Path"/> holds only the beginning of the file, and may end in the middle of a row.</summary>
    public bool IsPart { get; init; }

    /// <summary>Pieces of the file behind its beginning; they begin and end anywhere.</summary>
    public IReadOnlyList<byte[]> Windows { get; init; } = [];

    /// <summary>What the format could not settle from the bytes.</summary>
    public List<ImportQuestion> Questions => _found.Questions;

    /// <summary>Of a workbook, as soon as they are known.</summary>
    public IReadOnlyList<ImportSheet>? Sheets
    {
        get => _found.Sheets;
        set => _found.Sheets = value;
    }

    public int Threads { get; init; } = 1;

    public long MemoryBytes { get; init; } = 512L * 1024 * 1024;

    private sealed class Found
    {
        public List<ImportQuestion> Questions { get; } = [];

        public IReadOnlyList<ImportSheet>? Sheets { get; set; }
    }
}
