using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace MLHub.Core.Storage;

/// <summary>
/// Blobs as objects in a bucket. Content is spooled to the local disk first, because its key is its hash; the spooled file
/// then serves as the cached copy.
/// </summary>
public sealed class S3BlobStore : IBlobStore, IDisposable
{
    private readonly S3Options _options;
    private readonly StagingFolder _staging;
    private readonly BlobCache _cache;
    private readonly AmazonS3Client _client;
    private readonly BlobTraffic _traffic = new();
    private readonly TimeSpan _freshFor;
    private readonly TimeProvider _time;

    public S3BlobStore(IOptions<StorageOptions> options, StagingFolder staging, BlobCache cache, TimeProvider time)
    {
        _options = options.Value.S3;
        _freshFor = TimeSpan.FromHours(options.Value.GraceHours) / 2;
        _time = time;
        _staging = staging;
        _cache = cache;
        _client = Connect(_options);
    }

    public async Task<BlobRef> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        var (path, blob) = await _staging.WriteAsync(content, cancellationToken);
        await StoreAsync(path, blob, cancellationToken);
        return blob;
    }

    public async Task<BlobRef> PutFileAsync(string path, CancellationToken cancellationToken)
    {
        BlobRef blob;
        await using (var file = File.OpenRead(path))
        {
            blob = await StagingFolder.HashAsync(file, cancellationToken);
        }

        await StoreAsync(path, blob, cancellationToken);
        return blob;
    }

    public async Task<Stream> OpenAsync(BlobHash hash, CancellationToken cancellationToken) =>
        new S3ReadStream(_client, _options.Bucket, BlobPath.Key(hash), (await HeadAsync(hash, cancellationToken))?.Length ?? throw Missing(hash));

    public Task<BlobFile> FetchAsync(BlobHash hash, CancellationToken cancellationToken) =>
        _cache.GetAsync(hash, path => DownloadAsync(hash, path, cancellationToken), cancellationToken);

    public async Task<bool> ExistsAsync(BlobHash hash, CancellationToken cancellationToken) => await HeadAsync(hash, cancellationToken) is not null;

    public async Task<bool> DeleteAsync(BlobHash hash, DateTime storedBefore, CancellationToken cancellationToken)
    {
        using var pass = _traffic.TryRemove(hash);
        if (pass is null || (await HeadAsync(hash, cancellationToken))?.StoredAt >= storedBefore)
        {
            return false;
        }

        await _client.DeleteObjectAsync(_options.Bucket, BlobPath.Key(hash), cancellationToken);
        _cache.Drop(hash);
        return true;
    }

    public async IAsyncEnumerable<StoredBlob> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _options.Bucket, Prefix = BlobPath.KeyPrefix };
        ListObjectsV2Response page;
        do
        {
            page = await _client.ListObjectsV2Async(request, cancellationToken);
            foreach (var item in page.S3Objects ?? [])
            {
                if (BlobHash.TryParse(item.Key[(item.Key.LastIndexOf('/') + 1)..], out var hash))
                {
                    yield return new(hash, item.Size ?? 0, (item.LastModified ?? default).ToUniversalTime());
                }
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    public void Dispose() => _client.Dispose();

    /// <summary>
    /// Puts bytes, gets them back whole and in part, and compares. Some servers that call themselves S3 store the framing of
    /// an upload as content or answer ranges with wrong bytes: better to learn it at the start.
    /// </summary>
    internal async Task TestAsync(CancellationToken cancellationToken)
    {
        try
        {
            await EnsureBucketAsync(cancellationToken);
            var bytes = new byte[300_000];
            new Random(1).NextBytes(bytes);
            var key = $"self-test/{Guid.CreateVersion7():N}";
            using (var content = new MemoryStream(bytes))
            {
                await _client.PutObjectAsync(new PutObjectRequest { BucketName = _options.Bucket, Key = key, InputStream = content, UseChunkEncoding = _options.ChunkedUploads }, cancellationToken);
            }

            var stream = new S3ReadStream(_client, _options.Bucket, key, bytes.Length);
            await using (stream)
            {
                var whole = new byte[bytes.Length];
                await stream.ReadExactlyAsync(whole, cancellationToken);
                stream.Position = 123_456;
                var part = new byte[1000];
                await stream.ReadExactlyAsync(part, cancellationToken);
                if (!whole.AsSpan().SequenceEqual(bytes) || !part.AsSpan().SequenceEqual(bytes.AsSpan(123_456, 1000)))
                {
                    throw new InvalidOperationException(
                        "The S3 server gave back other bytes than were stored. Try MLHub:Storage:S3:ChunkedUploads=false and ChecksumMode=WhenRequired; do not use this server otherwise.");
                }
            }

            await _client.DeleteObjectAsync(_options.Bucket, key, cancellationToken);
        }
        catch (AmazonServiceException failed)
        {
            throw new InvalidOperationException($"The S3 storage at {_options.ServiceUrl} (bucket {_options.Bucket}) does not work: {failed.ErrorCode} {failed.Message}", failed);
        }
    }

    private static AmazonS3Client Connect(S3Options options)
    {
        var config = new AmazonS3Config
        {
            AuthenticationRegion = options.Region,
            ForcePathStyle = options.ForcePathStyle,
            RequestChecksumCalculation = options.ChecksumMode == S3ChecksumMode.WhenSupported ? RequestChecksumCalculation.WHEN_SUPPORTED : RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = options.ChecksumMode == S3ChecksumMode.WhenSupported ? ResponseChecksumValidation.WHEN_SUPPORTED : ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.ServiceUrl.Length > 0)
        {
            config.ServiceURL = options.ServiceUrl;
        }
        else
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        }

        return options.AccessKey.Length > 0
            ? new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey), config)
            : new AmazonS3Client(config);
    }

    private static FileNotFoundException Missing(BlobHash hash) => new($"There is no blob {hash}.", BlobPath.Key(hash));

    private async Task EnsureBucketAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _options.Bucket, MaxKeys = 1 }, cancellationToken);
        }
        catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            await _client.PutBucketAsync(new PutBucketRequest { BucketName = _options.Bucket }, cancellationToken);
        }
    }

    private async Task StoreAsync(string path, BlobRef blob, CancellationToken cancellationToken)
    {
        try
        {
            using var pass = await _traffic.StoreAsync(blob.Hash);
            // Sending the same object twice is harmless, so a lost answer may be repeated; a longer or shorter one is a broken leftover.
            // One that is there but old is sent again, which dates it anew: garbage collection might be about to take it.
            if (await HeadAsync(blob.Hash, cancellationToken) is not { } there || there.Length != blob.Length || there.StoredAt < _time.GetUtcNow().UtcDateTime - _freshFor)
            {
                await UploadAsync(path, blob, cancellationToken);
            }

            _cache.Adopt(path, blob);
        }
        catch (AmazonS3Exception full) when (full.StatusCode == HttpStatusCode.InsufficientStorage || full.ErrorCode is "QuotaExceeded" or "EntityTooLarge")
        {
            throw StorageSpace.Full();
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task UploadAsync(string path, BlobRef blob, CancellationToken cancellationToken)
    {
        var key = BlobPath.Key(blob.Hash);
        // S3 allows 10 000 parts.
        var partBytes = Math.Max(_options.PartMegabytes * 1024L * 1024, (blob.Length + 9_999) / 10_000);
        if (blob.Length <= partBytes)
        {
            await using var content = File.OpenRead(path);
            await _client.PutObjectAsync(
                new PutObjectRequest { BucketName = _options.Bucket, Key = key, InputStream = content, AutoCloseStream = false, UseChunkEncoding = _options.ChunkedUploads }, cancellationToken);
            return;
        }

        var begun = await _client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = _options.Bucket, Key = key }, cancellationToken);
        try
        {
            var complete = new CompleteMultipartUploadRequest { BucketName = _options.Bucket, Key = key, UploadId = begun.UploadId, PartETags = [] };
            var number = 1;
            for (long position = 0; position < blob.Length; position += partBytes)
            {
                var part = await _client.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = _options.Bucket,
                        Key = key,
                        UploadId = begun.UploadId,
                        PartNumber = number++,
                        FilePath = path,
                        FilePosition = position,
                        PartSize = Math.Min(partBytes, blob.Length - position),
                        UseChunkEncoding = _options.ChunkedUploads,
                    },
                    cancellationToken);
                complete.AddPartETags(part);
            }

            await _client.CompleteMultipartUploadAsync(complete, cancellationToken);
        }
        catch
        {
            await _client.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = _options.Bucket, Key = key, UploadId = begun.UploadId }, CancellationToken.None);
            throw;
        }
    }

    private async Task<StoredBlob?> HeadAsync(BlobHash hash, CancellationToken cancellationToken)
    {
        try
        {
            var head = await _client.GetObjectMetadataAsync(_options.Bucket, BlobPath.Key(hash), cancellationToken);
            return new(hash, head.ContentLength, (head.LastModified ?? default).ToUniversalTime());
        }
        catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task DownloadAsync(BlobHash hash, string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _client.GetObjectAsync(_options.Bucket, BlobPath.Key(hash), cancellationToken);
            await using var file = File.Create(path);
            await answer.ResponseStream.CopyToAsync(file, cancellationToken);
        }
        catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            throw Missing(hash);
        }
    }
}
