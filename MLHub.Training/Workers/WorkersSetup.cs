using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;
using MLHub.Core.Models;
using MLHub.Core.Queries;
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
        services.AddOptions<RemoteOptions>().Bind(configuration.GetSection(RemoteOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IJobExecutor, ChildProcessExecutor>();
        services.AddSingleton<IJobSource, LocalJobSource>();
        services.AddSandbox();
        services.AddSingleton<IImportPreviewer, ImportPreviewer>();
        services.AddHostedService<JobWorker>();
        services.AddHostedService<AlgorithmProbe>();
        return services;
    }

    /// <summary>A worker of a server on another machine: no database, no store, no secrets but its token.</summary>
    public static IServiceCollection AddRemoteWorker(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<HubOptions>().Bind(configuration.GetSection(HubOptions.Section)).PostConfigure(hub => hub.DataPath = hub.DataPath.Length > 0 ? hub.DataPath : DefaultFolder);
        services.AddOptions<QueryOptions>().Bind(configuration.GetSection(QueryOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<JobOptions>().Bind(configuration.GetSection(JobOptions.Section)).ValidateDataAnnotations()
            .Validate(o => o.Slots > 0, "MLHub:Jobs:Slots is 0: a worker that takes no jobs has nothing to do.").ValidateOnStart();
        services.AddOptions<RemoteOptions>().Bind(configuration.GetSection(RemoteOptions.Section)).ValidateDataAnnotations()
            .Validate(o => Uri.TryCreate(o.Hub, UriKind.Absolute, out var hub) && hub.Scheme is "http" or "https", "--hub must be the address of the server, such as https://mlhub.example.org.")
            .Validate(o => o.Token.Length > 0 || o.TokenFile.Length == 0 || File.Exists(o.TokenFile), "The file of --token-file is not there.")
            .Validate(o => o.Token.Length > 0 || o.TokenFile.Length > 0, "--token is missing: an administrator makes one on the page \"Workers\".")
            .ValidateOnStart();
        services.AddSingleton<IJobExecutor, ChildProcessExecutor>();
        services.AddSingleton<IJobSource, RemoteJobSource>();
        services.AddHostedService<JobWorker>();
        return services;
    }

    private static string DefaultFolder =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "mlhub-worker");
}
