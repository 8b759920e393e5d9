using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace MLHub.Tests.Support;

/// <summary>A bucket of its own on the test run's S3 server, emptied and removed afterwards.</summary>
public sealed class S3Bucket : IAsyncDisposable
{
    private S3Bucket(string endpoint)
    {
        Endpoint = endpoint;
        AccessKey = Environment.GetEnvironmentVariable("MLHUB_TEST_S3_ACCESS_KEY") ?? "";
        SecretKey = Environment.GetEnvironmentVariable("MLHUB_TEST_S3_SECRET_KEY") ?? "";
        Region = Environment.GetEnvironmentVariable("MLHUB_TEST_S3_REGION") ?? "us-east-1";
        Client = new AmazonS3Client(
            new BasicAWSCredentials(AccessKey, SecretKey),
            new AmazonS3Config { ServiceURL = endpoint, ForcePathStyle = true, AuthenticationRegion = Region });
    }

    public string Endpoint { get; }

    public string AccessKey { get; }

    public string SecretKey { get; }

    public string Region { get; }

    public string Name { get; } = $"test-{Guid.NewGuid():N}";

    public AmazonS3Client Client { get; }

    public static async Task<S3Bucket> CreateAsync()
    {
        var bucket = new S3Bucket(Need.S3Endpoint);
        await bucket.Client.PutBucketAsync(bucket.Name);
        return bucket;
    }

    public async ValueTask DisposeAsync()
    {
        var objects = await Client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Name });
        for (var round = 0; objects.S3Objects is { Count: > 0 } found; round++)
        {
            Assert.True(round < 100, "The bucket does not become empty.");
            await Client.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = Name, Objects = found.ConvertAll(o => new KeyVersion { Key = o.Key }) });
            objects = await Client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Name });
        }

        await Client.DeleteBucketAsync(Name);
        Client.Dispose();
    }
}
