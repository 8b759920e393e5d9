using System.Buffers.Binary;
using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Training.Sandbox;

/// <summary>Messages between the server and a sandbox: four bytes of length, then JSON. Whoever announces too much is not listened to.</summary>
internal static class Frames
{
    public const int MaxBytes = 64 * 1024 * 1024;

    public static async Task WriteAsync<T>(Stream stream, T message, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message, HubJson.Options);
        var frame = new byte[body.Length + 4];
        BinaryPrimitives.WriteInt32LittleEndian(frame, body.Length);
        body.CopyTo(frame, 4);
        await stream.WriteAsync(frame, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <returns><c>null</c> when the stream ends before a whole message.</returns>
    /// <exception cref="JsonException">It is no such message.</exception>
    public static async Task<T?> ReadAsync<T>(Stream stream, CancellationToken cancellationToken)
        where T : class
    {
        var head = new byte[4];
        if (await stream.ReadAtLeastAsync(head, 4, throwOnEndOfStream: false, cancellationToken) < 4)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length is <= 0 or > MaxBytes)
        {
            throw new JsonException($"A message of {length} bytes is not one.");
        }

        var body = new byte[length];
        if (await stream.ReadAtLeastAsync(body, length, throwOnEndOfStream: false, cancellationToken) < length)
        {
            return null;
        }

        return JsonSerializer.Deserialize<T>(body, HubJson.Options);
    }
}
