using System.Text;
using System.Text.Unicode;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>Makes UTF-8 without byte order mark and NUL out of a text file in whatever encoding it is.</summary>
internal static class TextDecoding
{
    private const int BlockBytes = 256 * 1024;

    static TextDecoding() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <param name="Path">UTF-8 text.</param>
    /// <param name="Start">Bytes to pass over (the byte order mark).</param>
    public sealed record DecodedText(string Path, int Start, string Encoding, IReadOnlyList<ImportNote> Notes)
    {
        /// <summary>Pieces of the text behind the part that is in the file; none where their encoding cannot be read from the middle.</summary>
        public IReadOnlyList<byte[]> Windows { get; init; } = [];
    }

    private static readonly ImportChoice[] Choices =
    [
        new("utf-8", "UTF-8"), new("windows-1252", "Western European (windows-1252)"), new("windows-1250", "Central European (windows-1250)"), new("windows-1251", "Cyrillic (windows-1251)"),
        new("koi8-r", "Cyrillic (KOI8-R)"), new("shift_jis", "Japanese (Shift JIS)"), new("gb18030", "Chinese (GB18030)"), new("big5", "Chinese (Big5)"), new("euc-kr", "Korean (EUC-KR)"),
        new("utf-16", "UTF-16, little-endian"), new("utf-16BE", "UTF-16, big-endian"), new("utf-32", "UTF-32"),
    ];

    /// <param name="mustBeUnicode">The format allows no other encoding (JSON): nothing is guessed.</param>
    public static async Task<DecodedText> DecodeAsync(ImportSource source, bool mustBeUnicode, CancellationToken cancellationToken)
    {
        var head = await HeadAsync(source.Path, cancellationToken);
        var (encoding, mark) = Marked(head);
        List<ImportNote> notes = [];
        if (source.Options.Encoding is { Length: > 0 } wanted)
        {
            encoding = Find(wanted);
        }
        else if (encoding is not null)
        {
            if (encoding is not UTF8Encoding)
            {
                notes.Add(new("ENCODING_CONVERTED", $"The file is {encoding.WebName}; it was read as such."));
            }
        }
        else if (LooksWide(head))
        {
            if (!mustBeUnicode)
            {
                Ask(source, "ENCODING_UNKNOWN", EncodingGuess.OfWide(head), "The file looks like UTF-16 or UTF-32 without a byte order mark.");
                throw HubException.Field("encoding", "The file looks like UTF-16 or UTF-32 without a byte order mark. Choose its encoding in the import options.", "ENCODING_UNKNOWN");
            }

            // The first character of JSON is ASCII, so the places of the NULs leave no doubt.
            encoding = Find(EncodingGuess.OfWide(head));
            notes.Add(new("ENCODING_CONVERTED", $"The file is {encoding.WebName}; it was read as such."));
        }

        if (encoding is null or UTF8Encoding)
        {
            var scan = await ScanAsync(source.Path, cancellationToken);
            if (source.IsPart && scan.Invalid == 1 && scan.InvalidOffset > new FileInfo(source.Path).Length - 4)
            {
                // The beginning of the file was cut inside a character.
                scan = scan with { InvalidLine = null, Invalid = 0 };
            }

            if (scan.InvalidLine is null && scan.Nuls == 0)
            {
                return new(source.Path, mark, "utf-8", notes) { Windows = source.Windows };
            }

            if (scan.InvalidLine is { } line && encoding is null && !mustBeUnicode && scan.Multibyte < scan.Invalid)
            {
                var guess = EncodingGuess.Of(await NotPlainAsync(source.Path, scan.InvalidOffset, cancellationToken));
                encoding = Encoding.GetEncoding(guess);
                Ask(source, "ENCODING_GUESSED", guess, $"Line {line} is no UTF-8.");
                notes.Add(new(
                    "ENCODING_GUESSED",
                    $"The file is not UTF-8. It was read as {guess}, which it most likely is; if letters look wrong, import it again with the right encoding.",
                    Line: line));
            }
            else if (scan.InvalidLine is { } bad && !source.Options.ReplaceInvalid)
            {
                throw HubException.Impossible(
                    $"The file is UTF-8 except for {scan.Invalid} places, the first in line {bad} (byte {scan.InvalidOffset}). Convert it to one encoding, or choose to replace what cannot be read.",
                    "ENCODING_MIXED");
            }

            encoding ??= Encoding.UTF8;
        }

        var target = Path.Combine(source.ScratchFolder, "text.utf8");
        var (nuls, replaced) = await TranscodeAsync(source.Path, mark, target, encoding, source.Options.ReplaceInvalid, source.IsPart, cancellationToken);
        if (nuls > 0)
        {
            notes.Add(new("NUL_REPLACED", $"{nuls} NUL characters were replaced by U+FFFD."));
        }

        if (replaced)
        {
            notes.Add(new("INVALID_REPLACED", "Bytes that are no text in this encoding were replaced by U+FFFD."));
        }

        return new(target, 0, encoding.WebName, notes) { Windows = encoding.IsSingleByte ? [.. source.Windows.Select(w => Encoding.Convert(encoding, Encoding.UTF8, w))] : [] };
    }

