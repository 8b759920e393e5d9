using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;

namespace MLHub.Core.Experiments;

public static class ExperimentsSetup
{
    public static IServiceCollection AddExperiments(this IServiceCollection services)
    {
        services.AddSingleton<ExperimentService>();
        services.AddSingleton<RunService>();
        services.AddSingleton<RunResults>();
        services.AddSingleton<RunPredictions>();
        services.AddSingleton<TrainingService>();
        services.AddSingleton<IJobOwner, TrainRunOwner>();
        services.AddSingleton<IVersionUses, RunVersionUses>();
        return services;
    }
}
