using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <param name="IsSampled">Only parts of the file are read.</param>
internal sealed record OpenedTable(TextTable Table, string? Compression, bool IsSampled);

/// <summary>From uploaded bytes to a table of texts: unpacks, finds the format from the content, lets it look.</summary>
internal sealed class TableOpener(IReadOnlyList<IDatasetFormat> formats)
{
    /// <summary>How much of a big file a preview reads at its beginning.</summary>
    private const int PartBytes = 4 * 1024 * 1024;
    private const int WindowBytes = 64 * 1024;
    private const int Windows = 8;

    public async Task<OpenedTable> OpenAsync(string original, ImportSource source, CancellationToken cancellationToken)
    {
        var (path, compression, isWhole) = await UnpackAsync(original, source, source.IsPreview ? PartBytes + WindowBytes : null, cancellationToken);
        var head = await HeadAsync(path, cancellationToken);
        if (head.Length == 0)
        {
            throw HubException.Impossible("The file is empty.", "EMPTY_FILE");
        }

        FileKind.RefuseOthers(head);
        if (FileKind.IsZip(head) && isWhole && ZipDirectory.Read(path, FileKind.IsWorkbook(head) ? "XLSX_CORRUPT" : "ZIP_CORRUPT") is var archive && !archive.Has("[Content_Types].xml"))
        {
            path = await UnzipAsync(archive, source, cancellationToken);
            compression = "zip";
            head = await HeadAsync(path, cancellationToken);
            if (head.Length == 0)
            {
                throw HubException.Impossible("The file in the archive is empty.", "EMPTY_FILE");
            }

            FileKind.RefuseOthers(head);
            if (FileKind.IsZip(head) || FileKind.IsGzip(head))
            {
                throw new HubException(Refusal.UnsupportedType, "The file in the archive is compressed once more. Unpack it once and upload that.", "COMPRESSION_UNSUPPORTED");
            }
        }

        var format = formats.First(f => f.Recognises(head));
        if (!isWhole && format.NeedsWholeFile)
        {
            File.Delete(path);
            (path, compression, isWhole) = await UnpackAsync(original, source, null, cancellationToken);
        }

        source = source with { Path = path };
        if (source.IsPreview && !format.NeedsWholeFile && (!isWhole || new FileInfo(path).Length > PartBytes + WindowBytes))
        {
            source = await CutAsync(source, isWhole, cancellationToken);
        }

        return new(await format.OpenAsync(source, cancellationToken), compression, source.IsPart);
    }

    private static async Task<(string Path, string? Compression, bool IsWhole)> UnpackAsync(string original, ImportSource source, long? most, CancellationToken cancellationToken)
    {
        if (!FileKind.IsGzip(await HeadAsync(original, cancellationToken)))
        {
            return (original, null, true);
        }

        var unpacked = Path.Combine(source.ScratchFolder, "unpacked");
        return (unpacked, "gzip", await Gzip.UnpackAsync(original, unpacked, most, cancellationToken));
    }

    /// <summary>The one file in an archive, or the one that the options name.</summary>
    private static async Task<string> UnzipAsync(ZipDirectory archive, ImportSource source, CancellationToken cancellationToken)
    {
        var files = archive.Entries.Where(e => e.Length > 0 && !e.Name.EndsWith('/') && !e.Name.StartsWith("__MACOSX/", StringComparison.Ordinal)).ToList();
        var chosen = files is [var only] ? only : null;
        if (source.Options.Member is { Length: > 0 } wanted)
        {
            chosen = files.Find(f => f.Name == wanted)
                ?? throw HubException.Field("member", $"The archive holds no file \"{wanted}\". It holds {string.Join(", ", files.Take(10).Select(f => f.Name))}.", "MEMBER_UNKNOWN");
        }

        if (chosen is null)
        {
            if (files.Count == 0)
            {
                throw HubException.Impossible("The archive holds no file.", "EMPTY_FILE");
            }

            source.Questions.Add(new("member", "Which file of the archive is to be imported?", [.. files.Take(100).Select(f => new ImportChoice(f.Name, f.Name))], null, $"The archive holds {files.Count} files.") { Code = "ARCHIVE_MANY" });
            throw HubException.Field("member", $"The archive holds {files.Count} files. Name one in the import options (member): {string.Join(", ", files.Take(10).Select(f => f.Name))}.", "ARCHIVE_MANY");
        }

        var target = Path.Combine(source.ScratchFolder, "unzipped");
        await archive.ExtractAsync(chosen, target, cancellationToken);
        return target;
    }

    /// <summary>The beginning of the file as a file of its own, and pieces of the rest.</summary>
    private static async Task<ImportSource> CutAsync(ImportSource source, bool isWhole, CancellationToken cancellationToken)
    {
        var part = Path.Combine(source.ScratchFolder, "beginning");
        await using var file = new FileStream(source.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        var head = new byte[Math.Min(PartBytes, file.Length)];
        await file.ReadExactlyAsync(head, cancellationToken);
        await File.WriteAllBytesAsync(part, head, cancellationToken);

        List<byte[]> windows = [];
        for (var i = 1; isWhole && i <= Windows; i++)
        {
            file.Position = PartBytes + (file.Length - PartBytes - WindowBytes) * i / Windows;
            var window = new byte[WindowBytes];
            await file.ReadExactlyAsync(window, cancellationToken);
            windows.Add(window);
        }

        return source with { Path = part, IsPart = true, Windows = windows };
    }

    private static async Task<byte[]> HeadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        var head = new byte[Math.Min(file.Length, FileKind.HeadBytes)];
        await file.ReadExactlyAsync(head, cancellationToken);
        return head;
    }
}
