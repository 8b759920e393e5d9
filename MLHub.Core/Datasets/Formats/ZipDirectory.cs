using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>
/// The directory of a zip file, read and judged before any library opens it: how many entries, how large they claim to be, whether they
/// lie over each other.
/// </summary>
internal sealed class ZipDirectory
{
    private const int MaxEntries = 10_000;
    private const long FreeBytes = 64L * 1024 * 1024;
    private const int MaxRatio = 120;
    private const int EndBytes = 22;
    private const int LongestComment = 65_535;
    private const int CheckedHead = 64 * 1024;

    private ZipDirectory(string path, IReadOnlyList<Entry> entries, string code)
    {
        _path = path;
        Entries = entries;
        _code = code;
    }

    private readonly string _path;
    private readonly string _code;

    public sealed record Entry(string Name, long Offset, long PackedLength, long Length, ushort Method, ushort Flags);

    public IReadOnlyList<Entry> Entries { get; }

    public bool Has(string name) => Entries.Any(e => e.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <param name="code">What a damaged archive is refused with.</param>
    /// <exception cref="HubException"><c>ARCHIVE_BOMB</c>, <c>FILE_ENCRYPTED</c> or <paramref name="code"/>.</exception>
    public static ZipDirectory Read(string path, string code)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        try
        {
            var directory = new ZipDirectory(path, Parse(file, code), code);
            directory.Judge(file.Length);
            return directory;
        }
        catch (Exception broken) when (broken is EndOfStreamException or ArgumentException or OverflowException)
        {
            throw Damaged(code, "its directory");
        }
    }

    /// <summary>Unpacks every part once without keeping it: sizes must be what they claim to be, XML must declare no document type.</summary>
    /// <param name="see">Sees the bytes of each part as they come.</param>
    public void CheckParts(Action<Entry, ReadOnlySpan<byte>> see, CancellationToken cancellationToken)
    {
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        using var archive = Open(file);
        var buffer = new byte[128 * 1024];
        foreach (var (entry, part) in Entries.Zip(archive.Entries))
        {
            var isXml = entry.Name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) || entry.Name.EndsWith(".rels", StringComparison.OrdinalIgnoreCase);
            if (!isXml && !entry.Name.EndsWith(".bin", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            try
            {
                using var content = part.Open();
                long total = 0;
                int read;
                while ((read = content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) > 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (isXml && total < CheckedHead && DeclaresType(buffer.AsSpan(0, read)))
                    {
                        throw HubException.Impossible($"The part {entry.Name} declares a document type, as no workbook does. It was not read.", "XML_DTD");
                    }

                    total += read;
                    if (total > entry.Length)
                    {
                        throw Bomb();
                    }

                    see(entry, buffer.AsSpan(0, read));
                }
            }
            catch (InvalidDataException)
            {
                throw Damaged(_code, $"its part {entry.Name}");
            }
        }
    }

    public async Task ExtractAsync(Entry entry, string target, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        using var archive = Open(file);
        try
        {
            await using var content = archive.Entries[Entries.Index().First(e => e.Item == entry).Index].Open();
            await using var output = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
            var buffer = new byte[256 * 1024];
            long total = 0;
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                total += read;
                if (total > entry.Length)
                {
                    throw Bomb();
                }
            }

            if (total != entry.Length)
            {
                throw Damaged(_code, entry.Name);
            }
        }
        catch (InvalidDataException)
        {
            throw Damaged(_code, entry.Name);
        }
    }

    public static HubException Damaged(string code, string what) =>
        HubException.Impossible($"The file is damaged: {what} cannot be read. Open it in the program that made it, save it again and upload that.", code);

    private static bool DeclaresType(ReadOnlySpan<byte> head)
    {
        var wide = head.Length > 1 && (head[0] == 0 || head[1] == 0 || head[..2].SequenceEqual<byte>([0xFF, 0xFE]) || head[..2].SequenceEqual<byte>([0xFE, 0xFF]));
        return head.IndexOf("<!DOCTYPE"u8) >= 0 || head.IndexOf("<!ENTITY"u8) >= 0
            || (wide && (head.IndexOf(Encoding.Unicode.GetBytes("<!DOCTYPE")) >= 0 || head.IndexOf(Encoding.BigEndianUnicode.GetBytes("<!DOCTYPE")) >= 0));
    }

    private ZipArchive Open(FileStream file)
    {
        try
        {
            var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            return archive.Entries.Count == Entries.Count ? archive : throw Damaged(_code, "its directory");
        }
        catch (InvalidDataException)
        {
            throw Damaged(_code, "its directory");
        }
    }

