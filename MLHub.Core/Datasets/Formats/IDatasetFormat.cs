namespace MLHub.Core.Datasets.Formats;

/// <summary>A kind of file that can become a table. The content of a file decides which one reads it, never its name.</summary>
public interface IDatasetFormat
{
    /// <summary>Word for reports: <c>csv</c>.</summary>
    string Name { get; }

    /// <summary>Whether these first bytes (up to 64 KiB, decompressed) begin a file of this kind.</summary>
    bool Recognises(ReadOnlySpan<byte> head);

    /// <summary>Finds out how the table lies in the file. Its cells are typed by the import, the same for every format.</summary>
    Task<TextTable> OpenAsync(ImportSource source, CancellationToken cancellationToken);
}

/// <param name="Path">The uploaded bytes, decompressed.</param>
/// <param name="ScratchFolder">For copies in another encoding.</param>
public sealed record ImportSource(string Path, string ScratchFolder, ImportOptions Options);
