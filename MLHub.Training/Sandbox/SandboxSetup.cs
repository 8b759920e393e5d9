using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Queries;

namespace MLHub.Training.Sandbox;

public static class SandboxSetup
{
    public static IServiceCollection AddSandbox(this IServiceCollection services)
    {
        services.AddSingleton(provider => new QuerySandbox(
            provider.GetRequiredService<IOptions<HubOptions>>().Value.PathOf("work"), provider.GetRequiredService<IOptions<QueryOptions>>().Value)
        {
            KeepsReady = true,
        });
        services.AddSingleton<IQuerySandbox>(provider => provider.GetRequiredService<QuerySandbox>());
        services.AddHostedService<SandboxSelfTest>();
        return services;
    }

    /// <summary>The sandbox of a handler in a job's child; its processes live in the job's own scratch folder.</summary>
    public static IQuerySandbox CreateForJob() => new QuerySandbox(
        Path.GetTempPath(),
        Environment.GetEnvironmentVariable(QueryOptions.JobVariable) is { Length: > 0 } terms ? HubJson.Read<QueryOptions>(terms) : new QueryOptions());
}
