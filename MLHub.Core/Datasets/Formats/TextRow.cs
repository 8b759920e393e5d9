using System.Text;

namespace MLHub.Core.Datasets.Formats;

/// <summary>One row as slices of a buffer; used again for the next row.</summary>
public sealed class TextRow
{
    private int[] _starts = new int[64];
    private int[] _lengths = new int[64];

    public int Count { get; private set; }

    /// <summary>Where it begins in the source; the first line is 1.</summary>
    public long Line { get; internal set; }

    internal byte[] Buffer { get; set; } = [];

    internal int RawStart { get; set; }

    internal int RawLength { get; set; }

    public ReadOnlySpan<byte> this[int index] => _lengths[index] < 0 ? [] : Buffer.AsSpan(_starts[index], _lengths[index]);

    /// <summary>The source says that there is no value, which is more than an empty text.</summary>
    public bool IsNull(int index) => _lengths[index] < 0;

    internal (int Start, int Length) Place(int index) => (_starts[index], _lengths[index]);

    internal Span<byte> Writable(int index) => Buffer.AsSpan(_starts[index], _lengths[index]);

    /// <summary>The row as it stood in the source, cut when long.</summary>
    public string Raw
    {
        get
        {
            const int most = 4096;
            var text = Encoding.UTF8.GetString(Buffer, RawStart, Math.Min(RawLength, most));
            return RawLength > most ? text + " …" : text;
        }
    }

    internal void Clear() => Count = 0;

    /// <summary>A row of cells without values, to be filled by <see cref="Set"/>.</summary>
    internal void Reset(byte[] buffer, int width, long line)
    {
        Buffer = buffer;
        Line = line;
        if (_starts.Length < width)
        {
            _starts = new int[width];
            _lengths = new int[width];
        }

        _lengths.AsSpan(0, width).Fill(-1);
        Count = width;
        RawStart = 0;
        RawLength = 0;
    }

    /// <summary>Cells beyond the width belong to no column and are passed over.</summary>
    internal void Set(int index, int start, int length)
    {
        if ((uint)index < (uint)Count)
        {
            _starts[index] = start;
            _lengths[index] = length;
        }
    }

    internal void Add(int start, int length)
    {
        if (Count == _starts.Length)
        {
            Array.Resize(ref _starts, Count * 2);
            Array.Resize(ref _lengths, Count * 2);
        }

        _starts[Count] = start;
        _lengths[Count++] = length;
    }

    internal void AddNull() => Add(0, -1);

    internal void Shorten(int index, int length) => _lengths[index] = length;
}
