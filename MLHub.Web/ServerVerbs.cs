using Microsoft.Extensions.Options;
using MLHub.Core;
using MLHub.Core.Data;
using MLHub.Training;
using MLHub.Training.Workers;
using MLHub.Web.Operations;

namespace MLHub.Web;

/// <summary>The verbs that people use: serve, work, migrate.</summary>
internal static class ServerVerbs
{
    public static async Task<int> ServeAsync(string[] args)
    {
        var builder = CreateBuilder(args);
        builder.AddHub();
        await using var app = builder.Build();
        return await RunAsync(app, async () =>
        {
            app.UseHub();
            app.ListenForMetrics();
            await app.RunAsync();
            return 0;
        });
    }

    /// <summary>A worker: of a server on another machine with <c>--hub</c>, else on the same database and store. SQLite belongs to one process, so that needs PostgreSQL.</summary>
    public static async Task<int> WorkAsync(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddCommandLine(args, new Dictionary<string, string>
        {
            ["--hub"] = $"{RemoteOptions.Section}:{nameof(RemoteOptions.Hub)}",
            ["--token"] = $"{RemoteOptions.Section}:{nameof(RemoteOptions.Token)}",
            ["--token-file"] = $"{RemoteOptions.Section}:{nameof(RemoteOptions.TokenFile)}",
            ["--labels"] = $"{RemoteOptions.Section}:{nameof(RemoteOptions.Labels)}",
        });
        if (builder.Configuration[$"{RemoteOptions.Section}:{nameof(RemoteOptions.Hub)}"] is { Length: > 0 })
        {
            builder.Services.AddRemoteWorker(builder.Configuration);
            using var remote = builder.Build();
            return await RunAsync(remote, async () =>
            {
                await remote.RunAsync();
                return Environment.ExitCode;
            });
        }

        builder.Services.AddCore(builder.Configuration).AddTraining().AddWorkers(builder.Configuration);
        using var host = builder.Build();
        return await RunAsync(host, async () =>
        {
            await host.RunAsync();
            return 0;
        });
    }

    public static async Task<int> MigrateAsync(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddCore(builder.Configuration).AddTraining().AddWorkers(builder.Configuration);
        using var host = builder.Build();
        return await RunAsync(host, () =>
        {
            Console.WriteLine("The database has this program's schema.");
            return Task.FromResult(0);
        });
    }

    /// <summary>Asks a running server whether it is ready; for containers, which have no other program to ask with.</summary>
    public static async Task<int> HealthAsync(string[] args)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var answer = await http.GetAsync(new Uri($"{args.FirstOrDefault() ?? "http://localhost:5080"}/health/ready"));
            Console.WriteLine(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or TaskCanceledException)
        {
            Console.Error.WriteLine(unreachable.Message);
            return 1;
        }
    }

    public static int Help()
    {
        Console.WriteLine(
            """
            mlhub                    serve, with a worker inside
            mlhub worker             only work: takes jobs from the same database and store
            mlhub worker --hub https://… --token …
                                     work for a server on another machine, which needs neither its database nor its store;
                                     --token-file FILE hides the token from who lists processes, --labels a,b tells about this machine
            mlhub migrate            bring the database to this program's schema and end
            mlhub health [address]   ask a running server whether it is ready

            mlhub backup TARGET      copy database, keys and files while the server works, into a folder (the next time only
                                     what is new; --keep N leaves so many snapshots) or into a file that ends in .tar
                                     --check compares every hash of a backup instead
            mlhub restore SOURCE     make an empty server what the backed up one was; --snapshot NAME takes an older one
            mlhub fsck               compare rows with bytes and with each other; --quick reads no bytes, --repair removes
                                     what is left over, --from FOLDER puts lost bytes back out of a backup
            mlhub gc                 remove bytes that nothing names; a running server does so by itself

            Settings stand in appsettings.json beside the program; each can be given as MLHub__Section__Name in the environment
            or as --MLHub:Section:Name=value. --urls http://… changes the address, MLHub__DataPath the folder of all state.
            """);
        return 0;
    }

    /// <summary>Settings lie beside the program, wherever it is started from; environment and command line override them.</summary>
    private static WebApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        // Static files of packages are found in an unpublished build, too, whatever the environment is called.
        builder.WebHost.UseStaticWebAssets();
        // A service that cannot be made is found at the start, not by the first user who needs it.
        builder.Host.UseDefaultServiceProvider(services => services.ValidateOnBuild = services.ValidateScopes = true);
        return builder;
    }

    /// <summary>Checks all settings, then the database, and only then starts; what is wrong is said in words, not in a stack trace.</summary>
    private static async Task<int> RunAsync(IHost host, Func<Task<int>> run)
    {
        try
        {
            host.Services.GetService<IStartupValidator>()?.Validate();
            if (host.Services.GetService<HubMigrator>() is { } migrator)
            {
                await migrator.MigrateAsync(CancellationToken.None);
            }
        }
        catch (AggregateException problems) when (problems.InnerExceptions.All(p => p is OptionsValidationException))
        {
            return Refuse(problems.InnerExceptions.OfType<OptionsValidationException>().SelectMany(p => p.Failures));
        }
        catch (OptionsValidationException problem)
        {
            return Refuse(problem.Failures);
        }
        catch (InvalidOperationException problem)
        {
            return Refuse([problem.Message]);
        }

        return await run();
    }

    private static int Refuse(IEnumerable<string> problems)
    {
        Console.Error.WriteLine("MLHub cannot start:");
        foreach (var problem in problems)
        {
            Console.Error.WriteLine($"  - {problem}");
        }

        return 1;
    }
}
