using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MLHub.Core.Jobs;
using MLHub.Core.Training;
using MLHub.Training.Algorithms;
using MLHub.Training.Models;
using MLHub.Training.Runs;
using MLHub.Training.Search;

namespace MLHub.Training;

/// <summary>Registers how models are made.</summary>
public static class TrainingSetup
{
    /// <summary>Loads no native library: that happens when a job trains.</summary>
    public static IServiceCollection AddTraining(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new AlgorithmCatalog(AlgorithmList.All.Select(a => a.Descriptor)));
        foreach (var algorithm in AlgorithmList.All)
        {
            services.AddSingleton(algorithm);
        }

        services.AddSingleton<IJobHandler, TrainRunHandler>();
        services.AddSingleton<IJobHandler, TrialHandler>();
        services.AddSingleton<IJobHandler, BatchPredictHandler>();
        return services;
    }
}