    private static void Ask(ImportSource source, string code, string guess, string reason) =>
        source.Questions.Add(new("encoding", "Which encoding does the text have?", Choices, guess, reason) { Code = code });

    /// <summary>The text from the first bytes on that are no UTF-8: a long plain beginning says nothing.</summary>
    private static async Task<byte[]> NotPlainAsync(string path, long offset, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        file.Position = Math.Min(offset, file.Length);
        var bytes = new byte[Math.Min(file.Length - file.Position, FileKind.HeadBytes)];
        await file.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private static Encoding Find(string name)
    {
        try
        {
            return Encoding.GetEncoding(name.Trim());
        }
        catch (ArgumentException)
        {
            throw HubException.Field("encoding", $"\"{name}\" is no encoding that this server knows. Try utf-8, utf-16, windows-1252 or shift_jis.", "BAD_ENCODING");
        }
    }

    private static (Encoding? Encoding, int Length) Marked(ReadOnlySpan<byte> head) => head switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (Encoding.UTF8, 3),
        [0xFF, 0xFE, 0, 0, ..] => (Encoding.UTF32, 4),
        [0, 0, 0xFE, 0xFF, ..] => (new UTF32Encoding(bigEndian: true, byteOrderMark: true), 4),
        [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
        [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
        _ => (null, 0),
    };

    /// <summary>Text of two or four bytes per character has NULs in a third of its places at least; a stray NUL has not.</summary>
    private static bool LooksWide(ReadOnlySpan<byte> head) => head.Length >= 4 && head.Count((byte)0) > head.Length / 3;

    private static async Task<byte[]> HeadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var head = new byte[Math.Min(file.Length, FileKind.HeadBytes)];
        await file.ReadExactlyAsync(head, cancellationToken);
        return head;
    }

    /// <param name="Multibyte">Well-formed characters of several bytes: signs of UTF-8.</param>
    private readonly record struct Utf8Scan(long? InvalidLine, long InvalidOffset, long Invalid, long Multibyte, long Nuls);

    private static async Task<Utf8Scan> ScanAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        var buffer = new byte[BlockBytes];
        var kept = 0;
        long offset = 0, line = 1, invalid = 0, multibyte = 0, nuls = 0, firstOffset = 0;
        long? firstLine = null;
        while (true)
        {
            var read = await file.ReadAsync(buffer.AsMemory(kept), cancellationToken);
            var end = kept + read;
            var isLast = read == 0;
            var used = Block(buffer.AsSpan(0, end), isLast);
            offset += used;
            kept = end - used;
            buffer.AsSpan(used, kept).CopyTo(buffer);
            if (isLast)
            {
                return new(firstLine, firstOffset, invalid, multibyte, nuls);
            }
        }

        int Block(ReadOnlySpan<byte> block, bool isLast)
        {
            nuls += block.Count((byte)0);
            if (Ascii.IsValid(block))
            {
                line += block.Count((byte)'\n');
                return block.Length;
            }

            var whole = WholeCharacters(block);
            if (Utf8.IsValid(block[..whole]))
            {
                line += block.Count((byte)'\n');
                multibyte++;
                if (whole < block.Length && !isLast)
                {
                    nuls -= block[whole..].Count((byte)0);
                    return whole;
                }

                if (whole == block.Length)
                {
                    return whole;
                }
            }

            return Slowly(block, isLast);
        }

        int Slowly(ReadOnlySpan<byte> block, bool isLast)
        {
            var at = 0;
            while (at < block.Length)
            {
                var plain = block[at..].IndexOfAnyInRange((byte)0x80, (byte)0xFF);
                var run = plain < 0 ? block.Length - at : plain;
                line += block.Slice(at, run).Count((byte)'\n');
                at += run;
                if (at == block.Length)
                {
                    break;
                }

                var status = Rune.DecodeFromUtf8(block[at..], out _, out var length);
                if (status == System.Buffers.OperationStatus.NeedMoreData && !isLast)
                {
                    break;
                }

                if (status == System.Buffers.OperationStatus.Done)
                {
                    multibyte++;
                }
                else
                {
                    invalid++;
                    if (firstLine is null)
                    {
                        firstLine = line;
                        firstOffset = offset + at;
                    }
                }

                at += length;
            }

            return at;
        }
    }

