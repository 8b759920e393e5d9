using System.Buffers.Binary;
using System.Text;

namespace MLHub.Core.Datasets.Formats;

/// <summary>
/// Rows as they come out of a format whose parsing is expensive or whose columns are known only at its end: written once to a scratch
/// file, read as often as the import wants. A row names only the cells that it has.
/// </summary>
internal sealed class RowSpool(string path) : IDisposable
{
    private const int BufferBytes = 256 * 1024;
    private const byte RowKind = 0;
    private const byte RejectKind = 1;

    private readonly FileStream _file = new(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, BufferBytes);
    private byte[] _row = new byte[4096];
    private int _length;

    public long Rows { get; private set; }

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    public void Begin(long line)
    {
        _length = 0;
        Byte(RowKind);
        Number((ulong)line);
    }

    public void Cell(int column, ReadOnlySpan<byte> text)
    {
        Number((ulong)column);
        Number((ulong)text.Length);
        Bytes(text);
    }

    public void End()
    {
        Flush();
        Rows++;
    }

    public void Reject(long line, ReadOnlySpan<byte> text, string reason)
    {
        const int most = 4096;
        _length = 0;
        Byte(RejectKind);
        Number((ulong)line);
        var shown = text.Length > most ? text[..most] : text;
        Number((ulong)shown.Length);
        Bytes(shown);
        Bytes(Encoding.UTF8.GetBytes(reason));
        Flush();
    }

    /// <param name="width">How many cells every row is given.</param>
    /// <param name="each">Told after every row which part was read, 0 … 1.</param>
    public void Read(int width, Action<TextRow> row, Action<long, string, string> reject, Action<double> each)
    {
        _file.Flush();
        _file.Position = 0;
        var text = new TextRow();
        Span<byte> prefix = stackalloc byte[4];
        var buffer = new byte[4096];
        long read = 0;
        while (_file.ReadAtLeast(prefix, 4, throwOnEndOfStream: false) == 4)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
            if (buffer.Length < length)
            {
                buffer = new byte[length * 2];
            }

            _file.ReadExactly(buffer, 0, length);
            read += length + 4;
            var at = 1;
            var line = (long)Number(buffer, ref at);
            if (buffer[0] == RejectKind)
            {
                var size = (int)Number(buffer, ref at);
                reject(line, Encoding.UTF8.GetString(buffer, at, size), Encoding.UTF8.GetString(buffer, at + size, length - at - size));
            }
            else
            {
                text.Reset(buffer, width, line);
                while (at < length)
                {
                    var column = (int)Number(buffer, ref at);
                    var size = (int)Number(buffer, ref at);
                    text.Set(column, at, size);
                    at += size;
                }

                row(text);
            }

            each(Length == 0 ? 1 : (double)read / Length);
        }
    }

    public void Dispose() => _file.Dispose();

    private void Flush()
    {
        Span<byte> prefix = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(prefix, _length);
        _file.Write(prefix);
        _file.Write(_row, 0, _length);
        Length += _length + 4;
    }

    private void Byte(byte value)
    {
        Room(1);
        _row[_length++] = value;
    }

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length);
        bytes.CopyTo(_row.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Seven bits a byte, the lowest first.</summary>
    private void Number(ulong value)
    {
        Room(10);
        while (value >= 0x80)
        {
            _row[_length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _row[_length++] = (byte)value;
    }

    private static ulong Number(byte[] buffer, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = buffer[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    private void Room(int more)
    {
        if (_length + more > _row.Length)
        {
            Array.Resize(ref _row, Math.Max(_row.Length * 2, _length + more));
        }
    }
}
