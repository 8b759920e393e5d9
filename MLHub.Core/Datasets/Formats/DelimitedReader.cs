using System.Buffers;
using System.Text;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>
/// Reads delimited text (RFC 4180 and its relatives) row by row in constant memory. Ends a row at LF, CRLF or a lone CR outside
/// quotes; knows line and byte of everything that it refuses.
/// </summary>
internal sealed class DelimitedReader : IDisposable
{
    private const int FirstBufferBytes = 1024 * 1024;

    private readonly Stream _stream;
    private readonly byte _delimiter;
    private readonly byte? _quote;
    private readonly bool _backslash;
    private readonly bool _isPart;
    private readonly SearchValues<byte> _fieldEnds;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
    private int _position;
    private int _end;
    private bool _atEnd;
    private long _bufferOffset;
    private long _line = 1;

    /// <param name="isPart">The text may end in the middle of a row, which is passed over then.</param>
    public DelimitedReader(Stream stream, Dialect dialect, bool isPart = false)
    {
        _stream = stream;
        _isPart = isPart;
        _delimiter = dialect.Delimiter;
        _quote = dialect.Quote;
        _backslash = dialect.BackslashEscapes;
        _fieldEnds = SearchValues.Create([dialect.Delimiter, (byte)'\n', (byte)'\r']);
    }

    public TextRow Row { get; } = new();

    /// <summary>Bytes of the text that were consumed.</summary>
    public long Offset => _bufferOffset + _position;

    /// <summary>Quotes that were closed in the middle of a cell, as in <c>"a"b</c>.</summary>
    public long StrayQuotes { get; private set; }

