using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Options;
using MLHub.Core.Jobs;
using MLHub.Tests.Support;
using MLHub.Training.Workers;

namespace MLHub.Tests.Jobs;

/// <summary>The supervisor with real children that misbehave: shell scripts in place of the program.</summary>
public sealed class ChildProcessExecutorTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_the_child_reports_is_heard_and_its_result_comes_last()
    {
        var heard = new List<ChildMessage>();

        var end = await RunAsync("""echo '{"progress":{"value":0.5,"stage":"reading"}}'; echo '{"result":{"rows":3}}'""", heard: heard.Add);

        Assert.Equal(0.5, Assert.Single(heard).Progress!.Value);
        Assert.Equal(3, end.Result!.Value.GetProperty("rows").GetInt32());
    }

    [Fact]
    public async Task A_native_crash_is_a_failure_with_a_readable_reason()
    {
        var end = await RunAsync("kill -SEGV $$");

        Assert.Equal("JOB_CRASHED", end.Failure!.Code);
        Assert.Contains("SIGSEGV", end.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_end_without_a_result_is_a_failure_even_with_exit_code_zero()
    {
        var end = await RunAsync("echo 'this is not a message'; exit 0");

        Assert.Equal("JOB_CRASHED", end.Failure!.Code);
    }

    [Fact]
    public async Task A_child_that_takes_too_much_memory_is_killed_and_the_limit_is_named()
    {
        var end = await RunAsync("exec perl -e '$x = \"a\" x 900_000_000; sleep 60'", memoryMegabytes: 300);

        Assert.Equal("OUT_OF_MEMORY", end.Failure!.Code);
        Assert.Contains("300 MB", end.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_that_floods_the_channel_is_stopped_before_it_fills_the_servers_memory()
    {
        var end = await RunAsync("cat /dev/zero");

        // Were the line not bounded, it would go on until the time limit, and that would be the reason.
        Assert.Equal("JOB_CRASHED", end.Failure!.Code);
    }

    [Fact]
    public async Task A_child_that_takes_too_long_is_killed()
    {
        var end = await RunAsync("sleep 60", timeLimit: TimeSpan.FromSeconds(1));

        Assert.Equal("TIME_LIMIT", end.Failure!.Code);
    }

    [Fact]
    public async Task Cancel_asks_first_and_kills_a_child_that_does_not_listen()
    {
        using var cancel = new CancellationTokenSource();
        var clock = Stopwatch.StartNew();
        cancel.CancelAfter(TimeSpan.FromMilliseconds(300));

        var end = await RunAsync("trap '' TERM; while true; do sleep 1; done", cancel: cancel.Token);

        Assert.Null(end.Result);
        Assert.Null(end.Failure);
        Assert.InRange(clock.Elapsed.TotalSeconds, 1, 10);
    }

    [Fact]
    public async Task A_child_that_listens_stops_by_itself()
    {
        using var cancel = new CancellationTokenSource();
        cancel.CancelAfter(TimeSpan.FromMilliseconds(300));

        var end = await RunAsync("read word; [ \"$word\" = cancel ] && exit 2", cancel: cancel.Token);

        Assert.Null(end.Result);
        Assert.Null(end.Failure);
    }

    [Fact]
    public async Task Finish_early_still_brings_a_result()
    {
        using var finish = new CancellationTokenSource();
        finish.CancelAfter(TimeSpan.FromMilliseconds(300));

        var end = await RunAsync("""read word; echo "{\"result\":\"$word\"}" """, finish: finish.Token);

        Assert.Equal("finish", end.Result!.Value.GetString());
    }

    [Fact]
    public async Task The_child_gets_no_setting_and_no_secret_of_the_server()
    {
        Environment.SetEnvironmentVariable("MLHub__Storage__S3__SecretKey", "canary");
        try
        {
            var start = HubProgram.Start(_folder.Path, 1, 1 << 30, "job", "x");

            Assert.DoesNotContain(start.Environment, v => v.Key.StartsWith("MLHub", StringComparison.Ordinal));
            Assert.Equal("passive", start.Environment["OMP_WAIT_POLICY"]);
        }
        finally
        {
            Environment.SetEnvironmentVariable("MLHub__Storage__S3__SecretKey", null);
        }
    }

    private Task<ExecutionEnd> RunAsync(
        string script, Action<ChildMessage>? heard = null, int memoryMegabytes = 1000, TimeSpan? timeLimit = null, CancellationToken finish = default, CancellationToken cancel = default)
    {
        var executor = new ChildProcessExecutor(Options.Create(new JobOptions { CancelGraceSeconds = 1 }), Options.Create(new Core.Queries.QueryOptions()), TimeProvider.System)
        {
            Program = (_, _) => new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        var task = new JobTask("test", JsonSerializer.SerializeToElement(new { }), new Dictionary<string, string>(), _folder.Path, _folder.Path, 1, memoryMegabytes * 1024L * 1024L);
        return executor.ExecuteAsync(task, _folder.Path, timeLimit ?? TimeSpan.FromSeconds(30), heard ?? (_ => { }), finish, cancel);
    }
}