    /// <summary>Length without an incomplete character at the end.</summary>
    private static int WholeCharacters(ReadOnlySpan<byte> block)
    {
        for (var back = 1; back <= Math.Min(3, block.Length); back++)
        {
            var b = block[^back];
            if (b >= 0xC0)
            {
                var needed = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
                return needed > back ? block.Length - back : block.Length;
            }

            if (b < 0x80)
            {
                break;
            }
        }

        return block.Length;
    }

    private static async Task<(long Nuls, bool Replaced)> TranscodeAsync(
        string path, int skip, string target, Encoding encoding, bool replaceInvalid, bool isPart, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        await using var output = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, 64 * 1024);
        file.Position = skip;
        var strict = Encoding.GetEncoding(encoding.CodePage, EncoderFallback.ReplacementFallback, replaceInvalid ? new DecoderReplacementFallback("\uFFFD") : DecoderFallback.ExceptionFallback);
        var decoder = strict.GetDecoder();
        var bytes = new byte[BlockBytes];
        var chars = new char[strict.GetMaxCharCount(BlockBytes)];
        var utf8 = new byte[Encoding.UTF8.GetMaxByteCount(chars.Length)];
        var encoder = Encoding.UTF8.GetEncoder();
        long line = 1, nuls = 0;
        var replaced = false;
        int read;
        do
        {
            read = await file.ReadAsync(bytes, cancellationToken);
            int count;
            try
            {
                count = decoder.GetChars(bytes, 0, read, chars, 0, flush: read == 0 && !isPart);
            }
            catch (DecoderFallbackException bad)
            {
                throw HubException.Impossible(
                    $"The file is not {encoding.WebName} throughout: line {line + bytes.AsSpan(0, Math.Clamp(bad.Index, 0, read)).Count((byte)'\n')} holds bytes that are no text in it. Choose the right encoding, or choose to replace what cannot be read.",
                    "ENCODING_MIXED");
            }

            var text = chars.AsSpan(0, count);
            if (line == 1 && count > 0 && text[0] == '\uFEFF')
            {
                text = text[1..];
            }

            line += text.Count('\n');
            var zeros = text.Count('\0');
            if (zeros > 0)
            {
                nuls += zeros;
                text.Replace('\0', '\uFFFD');
            }

            replaced |= replaceInvalid && text.Contains('\uFFFD');
            var written = encoder.GetBytes(text, utf8, flush: read == 0);
            await output.WriteAsync(utf8.AsMemory(0, written), cancellationToken);
        }
        while (read > 0);

        return (nuls, replaced && nuls == 0);
    }
}