    private void Judge(long fileLength)
    {
        if (Entries.Any(e => (e.Flags & 1) != 0))
        {
            throw HubException.Impossible("The archive is protected by a password. Save it without one and upload that.", "FILE_ENCRYPTED");
        }

        if (Entries.FirstOrDefault(e => e.Method is not 0 and not 8) is { } odd)
        {
            throw HubException.Impossible($"The part {odd.Name} is compressed in a way that this server does not read. Pack it with the ordinary method (deflate).", "COMPRESSION_UNSUPPORTED");
        }

        if (Entries.Sum(e => e.Length) > FreeBytes + (MaxRatio * fileLength))
        {
            throw Bomb();
        }

        // Parts that share their bytes multiply them.
        long free = 0;
        foreach (var entry in Entries.OrderBy(e => e.Offset))
        {
            if (entry.Offset < free || entry.Offset + entry.PackedLength > fileLength)
            {
                throw Bomb();
            }

            free = entry.Offset + entry.PackedLength;
        }
    }

    private static HubException Bomb() => HubException.Impossible("The file unpacks to far more than any table would. It was not read.", "ARCHIVE_BOMB");

    private static List<Entry> Parse(FileStream file, string code)
    {
        var (count, length, offset) = End(file, code);
        if (count > MaxEntries || length > 64 * 1024 * 1024)
        {
            throw Bomb();
        }

        var directory = new byte[length];
        file.Position = offset;
        file.ReadExactly(directory);
        List<Entry> entries = [];
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            var header = directory.AsSpan(at);
            if (header.Length < 46 || BinaryPrimitives.ReadUInt32LittleEndian(header) != 0x02014B50)
            {
                throw Damaged(code, "its directory");
            }

            int nameLength = U16(header[28..]), extraLength = U16(header[30..]), commentLength = U16(header[32..]);
            long packed = U32(header[20..]), plain = U32(header[24..]), start = U32(header[42..]);
            var extra = header.Slice(46 + nameLength, extraLength);
            while (extra.Length >= 4)
            {
                var (tag, size) = (U16(extra), U16(extra[2..]));
                ReadOnlySpan<byte> field = extra.Slice(4, Math.Min(size, extra.Length - 4));
                if (tag == 1)
                {
                    Wide(ref plain, ref field);
                    Wide(ref packed, ref field);
                    Wide(ref start, ref field);
                }

                extra = extra[Math.Min(extra.Length, 4 + size)..];
            }

            if (packed < 0 || plain < 0 || start < 0)
            {
                throw Damaged(code, "its directory");
            }

            entries.Add(new(Encoding.UTF8.GetString(header.Slice(46, nameLength)), start, packed, plain, U16(header[10..]), U16(header[8..])));
            at += 46 + nameLength + extraLength + commentLength;
        }

        return entries;
    }

    /// <summary>A value of 32 bits that did not suffice stands in the extra field (zip64).</summary>
    private static void Wide(ref long value, ref ReadOnlySpan<byte> field)
    {
        if (value == uint.MaxValue && field.Length >= 8)
        {
            value = BinaryPrimitives.ReadInt64LittleEndian(field);
            field = field[8..];
        }
    }

    private static (long Count, long Length, long Offset) End(FileStream file, string code)
    {
        var tail = new byte[Math.Min(file.Length, EndBytes + LongestComment)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var at = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (at < 0 || tail.Length - at < EndBytes)
        {
            throw Damaged(code, "its end");
        }

        var end = tail.AsSpan(at);
        (long count, long length, long offset) = (U16(end[10..]), U32(end[12..]), U32(end[16..]));
        if (count == ushort.MaxValue || length == uint.MaxValue || offset == uint.MaxValue)
        {
            var locator = at - 20;
            if (locator < 0 || BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(locator)) != 0x07064B50)
            {
                throw Damaged(code, "its end");
            }

            var wide = new byte[56];
            file.Position = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(locator + 8));
            file.ReadExactly(wide);
            count = BinaryPrimitives.ReadInt64LittleEndian(wide.AsSpan(32));
            length = BinaryPrimitives.ReadInt64LittleEndian(wide.AsSpan(40));
            offset = BinaryPrimitives.ReadInt64LittleEndian(wide.AsSpan(48));
        }

        return count >= 0 && length >= 0 && offset >= 0 && offset <= file.Length - length ? (count, length, offset) : throw Damaged(code, "its end");
    }

    private static ushort U16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint U32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
