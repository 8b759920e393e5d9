using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Common;

namespace MLHub.Core.Jobs;

public static class JobsSetup
{
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<JobOptions>().Bind(configuration.GetSection(JobOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<News>();
        services.AddSingleton<JobQueue>();
        services.AddSingleton<JobOwners>();
        services.AddSingleton<JobDesk>();
        services.AddSingleton<JobService>();
        services.AddHostedService<JobWatch>();
        return services;
    }
}
