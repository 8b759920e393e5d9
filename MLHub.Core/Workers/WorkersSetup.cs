using Microsoft.Extensions.DependencyInjection;

namespace MLHub.Core.Workers;

public static class WorkersSetup
{
    /// <summary>Machines that compute for this server. Needs <c>AddJobs</c>.</summary>
    public static IServiceCollection AddRemoteWorkers(this IServiceCollection services)
    {
        services.AddSingleton<WorkerService>();
        services.AddSingleton<RemoteDesk>();
        return services;
    }
}
