using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments.Trials;
using MLHub.Core.Jobs;
using MLHub.Core.Storage;
using MLHub.Core.Training;

namespace MLHub.Core.Experiments;

public static class ExperimentsSetup
{
    public static IServiceCollection AddExperiments(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ExperimentOptions>().Bind(configuration.GetSection(ExperimentOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IDatasetUses, RunDatasetUses>();
        services.AddSingleton<ExperimentService>();
        services.AddSingleton<RunService>();
        services.AddSingleton<RunSearch>();
        services.AddSingleton<RunTableService>();
        services.AddSingleton<RunComparison>();
        services.AddSingleton<RunResults>();
        services.AddSingleton<RunPredictions>();
        services.AddSingleton<RunArtifactService>();
        services.AddSingleton<IStorageUse, ArtifactStorageUse>();
        services.AddSingleton<ExternalRunService>();
        services.AddHostedService<SilentRunWatch>();
        // Whoever brings learners registers a catalogue of them after this one; without, data can be worked with all the same.
        services.TryAddSingleton(new AlgorithmCatalog([]));
        services.AddSingleton<TrainingService>();
        services.AddSingleton<IJobOwner, TrainRunOwner>();
        services.AddSingleton<TrialFlow>();
        services.AddSingleton<IJobOwner, TrialOwner>();
        services.AddSingleton<SearchService>();
        services.AddSingleton<IVersionUses, RunVersionUses>();
        return services;
    }
}
