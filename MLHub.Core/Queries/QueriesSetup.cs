using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MLHub.Core.Queries;

public static class QueriesSetup
{
    public static IServiceCollection AddQueries(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<QueryOptions>().Bind(configuration.GetSection(QueryOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<SandboxStatus>();
        return services;
    }
}
