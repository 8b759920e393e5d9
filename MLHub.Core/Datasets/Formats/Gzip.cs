using System.IO.Compression;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>Unpacks gzip with a budget, so that a small file cannot fill the disk.</summary>
internal static class Gzip
{
    private const long FreeBytes = 64L * 1024 * 1024;
    private const int MaxRatio = 400;

    /// <param name="most">Stop after so many bytes.</param>
    /// <returns>False when it was stopped there.</returns>
    public static async Task<bool> UnpackAsync(string path, string target, long? most, CancellationToken cancellationToken)
    {
        await using var packed = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, FileOptions.SequentialScan);
        await using var content = new GZipStream(packed, CompressionMode.Decompress);
        await using var file = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
        var budget = FreeBytes + packed.Length * MaxRatio;
        var buffer = new byte[256 * 1024];
        uint length = 0;
        long total = 0;
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                total += read;
                length = unchecked(length + (uint)read);
                if (total > budget)
                {
                    throw HubException.Impossible("The gzip file unpacks to far more than any table would. It was not read.", "ARCHIVE_BOMB");
                }

                if (total >= most)
                {
                    return false;
                }
            }
        }
        catch (InvalidDataException)
        {
            throw Broken(total);
        }

        // The stream ends without a complaint when the file is cut; the last four bytes hold the length of the (last) content.
        if (packed.Length < 18 || !await EndsWellAsync(packed, length, cancellationToken))
        {
            throw Broken(total);
        }

        return true;
    }

    private static async Task<bool> EndsWellAsync(FileStream packed, uint length, CancellationToken cancellationToken)
    {
        packed.Position = packed.Length - 4;
        var last = new byte[4];
        await packed.ReadExactlyAsync(last, cancellationToken);
        var declared = BitConverter.ToUInt32(last);
        // Files of several members (from parallel or appending compressors) declare only the last one's length.
        return declared == length || (declared < length && declared > 0);
    }

    private static HubException Broken(long total) =>
        HubException.Impossible($"The gzip file is cut or damaged after {total} unpacked bytes. Download or pack it again; nothing of it was imported.", "GZIP_TRUNCATED");
}
