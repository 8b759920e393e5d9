using Microsoft.Extensions.DependencyInjection;

namespace MLHub.Training.Workers;

public static class WorkersSetup
{
    /// <summary>The worker of this process. How many jobs it takes at a time is a setting; 0 takes none.</summary>
    public static IServiceCollection AddWorkers(this IServiceCollection services)
    {
        services.AddSingleton<IJobExecutor, ChildProcessExecutor>();
        services.AddHostedService<JobWorker>();
        services.AddHostedService<AlgorithmProbe>();
        return services;
    }
}
