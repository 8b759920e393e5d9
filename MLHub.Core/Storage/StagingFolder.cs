using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using MLHub.Core.Data;

namespace MLHub.Core.Storage;

/// <summary>Files that are not blobs yet. It lies on the file system of the blobs, so that becoming one is a rename.</summary>
public sealed class StagingFolder(IOptions<HubOptions> hub, StorageSpace space)
{
    private const int BufferBytes = 128 * 1024;
    private const long CheckEveryBytes = 64L * 1024 * 1024;

    public string Root { get; } = hub.Value.PathOf("staging");

    /// <summary>A path in the folder for a thing with an id of ours.</summary>
    public string PathOf(Guid id)
    {
        Directory.CreateDirectory(Root);
        return Path.Combine(Root, id.ToString("N"));
    }

    /// <summary>Writes a stream into a new staging file and forces it to the disk. Leaves no file behind when it fails.</summary>
    internal async Task<(string Path, BlobRef Blob)> WriteAsync(Stream content, CancellationToken cancellationToken)
    {
        var path = PathOf(Guid.CreateVersion7());
        try
        {
            return (path, await WriteAsync(path, content, cancellationToken));
        }
        catch (IOException full) when (full.IsDiskFull())
        {
            File.Delete(path);
            throw StorageSpace.Full();
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Forces an existing file to the disk and says what is in it.</summary>
    internal static async Task<BlobRef> SealAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, new FileStreamOptions { Access = FileAccess.ReadWrite, Mode = FileMode.Open, Share = FileShare.Read, BufferSize = 0, Options = FileOptions.Asynchronous });
        file.Flush(flushToDisk: true);
        return await HashAsync(file, cancellationToken);
    }

    internal static async Task<BlobRef> HashAsync(Stream content, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long length = 0;
            int read;
            while ((read = await content.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellationToken)) > 0)
            {
                sha.AppendData(buffer, 0, read);
                length += read;
            }

            return new(BlobHash.FromBytes(sha.GetHashAndReset()), length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<BlobRef> WriteAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        space.Require(0);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using var file = new FileStream(path, new FileStreamOptions { Access = FileAccess.Write, Mode = FileMode.CreateNew, Share = FileShare.None, BufferSize = 0, Options = FileOptions.Asynchronous });
            long length = 0;
            var checkAt = CheckEveryBytes;
            int read;
            while ((read = await content.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellationToken)) > 0)
            {
                sha.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                length += read;
                if (length >= checkAt)
                {
                    space.Require(0);
                    checkAt = length + CheckEveryBytes;
                }
            }

            file.Flush(flushToDisk: true);
            return new(BlobHash.FromBytes(sha.GetHashAndReset()), length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
