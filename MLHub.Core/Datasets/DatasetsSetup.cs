using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Datasets.Comparison;
using MLHub.Core.Datasets.Formats;
using MLHub.Core.Datasets.Trash;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;

namespace MLHub.Core.Datasets;

public static class DatasetsSetup
{
    public static IServiceCollection AddDatasets(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DatasetOptions>().Bind(configuration.GetSection(DatasetOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddDataProtection();
        services.AddSingleton<RowViewCache>();
        services.AddSingleton<RowEngine>();
        services.AddSingleton<VersionFiles>();
        services.AddSingleton<IJobOwner, ImportOwner>();
        services.AddSingleton<DatasetService>();
        services.AddSingleton<DatasetSharing>();
        services.AddSingleton<DatasetLayoutService>();
        services.AddSingleton<DatasetReader>();
        services.AddSingleton<ColumnPairService>();
        services.AddSingleton<DatasetExport>();
        services.AddSingleton<DatasetUploadService>();
        services.AddSingleton<DatasetVersionService>();
        services.AddSingleton<IVersionUses, DatasetVersionUses>();
        services.AddSingleton<DatasetDiffService>();
        services.AddSingleton<TrashService>();
        services.AddSingleton<IStorageUse, DatasetStorageUse>();
        services.AddHostedService<TrashSweeper>();
        services.AddSingleton<ImportPreviewService>();
        services.AddHostedService<UploadSweeper>();
        return services;
    }

    /// <summary>What the child process of an import needs.</summary>
    public static ImportHandler CreateImportHandler() => new(Formats());

    /// <summary>What the child process of a preview needs.</summary>
    public static ImportPreviewHandler CreatePreviewHandler() => new(Formats());

    /// <summary>They are tried in this order.</summary>
    private static IDatasetFormat[] Formats() => [new ParquetFormat(), new ExcelFormat(), new JsonFormat(), new DelimitedFormat()];
}