    /// <summary>False at the end of the text.</summary>
    public bool Read()
    {
        while (true)
        {
            if (_position == _end && !Fill())
            {
                return false;
            }

            if (TryParse(out var next, out var newLines))
            {
                if (_isPart && _atEnd && next == _end)
                {
                    return false;
                }

                Row.Line = _line;
                _line += newLines;
                _position = next;
                return true;
            }

            Fill();
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _stream.Dispose();
    }

    /// <summary>Brings in more bytes behind those not consumed. False when there are none.</summary>
    private bool Fill()
    {
        if (_atEnd)
        {
            return false;
        }

        if (_position > 0)
        {
            _buffer.AsSpan(_position, _end - _position).CopyTo(_buffer);
            _bufferOffset += _position;
            _end -= _position;
            _position = 0;
        }

        if (_end == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var before = _end;
        while (_end < _buffer.Length)
        {
            var read = _stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
            {
                _atEnd = true;
                break;
            }

            _end += read;
        }

        return _end > before;
    }

    /// <summary>Finds the row at the position. False when the buffer ends before the row does.</summary>
    private bool TryParse(out int next, out int newLines)
    {
        var text = _buffer.AsSpan(0, _end);
        var row = Row;
        row.Clear();
        row.Buffer = _buffer;
        var at = _position;
        next = 0;
        newLines = 0;
        var unescape = false;
        while (true)
        {
            int start, length;
            if (_quote is { } quote && at < text.Length && text[at] == quote)
            {
                if (!TryQuoted(text, quote, ref at, out start, out length, ref newLines, ref unescape))
                {
                    return false;
                }
            }
            else
            {
                start = at;
                var found = text[at..].IndexOfAny(_fieldEnds);
                if (found < 0)
                {
                    if (!_atEnd)
                    {
                        RefuseLongRow(text.Length, 0);
                        return false;
                    }

                    at = text.Length;
                }
                else
                {
                    at += found;
                }

                length = at - start;
            }

            row.Add(start, length);
            if (at < text.Length && text[at] == _delimiter)
            {
                at++;
                continue;
            }

            if (at < text.Length)
            {
                // A CR at the very end of the buffer may be the first half of a CRLF.
                if (text[at] == '\r' && at + 1 == text.Length && !_atEnd)
                {
                    return false;
                }

                row.RawStart = _position;
                row.RawLength = at - _position;
                at += text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
                newLines++;
            }
            else
            {
                row.RawStart = _position;
                row.RawLength = at - _position;
            }

            if (row.RawLength > ImportLimits.MaxRowBytes)
            {
                RefuseLongRow(_position + row.RawLength, newLines);
            }

            if (unescape)
            {
                Unescape(row);
            }

            next = at;
            return true;
        }
    }

    /// <summary>Reads a cell in quotes. Start and length are those of its content; a raw quote inside is marked for <see cref="Unescape"/>.</summary>
    private bool TryQuoted(Span<byte> text, byte quote, ref int at, out int start, out int length, ref int newLines, ref bool unescape)
    {
        var open = at;
        start = open + 1;
        length = 0;
        var scan = start;
        var linesInside = 0;
        while (true)
        {
            var rest = text[scan..];
            var found = _backslash ? rest.IndexOfAny(quote, (byte)'\\') : rest.IndexOf(quote);
            if (found < 0)
            {
                if (_atEnd)
                {
                    if (_isPart)
                    {
                        length = text.Length - start;
                        at = text.Length;
                        return true;
                    }

                    throw Unclosed(open, newLines);
                }

                RefuseLongRow(text.Length, newLines + CountLines(text[start..]), open);
                return false;
            }

            scan += found;
            if (_backslash && text[scan] == '\\')
            {
                unescape = true;
                scan = Math.Min(scan + 2, text.Length);
                continue;
            }

            if (scan + 1 == text.Length && !_atEnd)
            {
                return false;
            }

            if (scan + 1 < text.Length && text[scan + 1] == quote)
            {
                unescape = true;
                scan += 2;
                continue;
            }

            break;
        }

        length = scan - start;
        linesInside = CountLines(text.Slice(start, length));
        at = scan + 1;
        // Blanks between the closing quote and the delimiter are no content.
        var behind = at;
        while (behind < text.Length && text[behind] == ' ')
        {
            behind++;
        }

        if (behind == text.Length && !_atEnd)
        {
            return false;
        }

        if (behind == text.Length || text[behind] == _delimiter || text[behind] is (byte)'\n' or (byte)'\r')
        {
            at = behind;
            newLines += linesInside;
            return true;
        }

        // "a"b: the quote stood in the middle. When lines were crossed on the way to it, an earlier quote was never closed.
        if (linesInside > 0)
        {
            throw Unclosed(open, newLines);
        }

        var end = text[at..].IndexOfAny(_fieldEnds);
        if (end < 0 && !_atEnd)
        {
            return false;
        }

        StrayQuotes++;
        at = end < 0 ? text.Length : at + end;
        start = open;
        length = at - open;
        return true;
    }

    /// <summary>Turns doubled and escaped quotes into single ones, in place: content only gets shorter.</summary>
    private void Unescape(TextRow row)
    {
        var quote = _quote!.Value;
        for (var i = 0; i < row.Count; i++)
        {
            var cell = row.Writable(i);
            if (cell.IndexOf(quote) < 0 && !(_backslash && cell.IndexOf((byte)'\\') >= 0))
            {
                continue;
            }

            var to = 0;
            for (var from = 0; from < cell.Length; from++)
            {
                if (from + 1 < cell.Length && ((cell[from] == quote && cell[from + 1] == quote) || (_backslash && cell[from] == '\\' && (cell[from + 1] == quote || cell[from + 1] == '\\'))))
                {
                    from++;
                }

                cell[to++] = cell[from];
            }

            row.Shorten(i, to);
        }
    }

    /// <summary>LF, CRLF and lone CR count one each.</summary>
    private static int CountLines(ReadOnlySpan<byte> text)
    {
        var feeds = text.Count((byte)'\n');
        var returns = text.Count((byte)'\r');
        return returns == 0 ? feeds : feeds + returns - text.Count("\r\n"u8);
    }

    private HubException Unclosed(int open, int linesBefore) => HubException.Impossible(
        $"The quote that opens in line {_line + linesBefore} (byte {_bufferOffset + open}) is never closed: \"{Excerpt(open)}\". Correct this line, or choose another quote character in the import options.",
        "CSV_QUOTE_UNCLOSED");

    private void RefuseLongRow(int end, int linesInside, int? open = null)
    {
        if (end - _position <= ImportLimits.MaxRowBytes)
        {
            return;
        }

        // Thousands of lines in one cell are no cell: a quote was opened and forgotten.
        if (open is { } quote && linesInside > 100)
        {
            throw Unclosed(quote, 0);
        }

        throw HubException.Impossible(
            $"The row that begins in line {_line} (byte {_bufferOffset + _position}) is longer than {ImportLimits.MaxRowBytes / 1024 / 1024} MB. Is this a text file with line ends?",
            "LINE_TOO_LONG");
    }

    private string Excerpt(int at)
    {
        var part = _buffer.AsSpan(at, Math.Min(60, _end - at));
        var line = part.IndexOfAny((byte)'\n', (byte)'\r');
        return Encoding.UTF8.GetString(line < 0 ? part : part[..line]);
    }
}
