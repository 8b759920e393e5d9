using Amazon.S3;
using Amazon.S3.Model;

namespace MLHub.Core.Storage;

/// <summary>Reads an object from any offset: one ranged request that is read on as long as nobody seeks.</summary>
internal sealed class S3ReadStream(AmazonS3Client client, string bucket, string key, long length) : Stream
{
    private GetObjectResponse? _answer;
    private long _position;
    private long _answerPosition;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= length || buffer.IsEmpty)
        {
            return 0;
        }

        if (_answer is null || _answerPosition != _position)
        {
            _answer?.Dispose();
            // A range that covers the whole object is left out: the answer then carries a checksum that the client verifies.
            var range = _position == 0 ? null : new ByteRange(_position, length - 1);
            _answer = await client.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = key, ByteRange = range }, cancellationToken);
            _answerPosition = _position;
        }

        var read = await _answer.ResponseStream.ReadAsync(buffer, cancellationToken);
        if (read == 0)
        {
            throw new EndOfStreamException($"The object {key} ended at {_position} of {length} bytes.");
        }

        _position += read;
        _answerPosition = _position;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("This stream comes over the network; read it asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _answer?.Dispose();
        }

        base.Dispose(disposing);
    }
}
