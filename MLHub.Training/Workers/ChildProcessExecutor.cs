using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Jobs;
using MLHub.Core.Queries;

namespace MLHub.Training.Workers;

/// <summary>
/// Runs each task in a child process of its own: a native crash, a leak or a loop that never looks at its token ends there.
/// The supervisor watches memory and time from outside.
/// </summary>
internal sealed class ChildProcessExecutor(IOptions<JobOptions> options, IOptions<QueryOptions> queries, TimeProvider time) : IJobExecutor
{
    /// <summary>Messages are small, results go into files: whoever sends more than this in a line is broken, or up to something.</summary>
    private const int MaxMessageBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan MemoryCheck = TimeSpan.FromMilliseconds(200);

    /// <summary>How the child is started; a test gives it a program that misbehaves.</summary>
    internal Func<JobTask, string, ProcessStartInfo> Program { get; init; } = (task, workFolder) =>
    {
        var start = HubProgram.Start(task.ScratchFolder, task.Threads, task.MemoryBytes, "job", workFolder);
        start.Environment[QueryOptions.JobVariable] = HubJson.Write(queries.Value);
        return start;
    };

    public async Task<ExecutionEnd> ExecuteAsync(JobTask task, string workFolder, TimeSpan timeLimit, Action<ChildMessage> hear, CancellationToken finish, CancellationToken cancel)
    {
        await File.WriteAllTextAsync(Path.Combine(workFolder, JobChild.TaskFile), HubJson.Write(task), CancellationToken.None);
        using var process = new Process { StartInfo = Program(task, workFolder) };
        process.Start();

        string? verdict = null;
        using var over = new CancellationTokenSource();
        using var onFinish = finish.Register(() => Say(process, JobChild.FinishWord));
        using var onCancel = cancel.Register(() => Say(process, JobChild.CancelWord));
        var killing = KillWhenCancelledAsync(process, cancel, over.Token);
        var guarding = GuardAsync(process, task.MemoryBytes, timeLimit, v => verdict = v, over.Token);

        ChildMessage? last = null;
        var errors = ReadTailAsync(process.StandardError);
        await foreach (var line in LinesAsync(process.StandardOutput.BaseStream))
        {
            if (line is null)
            {
                verdict ??= "protocol";
                Kill(process);
                break;
            }

            if (Parse(line) is not { } message)
            {
                continue;
            }

            if (message.Result is not null || message.Failure is not null)
            {
                last = message;
            }
            else
            {
                hear(message);
            }
        }

        await process.WaitForExitAsync(CancellationToken.None);
        await over.CancelAsync();
        await Task.WhenAll(killing, guarding);
        var tail = await errors;

        if (last?.Result is { } result && process.ExitCode == 0)
        {
            return new(result, null);
        }

        if (verdict is not null)
        {
            return new(null, Explain(verdict, task, timeLimit));
        }

        if (last?.Failure is { } failure)
        {
            return new(null, failure);
        }

        return cancel.IsCancellationRequested ? new(null, null) : new(null, Crash(process.ExitCode, tail));
    }

    /// <summary>Lines of bounded length; <c>null</c> when one is longer.</summary>
    private static async IAsyncEnumerable<byte[]?> LinesAsync(Stream output)
    {
        var reader = PipeReader.Create(output);
        while (true)
        {
            var read = await reader.ReadAsync(CancellationToken.None);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                yield return buffer.Slice(0, end).ToArray();
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (buffer.Length > MaxMessageBytes)
            {
                yield return null;
                yield break;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                yield break;
            }
        }
    }

    private static ChildMessage? Parse(byte[] line)
    {
        try
        {
            return JsonSerializer.Deserialize<ChildMessage>(line, HubJson.Options);
        }
        catch (JsonException)
        {
            // A killed child leaves half a line; what it meant is told by its exit code.
            return null;
        }
    }

    private static void Say(Process process, string word)
    {
        try
        {
            process.StandardInput.WriteLine(word);
            process.StandardInput.Flush();
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException or ObjectDisposedException)
        {
            // It ended in this moment.
        }
    }

    private async Task KillWhenCancelledAsync(Process process, CancellationToken cancel, CancellationToken over)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, over);
        await Task.Delay(Timeout.InfiniteTimeSpan, time, either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        if (over.IsCancellationRequested)
        {
            return;
        }

        await Task.Delay(TimeSpan.FromSeconds(options.Value.CancelGraceSeconds), time, over).ContinueWith(_ => { }, TaskScheduler.Default);
        Kill(process);
    }

    private async Task GuardAsync(Process process, long memoryBytes, TimeSpan timeLimit, Action<string> judge, CancellationToken over)
    {
        var started = time.GetTimestamp();
        using var timer = new PeriodicTimer(MemoryCheck, time);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                if (AnonymousMemory(process.Id) > memoryBytes)
                {
                    judge("memory");
                    Kill(process);
                    return;
                }

                if (time.GetElapsedTime(started) > timeLimit)
                {
                    judge("time");
                    Kill(process);
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The child ended by itself.
        }
    }

    /// <summary>Memory that is the process's own: mapped files and libraries are not counted, they can be dropped.</summary>
    private static long AnonymousMemory(int processId)
    {
        try
        {
            foreach (var line in File.ReadLines($"/proc/{processId}/status"))
            {
                if (line.StartsWith("RssAnon:", StringComparison.Ordinal))
                {
                    return long.Parse(line.AsSpan("RssAnon:".Length).Trim(" \tkB"), CultureInfo.InvariantCulture) * 1024;
                }
            }
        }
        catch (IOException)
        {
        }

        return 0;
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended in this moment.
        }
    }

    private static async Task<string> ReadTailAsync(StreamReader reader)
    {
        const int keep = 8 * 1024;
        var tail = "";
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer) is > 0 and var count)
        {
            tail += new string(buffer, 0, count);
            if (tail.Length > keep)
            {
                tail = tail[^keep..];
            }
        }

        return tail;
    }

    private static ChildFailure Explain(string verdict, JobTask task, TimeSpan timeLimit) => verdict switch
    {
        "memory" => new("OUT_OF_MEMORY", $"It needed more than the {task.MemoryBytes / (1024 * 1024):N0} MB of memory that one job may use on this server, and was stopped. Use fewer rows or columns, or ask the operator to raise MLHub:Jobs:MemoryMegabytes.", null),
        "time" => new("TIME_LIMIT", $"It took longer than the {timeLimit.TotalMinutes:N0} minutes that one job may take on this server, and was stopped. Make it smaller, or ask the operator to raise MLHub:Jobs:TimeLimitMinutes.", null),
        _ => new("JOB_CRASHED", "The process that computed this wrote nonsense and was stopped. Nothing else was affected.", null),
    };

    private static ChildFailure Crash(int exitCode, string tail)
    {
        // 128 + n: ended by signal n.
        var what = exitCode switch
        {
            134 => "aborted (SIGABRT)",
            135 => "crashed (SIGBUS)",
            136 => "crashed (SIGFPE)",
            137 => "was killed, most likely because the machine ran out of memory (SIGKILL)",
            139 => "crashed (SIGSEGV)",
            > 128 => $"was ended by signal {exitCode - 128}",
            _ => $"ended without a result (exit code {exitCode})",
        };
        return new("JOB_CRASHED", $"The process that computed this {what}. Nothing else was affected. Try again; if it happens again, another algorithm or a smaller table may help.", tail);
    }
}
