using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Datasets;
using MLHub.Core.Models;
using MLHub.Training.Models;
using MLHub.Training.Sandbox;

namespace MLHub.Training.Workers;

public static class WorkersSetup
{
    /// <summary>The worker of this process and the processes that predict. How many jobs it takes at a time is a setting; 0 takes none.</summary>
    public static IServiceCollection AddWorkers(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ScoringOptions>().Bind(configuration.GetSection(ScoringOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IPredictor, ScoringPool>();
        services.AddSingleton<IJobExecutor, ChildProcessExecutor>();
        services.AddSandbox();
        services.AddSingleton<IImportPreviewer, ImportPreviewer>();
        services.AddHostedService<JobWorker>();
        services.AddHostedService<AlgorithmProbe>();
        return services;
    }
}
