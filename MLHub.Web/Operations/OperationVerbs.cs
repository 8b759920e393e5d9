using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Options;
using MLHub.Core;
using MLHub.Core.Operations;
using MLHub.Core.Data;
using MLHub.Core.Storage;

namespace MLHub.Web.Operations;

/// <summary>The verbs that look after a server: copy it, bring it back, check it, tidy it. 0 is well, 1 is refused, 2 is done and something is lost.</summary>
internal static class OperationVerbs
{
    private const int Refused = 1;
    private const int Lost = 2;

    public static Task<int> BackupAsync(string[] args) => RunAsync(args, ["--check"], ["--keep", "--snapshot"], async (services, words, cancellationToken) =>
    {
        var target = words.Word("the folder or the .tar file of the backup");
        if (words.Has("--check"))
        {
            var verified = await services.GetRequiredService<HubRestore>().VerifyAsync(target, words.Value("--snapshot"), cancellationToken);
            return Tell($"The backup {verified.Snapshot} holds {Count(verified)}; every hash was compared.", verified.Lost);
        }

        var made = await services.GetRequiredService<HubBackup>().RunAsync(target, words.Number("--keep"), cancellationToken);
        return Tell($"The backup {made.Snapshot} in {target} holds {Count(made)}; {made.Copied} were copied now.", made.Lost);
    });

    public static Task<int> RestoreAsync(string[] args) => RunAsync(args, [], ["--snapshot"], async (services, words, cancellationToken) =>
    {
        var source = words.Word("the folder or the .tar file of the backup");
        var restored = await services.GetRequiredService<HubRestore>().RunAsync(source, words.Value("--snapshot"), cancellationToken);
        var code = Tell($"The server is as it was at {restored.At.ToString("u", CultureInfo.InvariantCulture)}, with {Count(restored)}.", restored.Lost);
        var report = await services.GetRequiredService<HubCheck>().RunAsync(new() { IsQuick = true }, cancellationToken);
        return Math.Max(code, Tell(report));
    });

    public static Task<int> CheckAsync(string[] args) => RunAsync(args, ["--quick", "--repair"], ["--from"], async (services, words, cancellationToken) =>
        Tell(await services.GetRequiredService<HubCheck>().RunAsync(
            new() { IsQuick = words.Has("--quick"), Repair = words.Has("--repair"), From = words.Value("--from") }, cancellationToken)));

    public static Task<int> CollectAsync(string[] args) => RunAsync(args, [], [], async (services, _, cancellationToken) =>
    {
        // Beside SQLite the running server collects by itself, and it alone keeps storing and removing apart.
        services.GetRequiredService<HubMigrator>().TakeFolder();
        await services.GetRequiredService<DatabaseSnapshot>().RequireSchemaAsync(cancellationToken);
        var census = await services.GetRequiredService<BlobCollector>().CollectAsync(cancellationToken);
        Console.WriteLine($"{census.Removed} blobs of {census.RemovedBytes} bytes that nothing named were removed; {census.Blobs} of {census.Bytes} bytes stay, {census.WaitingBytes} bytes of them unnamed but young.");
        return 0;
    });

    private static async Task<int> RunAsync(string[] args, string[] flags, string[] values, Func<IServiceProvider, VerbArguments, CancellationToken, Task<int>> act)
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        try
        {
            var words = new VerbArguments(args, flags, values);
            var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = [.. words.Settings], ContentRootPath = AppContext.BaseDirectory });
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            builder.Services.AddCore(builder.Configuration);
            using var host = builder.Build();
            host.Services.GetService<IStartupValidator>()?.Validate();
            return await act(host.Services, words, stop.Token);
        }
        catch (Exception problem) when (problem is InvalidOperationException or OptionsValidationException or AggregateException or IOException or UnauthorizedAccessException or DbException)
        {
            Console.Error.WriteLine(problem is AggregateException several ? string.Join(Environment.NewLine, several.InnerExceptions.Select(p => p.Message)) : problem.Message);
            return Refused;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped.");
            return Refused;
        }
    }

    private static string Count(BackupResult result) => $"{result.Blobs} blobs of {result.Bytes} bytes";

    private static int Tell(string done, IReadOnlyList<string> lost)
    {
        Console.WriteLine(done);
        foreach (var hash in lost)
        {
            Console.Error.WriteLine($"BLOB_LOST {hash} is missing or has other bytes");
        }

        return lost.Count == 0 ? 0 : Lost;
    }

    private static int Tell(CheckReport report)
    {
        foreach (var finding in report.Repaired)
        {
            Console.WriteLine($"repaired {finding.Code} {finding.Text}");
        }

        foreach (var finding in report.Findings)
        {
            (finding.IsHarmless ? Console.Out : Console.Error).WriteLine($"{finding.Code} {finding.Text}");
        }

        Console.WriteLine($"{report.Blobs} blobs of {report.Bytes} bytes {(report.IsWhole ? "read and compared" : "looked at by their length")}; {report.Findings.Count(f => !f.IsHarmless)} problems.");
        return report.IsSound ? 0 : Lost;
    }
}
