using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MLHub.Core.Accounts;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Home;
using MLHub.Core.Idempotency;
using MLHub.Core.Jobs;
using MLHub.Core.Models;
using MLHub.Core.Operations;
using MLHub.Core.Queries;
using MLHub.Core.Recipes;
using MLHub.Core.Storage;
using MLHub.Core.Usage;
using MLHub.Core.Workers;
using MLHub.Core.Workspaces;

namespace MLHub.Core;

public static class CoreSetup
{
    /// <summary>All features of the domain.</summary>
    public static IServiceCollection AddCore(this IServiceCollection services, IConfiguration configuration) => services
        .AddData(configuration)
        .AddStorage(configuration)
        .AddJobs(configuration)
        .AddRemoteWorkers()
        .AddAccounts(configuration)
        .AddWorkspaces()
        .AddDatasets(configuration)
        .AddQueries(configuration)
        .AddRecipes(configuration)
        .AddExperiments(configuration)
        .AddModels()
        .AddUsage()
        .AddOperations()
        .AddHome()
        .AddIdempotency();
}
