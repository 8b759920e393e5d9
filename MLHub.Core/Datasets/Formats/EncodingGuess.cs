using System.Text;

namespace MLHub.Core.Datasets.Formats;

/// <summary>Which encoding a text that is no UTF-8 most likely has. A guess, always put to the user as a question.</summary>
internal static class EncodingGuess
{
    private const int MaxBytes = 64 * 1024;

    private static readonly (string Name, Func<Rune, bool> Belongs)[] Eastern =
    [
        ("shift_jis", r => r.Value is >= 0x3040 and <= 0x30FF),
        ("euc-kr", r => r.Value is >= 0xAC00 and <= 0xD7A3),
        ("gb18030", r => r.Value is >= 0x4E00 and <= 0x9FFF),
    ];

    static EncodingGuess() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Of a text whose characters have two or four bytes each, without a byte order mark.</summary>
    public static string OfWide(ReadOnlySpan<byte> head)
    {
        int first = 0, second = 0, third = 0;
        for (var i = 0; i + 3 < head.Length; i += 4)
        {
            first += head[i] == 0 ? 1 : 0;
            second += head[i + 1] == 0 ? 1 : 0;
            third += head[i + 2] == 0 ? 1 : 0;
        }

        return second > 0 && third > 0 && first < second / 2 && third >= second / 2 && head.Length > 3 && head[2] == 0 && head[3] == 0 ? "utf-32"
            : first > second ? "utf-16BE" : "utf-16";
    }

    public static string Of(ReadOnlySpan<byte> head)
    {
        var text = head.Length > MaxBytes ? head[..MaxBytes] : head;
        int high = 0, beside = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] >= 0x80)
            {
                high++;
                beside += i > 0 && text[i - 1] >= 0x80 ? 1 : 0;
            }
        }

        // Letters with accents stand alone among plain ones; whole words of high bytes are another script.
        if (high < 4 || beside * 3 < high)
        {
            return "windows-1252";
        }

        foreach (var (name, belongs) in Eastern)
        {
            if (Share(text, name, belongs) is { } share && share > (name == "shift_jis" ? 0.15 : 0.7))
            {
                return name;
            }
        }

        // Small letters are many more than capitals, and the two Cyrillic sets have them the other way round.
        var windows = Share(text, "windows-1251", r => r.Value is >= 0x430 and <= 0x44F) ?? 0;
        var koi = Share(text, "koi8-r", r => r.Value is >= 0x430 and <= 0x44F) ?? 0;
        return Math.Max(windows, koi) < 0.5 ? "windows-1252" : windows >= koi ? "windows-1251" : "koi8-r";
    }

    /// <summary>Part of the characters beyond ASCII that belong to the script; <c>null</c> when the bytes are no text in this encoding.</summary>
    private static double? Share(ReadOnlySpan<byte> text, string name, Func<Rune, bool> belongs)
    {
        var encoding = Encoding.GetEncoding(name, EncoderFallback.ReplacementFallback, DecoderFallback.ExceptionFallback);
        try
        {
            // A character that is cut at the end is not flushed, and so no error.
            var decoder = encoding.GetDecoder();
            var chars = new char[encoding.GetMaxCharCount(text.Length)];
            var count = decoder.GetChars(text, chars, flush: false);
            int all = 0, own = 0;
            foreach (var rune in chars.AsSpan(0, count).EnumerateRunes())
            {
                if (!rune.IsAscii)
                {
                    all++;
                    own += belongs(rune) ? 1 : 0;
                }
            }

            return all == 0 ? null : (double)own / all;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
