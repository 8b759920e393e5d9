using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Jobs;
using MLHub.Core.Models;

namespace MLHub.Core;

public static class CoreSetup
{
    /// <summary>All features of the domain.</summary>
    public static IServiceCollection AddCore(this IServiceCollection services, IConfiguration configuration) => services
        .AddData(configuration)
        .AddJobs(configuration)
        .AddExperiments()
        .AddModels();
}
