using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Queries;
using MLHub.Training.Workers;

namespace MLHub.Training.Sandbox;

/// <summary>One sandbox, seen from the server: started before it is needed, used for one query, watched, and gone afterwards.</summary>
internal sealed class SandboxProcess : IAsyncDisposable
{
    public const string ResultFile = "result.parquet";

    /// <summary>Exit code when a wall could not be put up.</summary>
    public const int NoWall = 77;

    private const int MaxPrinted = 64 * 1024;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pulse = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly SandboxPlan _plan;
    private readonly Task<string> _printed;
    private HubException? _verdict;

    private SandboxProcess(Process process, SandboxPlan plan)
    {
        _process = process;
        _plan = plan;
        _printed = PrintedAsync(process.StandardError);
    }

    public SandboxLevel Level => _plan.Level;

    public bool HasEnded => _process.HasExited;

    public static HubException TooLate(QueryLimits limits) => new(
        Refusal.Impossible, $"The query took longer than the {limits.Seconds} seconds that one query may take on this server, and was stopped. Filter earlier, or aggregate.", "QUERY_TIMEOUT");

    public static HubException OutOfMemory() => new(
        Refusal.Impossible, "The query needed more memory than one query may use on this server, and was stopped. Filter earlier, join on keys, or aggregate in steps.", "QUERY_MEMORY");

