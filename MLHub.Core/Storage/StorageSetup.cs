using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MLHub.Core.Storage;

public static class StorageSetup
{
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection(StorageOptions.Section)).ValidateDataAnnotations()
            .Validate(o => o.Kind != StorageKind.S3 || o.S3.Bucket.Length > 0, "MLHub:Storage:S3:Bucket is missing.")
            .Validate(
                o => o.S3.ServiceUrl.Length == 0 || Uri.TryCreate(o.S3.ServiceUrl, UriKind.Absolute, out _),
                "MLHub:Storage:S3:ServiceUrl must be an absolute address such as https://s3.example.org.")
            .Validate(
                o => o.S3.AccessKey.Length == 0 == (o.S3.SecretKey.Length == 0),
                "MLHub:Storage:S3 needs both AccessKey and SecretKey, or neither.")
            .ValidateOnStart();
        services.AddSingleton<StorageSpace>();
        services.AddSingleton<BlobSeal>();
        services.AddSingleton<StagingFolder>();
        if (configuration.GetValue<StorageKind?>($"{StorageOptions.Section}:Kind") == StorageKind.S3)
        {
            services.AddSingleton<BlobCache>();
            services.AddSingleton<IBlobStore, S3BlobStore>();
        }
        else
        {
            services.AddSingleton<IBlobStore, LocalBlobStore>();
        }

        services.AddSingleton<CollectionGate>();
        services.AddSingleton<BlobCollector>();
        services.AddSingleton<StorageQuota>();
        services.AddHostedService<StorageSelfTest>();
        services.AddHostedService<BlobSweeper>();
        return services;
    }
}
