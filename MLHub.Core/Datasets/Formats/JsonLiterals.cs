using System.Buffers;

namespace MLHub.Core.Datasets.Formats;

/// <summary>
/// <c>NaN</c> and <c>Infinity</c>, which Python and JavaScript write though JSON does not know them: a text that holds some is copied with <c>null</c>
/// and the texts <c>"Infinity"</c> in their places, which columns of numbers understand.
/// </summary>
internal static class JsonLiterals
{
    private const int BlockBytes = 256 * 1024;

    /// <summary>No literal is longer, with its sign; so many bytes wait for the next block.</summary>
    private const int MaxLiteral = 9;

    private static readonly SearchValues<byte> Outside = SearchValues.Create("\"NI-"u8);
    private static readonly SearchValues<byte> Inside = SearchValues.Create("\"\\"u8);

    public static async Task<TextDecoding.DecodedText> ReplaceAsync(TextDecoding.DecodedText text, ImportSource source, CancellationToken cancellationToken)
    {
        if (!await HasAnyAsync(text.Path, cancellationToken))
        {
            return text;
        }

        var target = Path.Combine(source.ScratchFolder, "literals.utf8");
        var copy = new Copy();
        await using (var from = Open(text.Path))
        await using (var to = new FileStream(target, FileMode.Create, FileAccess.Write, FileShare.None, BlockBytes))
        {
            await PassAsync(from, (block, isLast) => copy.Take(block, isLast, to), cancellationToken);
        }

        return copy.Replaced == 0 ? text : text with
        {
            Path = target,
            Notes = [.. text.Notes, new("LITERALS_READ", $"{copy.Replaced} values are NaN or Infinity, which JSON does not know. NaN was read as missing, Infinity as infinite.")],
        };
    }

    /// <summary>Whether a text begins with such a literal.</summary>
    public static bool Begins(ReadOnlySpan<byte> text) => text.StartsWith("NaN"u8) || text.StartsWith("Infinity"u8) || text.StartsWith("-Infinity"u8);

    private static async Task<bool> HasAnyAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = Open(path);
        var found = false;
        await PassAsync(
            file,
            (block, isLast) =>
            {
                found = block.IndexOf("NaN"u8) >= 0 || block.IndexOf("Infinity"u8) >= 0;
                return found || isLast ? -1 : Math.Max(0, block.Length - MaxLiteral);
            },
            cancellationToken);
        return found;
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);

    private delegate int Taking(ReadOnlySpan<byte> block, bool isLast);

    /// <param name="take">Says how many bytes it is done with, or -1 when it wants no more.</param>
    private static async Task PassAsync(FileStream file, Taking take, CancellationToken cancellationToken)
    {
        var buffer = new byte[BlockBytes];
        var kept = 0;
        while (true)
        {
            var read = await file.ReadAsync(buffer.AsMemory(kept), cancellationToken);
            var end = kept + read;
            var used = take(buffer.AsSpan(0, end), read == 0);
            if (used < 0 || read == 0)
            {
                return;
            }

            kept = end - used;
            buffer.AsSpan(used, kept).CopyTo(buffer);
        }
    }

    private sealed class Copy
    {
        private bool _isInside;

        public long Replaced { get; private set; }

        public int Take(ReadOnlySpan<byte> block, bool isLast, Stream to)
        {
            var until = isLast ? block.Length : block.Length - MaxLiteral;
            var (at, written) = (0, 0);
            while (at < until)
            {
                var next = block[at..until].IndexOfAny(_isInside ? Inside : Outside);
                if (next < 0)
                {
                    at = until;
                    break;
                }

                at += next;
                if (block[at] == (byte)'"')
                {
                    _isInside = !_isInside;
                    at++;
                }
                else if (block[at] == (byte)'\\')
                {
                    at += 2;
                }
                else if (Literal(block[at..]) is var (length, instead) && length > 0)
                {
                    to.Write(block[written..at]);
                    to.Write(instead);
                    at += length;
                    written = at;
                    Replaced++;
                }
                else
                {
                    at++;
                }
            }

            at = Math.Clamp(at, 0, block.Length);
            to.Write(block[written..at]);
            return at;
        }

        private static (int Length, byte[] Instead) Literal(ReadOnlySpan<byte> rest) =>
            rest.StartsWith("NaN"u8) ? (3, "null"u8.ToArray())
            : rest.StartsWith("Infinity"u8) ? (8, "\"Infinity\""u8.ToArray())
            : rest.StartsWith("-Infinity"u8) ? (9, "\"-Infinity\""u8.ToArray())
            : (0, []);
    }
}