    /// <returns>A sandbox that has proved its walls.</returns>
    /// <exception cref="SandboxException">This level does not work here.</exception>
    public static async Task<SandboxProcess> StartAsync(SandboxLevel level, string workRoot, QueryLimits limits, CancellationToken cancellationToken)
    {
        if (level != SandboxLevel.LimitsOnly && !Linux.IsSupported)
        {
            throw new SandboxException("Only Linux on x64 or arm64 offers these walls.");
        }

        var folder = Path.Combine(workRoot, $"{Environment.ProcessId}-sandbox-{Guid.NewGuid():N}");
        var memory = limits.MemoryMegabytes * 2L * 1024 * 1024;
        var runtime = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var plan = new SandboxPlan(
            level, folder, AppContext.BaseDirectory.TrimEnd('/'), runtime, Path.Combine(folder, "canary"), memory, (limits.Seconds * limits.Threads) + 4, limits.MaxMegabytes * 1024L * 1024);
        Directory.CreateDirectory(plan.InFolder);
        Directory.CreateDirectory(plan.ScratchFolder);
        await File.WriteAllTextAsync(plan.Canary, "canary", cancellationToken);
        var sandbox = new SandboxProcess(Begin(plan, limits), plan);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(StartLimit);
            var ready = await Frames.ReadAsync<SandboxReady>(sandbox._process.StandardOutput.BaseStream, limit.Token)
                ?? throw new SandboxException($"It ended at once: {(await sandbox._printed).Trim()}");
            if (level != SandboxLevel.LimitsOnly && !(ready.FilesStopped && ready.NetworkStopped))
            {
                throw new SandboxException($"Its walls have holes: {(ready.FilesStopped ? "" : "files ")}{(ready.NetworkStopped ? "" : "network")}");
            }

            return sandbox;
        }
        catch (Exception failure)
        {
            await sandbox.DisposeAsync();
            throw failure switch
            {
                OperationCanceledException when !cancellationToken.IsCancellationRequested => new SandboxException("It did not become ready in time."),
                JsonException or IOException => new SandboxException(failure.Message),
                _ => failure,
            };
        }
    }

    /// <summary>Lays a file out for the query: a second name of the same bytes, or a copy where the disk is another.</summary>
    public string Lend(string path)
    {
        var name = $"{Directory.GetFiles(_plan.InFolder).Length}.parquet";
        var target = Path.Combine(_plan.InFolder, name);
        // Without walls the query's process could write through the second name.
        if (Level == SandboxLevel.LimitsOnly || Linux.HardLink(path, target) != 0)
        {
            File.Copy(path, target);
        }

        return name;
    }

    /// <exception cref="HubException">What the sandbox refused, or why it was stopped.</exception>
    public async Task<SandboxAnswer> AskAsync(SandboxRequest request, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource();
        using var onCancel = cancellationToken.Register(Kill);
        var guarding = GuardAsync(request.Limits, over.Token);
        SandboxAnswer? answer = null;
        try
        {
            await Frames.WriteAsync(_process.StandardInput.BaseStream, request, CancellationToken.None);
            answer = await Frames.ReadAsync<SandboxAnswer>(_process.StandardOutput.BaseStream, CancellationToken.None);
        }
        catch (Exception broken) when (broken is IOException or JsonException or InvalidOperationException)
        {
            // Told by its exit below.
        }

        if (answer is null || !await EndsAsync())
        {
            Kill();
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        await over.CancelAsync();
        await guarding;
        cancellationToken.ThrowIfCancellationRequested();
        if (answer?.Error is { } error)
        {
            throw new HubException(error.Refusal, error.Message, error.Code);
        }

        return answer is not null && _verdict is null ? answer : throw _verdict ?? Crash(_process.ExitCode, request.Limits);
    }

    /// <summary>Takes the file that the query wrote, once its process is gone. It must be a plain file: not a link to something of ours.</summary>
    public void TakeResult(string target)
    {
        var result = new FileInfo(Path.Combine(_plan.ScratchFolder, ResultFile));
        if (!_process.HasExited || !result.Exists || result.LinkTarget is not null || (result.Attributes & (FileAttributes.ReparsePoint | FileAttributes.Device)) != 0)
        {
            throw new HubException(Refusal.Impossible, "The query ended without a result.", "ENGINE_CRASHED");
        }

        File.Move(result.FullName, target, overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        if (Directory.Exists(_plan.Folder))
        {
            Directory.Delete(_plan.Folder, recursive: true);
        }
    }

    private static Process Begin(SandboxPlan plan, QueryLimits limits)
    {
        var stage = plan.Level == SandboxLevel.LimitsOnly ? "serve" : "enter";
        // A heap of a few answers: the engine's memory is counted apart.
        var start = HubProgram.Start(plan.ScratchFolder, limits.Threads, 320L * 1024 * 1024, "sandbox", stage, HubJson.Write(plan));
        start.Environment["DOTNET_ROOT"] = plan.RuntimeFolder;
        start.Environment["DOTNET_TieredPGO"] = "0";
        if (plan.Level == SandboxLevel.Full)
        {
            string[] inside = [start.FileName, .. start.ArgumentList];
            start.FileName = "unshare";
            start.ArgumentList.Clear();
            foreach (var word in (string[])["--user", "--map-root-user", "--mount", "--net", "--ipc", "--uts", "--pid", "--fork", "--kill-child", "--", .. inside])
            {
                start.ArgumentList.Add(word);
            }
        }

        try
        {
            var process = new Process { StartInfo = start };
            process.Start();
            return process;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new SandboxException(missing.Message);
        }
    }

    private async Task<bool> EndsAsync()
    {
        using var limit = new CancellationTokenSource(Grace);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task GuardAsync(QueryLimits limits, CancellationToken over)
    {
        var clock = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Pulse);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                var (memory, cpu) = ProcessUse.Of(_process.Id);
                _verdict = memory > _plan.MemoryBytes ? OutOfMemory()
                    : cpu > TimeSpan.FromSeconds(_plan.CpuSeconds) ? OutOfCpu(limits)
                    : Written() > _plan.FileBytes * 3 ? TooMuchWritten()
                    : clock.Elapsed > TimeSpan.FromSeconds(limits.Seconds) + Grace ? TooLate(limits)
                    : null;
                if (_verdict is not null)
                {
                    Kill();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It ended by itself.
        }
    }

    /// <remarks>
    /// Not the whole tree: that stops the process before it kills it, and a server that dies in between leaves it stopped for ever. Nothing in it can
    /// start a process, and <c>unshare --kill-child</c> takes what is inside along.
    /// </remarks>
    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It ended in this moment.
        }
    }

    /// <summary>Whatever libraries print is not trusted and not read; it only must not fill the pipe.</summary>
    private static async Task<string> PrintedAsync(StreamReader reader)
    {
        var kept = new System.Text.StringBuilder();
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer) is > 0 and var count)
        {
            if (kept.Length < MaxPrinted)
            {
                kept.Append(buffer, 0, count);
            }
        }

        return kept.ToString();
    }

    private long Written()
    {
        try
        {
            return new DirectoryInfo(_plan.ScratchFolder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
        }
        catch (IOException)
        {
            // A file went while it was looked at.
            return 0;
        }
    }

    private static HubException TooMuchWritten() => new(
        Refusal.Impossible, "The query wrote more to disk than one query may on this server. Filter, aggregate or add a LIMIT.", "QUERY_TOO_LARGE");

    private static HubException OutOfCpu(QueryLimits limits) => new(
        Refusal.Impossible, $"The query used more than the {limits.Seconds * limits.Threads} seconds of processor time that one query may use on this server, and was stopped. Filter earlier, or aggregate.", "QUERY_CPU");

    private static HubException Crash(int exitCode, QueryLimits limits) => exitCode switch
    {
        // Killed, and not by us: the system ran out of memory.
        137 => OutOfMemory(),
        152 => OutOfCpu(limits),
        153 => TooMuchWritten(),
        _ => new(
            Refusal.Impossible,
            $"The engine crashed while it ran this query (exit code {exitCode.ToString(CultureInfo.InvariantCulture)}). Nothing else was affected. Write it in another way.", "ENGINE_CRASHED"),
    };
}
