using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>
/// Goes through a JSON text of any length token by token, or value by value, with memory for one value. Nesting is bounded before
/// anything recurses, and whatever breaks is told with line and byte.
/// </summary>
internal sealed class JsonScanner : IDisposable
{
    public const int MaxDepth = 64;

    private const int FirstBufferBytes = 256 * 1024;

    private readonly FileStream _file;
    private readonly bool _isPart;
    private byte[] _buffer = new byte[FirstBufferBytes];
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = MaxDepth, AllowMultipleValues = true });
    private int _tokenStart;
    private int _position;
    private int _end;
    private long _offset;
    private bool _atEnd;

    /// <param name="isPart">The text may end anywhere; its last value is passed over then.</param>
    public JsonScanner(string path, int start, bool isPart)
    {
        _isPart = isPart;
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan) { Position = start };
        _offset = start;
    }

    public JsonTokenType Token { get; private set; }

    /// <summary>How many containers are open behind the token.</summary>
    public int Depth { get; private set; }

    /// <summary>Byte of the text where the value that was read last begins.</summary>
    public long ValueOffset => _offset + _tokenStart;

    /// <summary>The token as it stands in the text, without the quotes of a string.</summary>
    public string? Text { get; private set; }

    /// <summary>False at the end of the text.</summary>
    /// <param name="wantsText">Keep the text of a property's name.</param>
    public bool Read(bool wantsText = false)
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_position, _end - _position), _atEnd && !_isPart, _state);
            bool found;
            try
            {
                found = reader.Read();
            }
            catch (JsonException broken)
            {
                throw Refused(broken, _offset + _position + reader.BytesConsumed, reader.CurrentDepth);
            }

            if (found)
            {
                Token = reader.TokenType;
                Depth = reader.CurrentDepth + (Token is JsonTokenType.StartArray or JsonTokenType.StartObject ? 1 : 0);
                Text = wantsText && Token == JsonTokenType.PropertyName ? NameOf(ref reader) : null;
                _tokenStart = _position + (int)reader.TokenStartIndex;
                _position += (int)reader.BytesConsumed;
                _state = reader.CurrentState;
                return true;
            }

            if (_atEnd)
            {
                return false;
            }

            Fill(_position);
        }
    }

    /// <summary>The whole value that begins with the token just read.</summary>
    /// <returns>False when the text ends in it, which only a part of a text may.</returns>
    public bool TryValue(out ReadOnlySpan<byte> value)
    {
        if (Token is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            value = _buffer.AsSpan(_tokenStart, _position - _tokenStart);
            return true;
        }

        var outside = Depth - 1;
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_position, _end - _position), _atEnd && !_isPart, _state);
            try
            {
                while (reader.Read())
                {
                    if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject && reader.CurrentDepth == outside)
                    {
                        _position += (int)reader.BytesConsumed;
                        _state = reader.CurrentState;
                        Depth = outside;
                        value = _buffer.AsSpan(_tokenStart, _position - _tokenStart);
                        return value.Length <= ImportLimits.MaxRowBytes ? true : throw TooLong();
                    }
                }
            }
            catch (JsonException broken)
            {
                throw Refused(broken, _offset + _position + reader.BytesConsumed, reader.CurrentDepth);
            }

            if (_atEnd)
            {
                value = [];
                return false;
            }

            Fill(_tokenStart);
        }
    }

    /// <summary>Passes over the value that begins with the token just read, however long it is.</summary>
    public bool Skip()
    {
        if (Token is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            return true;
        }

        var outside = Depth - 1;
        while (Read())
        {
            if (Token is JsonTokenType.EndArray or JsonTokenType.EndObject && Depth == outside)
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose() => _file.Dispose();

    public static HubException Refused(string what, long byteOffset) =>
        HubException.Impossible($"The JSON is broken at byte {byteOffset}: {what}. Nothing of it was imported.", "JSON_INVALID");

    private static string NameOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair in a name.
            return "\uFFFD";
        }
    }

    /// <summary>Brings in more bytes and keeps those from a place on.</summary>
    private void Fill(int keepFrom)
    {
        if (keepFrom > 0)
        {
            _buffer.AsSpan(keepFrom, _end - keepFrom).CopyTo(_buffer);
            _offset += keepFrom;
            _end -= keepFrom;
            _position -= keepFrom;
            _tokenStart -= keepFrom;
        }

        if (_end == _buffer.Length)
        {
            if (_end > ImportLimits.MaxRowBytes)
            {
                throw TooLong();
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = _file.ReadAtLeast(_buffer.AsSpan(_end), 1, throwOnEndOfStream: false);
        _atEnd = read == 0;
        _end += read;
    }

    private HubException TooLong() => HubException.Impossible(
        $"The record at byte {_offset + _tokenStart} is longer than {ImportLimits.MaxRowBytes / 1024 / 1024} MB. Is this a list of records, or one object per line?", "RECORD_TOO_LARGE");

    private static HubException Refused(JsonException broken, long byteOffset, int depth)
    {
        // The reader says it in words only; a test watches them.
        if (depth >= MaxDepth || broken.Message.Contains("maximum configured depth", StringComparison.Ordinal))
        {
            return HubException.Impossible($"The JSON is nested more than {MaxDepth} levels deep at byte {byteOffset}. No table is; it was not read.", "JSON_TOO_DEEP");
        }

        // The reader's own sentence ends in where it was, counted its own way.
        var what = broken.Message.Split(" LineNumber:")[0].TrimEnd('.', ' ');
        return HubException.Impossible($"The JSON is broken in line {(broken.LineNumber ?? 0) + 1} (byte {byteOffset}): {what}. Nothing of it was imported.", "JSON_INVALID");
    }
}
