using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;

namespace MLHub.Core.Models;

public static class ModelsSetup
{
    public static IServiceCollection AddModels(this IServiceCollection services)
    {
        services.AddSingleton<IDatasetUses, ModelDatasetUses>();
        services.AddSingleton<ModelService>();
        services.AddSingleton<ModelSharing>();
        services.AddSingleton<PredictionService>();
        services.AddSingleton<ModelUsage>();
        services.AddSingleton<IRunFollower, RegisterFinishedRun>();
        services.AddSingleton<ModelComparison>();
        services.AddSingleton<ModelDownload>();
        services.AddSingleton<BatchPredictionService>();
        services.AddSingleton<IJobOwner, BatchPredictionOwner>();
        services.AddSingleton<IVersionUses, BatchVersionUses>();
        services.AddSingleton<IVersionUses, ModelVersionUses>();
        services.AddSingleton<IStorageUse, ModelStorageUse>();
        return services;
    }
}
