using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Jobs;

namespace MLHub.Core.Queries;

public static class QueriesSetup
{
    public static IServiceCollection AddQueries(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<QueryOptions>().Bind(configuration.GetSection(QueryOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<SandboxStatus>();
        services.AddSingleton<QueryTurns>();
        services.AddSingleton<QueryService>();
        services.AddSingleton<IJobOwner, QueryOwner>();
        return services;
    }
}
