using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using MLHub.Core.Common;
using MLHub.Core.Jobs;

namespace MLHub.Training.Workers;

/// <summary>The verb <c>job</c>: computes one task in this process and ends. Lives no longer than its worker, whose end closes standard input.</summary>
public static class JobChild
{
    internal const string TaskFile = "task.json";
    internal const string CancelWord = "cancel";
    internal const string FinishWord = "finish";

    /// <returns>0 with a result, 1 after an honest failure, 2 when cancelled.</returns>
    public static async Task<int> RunAsync(string workFolder, IEnumerable<IJobHandler> handlers)
    {
        await using var output = PrivateOutput.Take();
        ChildLimits.Apply();
        using var cancel = new CancellationTokenSource();
        using var finish = new CancellationTokenSource();
        ListenToWorker(cancel, finish);

        var messages = Channel.CreateUnbounded<ChildMessage>(new() { SingleReader = true });
        var writing = WriteAsync(messages.Reader, output);
        var code = await ComputeAsync(workFolder, handlers, messages.Writer, finish.Token, cancel.Token);
        messages.Writer.Complete();
        await writing;
        return code;
    }

    private static async Task<int> ComputeAsync(string workFolder, IEnumerable<IJobHandler> handlers, ChannelWriter<ChildMessage> messages, CancellationToken finish, CancellationToken cancel)
    {
        try
        {
            var task = HubJson.Read<JobTask>(await File.ReadAllTextAsync(Path.Combine(workFolder, TaskFile), cancel));
            var handler = handlers.Single(h => h.Kind == task.Kind);
            var result = await handler.RunAsync(task, new Reporter(messages, finish), cancel);
            messages.TryWrite(new() { Result = result });
            return 0;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return 2;
        }
        catch (HubException refused)
        {
            messages.TryWrite(new() { Failure = new(refused.Code, refused.Message, null) });
            return 1;
        }
        catch (OutOfMemoryException)
        {
            messages.TryWrite(new() { Failure = new("OUT_OF_MEMORY", "It needed more memory than one job may use on this server. Use fewer rows or columns, or ask the operator to raise MLHub:Jobs:MemoryMegabytes.", null) });
            return 1;
        }
        catch (Exception bug)
        {
            messages.TryWrite(new() { Failure = new("INTERNAL", $"MLHub failed while computing this ({bug.GetType().Name}: {bug.Message}). It is not your fault; the server's log has the details.", bug.ToString()) });
            return 1;
        }
    }

    private static void ListenToWorker(CancellationTokenSource cancel, CancellationTokenSource finish)
    {
        var thread = new Thread(() =>
        {
            while (Console.In.ReadLine() is { } word)
            {
                (word == FinishWord ? finish : cancel).Cancel();
            }

            // The worker is gone. Nobody wants the result any more, and a native call may never look at a token.
            Environment.Exit(3);
        })
        { IsBackground = true, Name = "worker" };
        thread.Start();
    }

    private static async Task WriteAsync(ChannelReader<ChildMessage> messages, Stream output)
    {
        var buffer = new MemoryStream();
        while (await messages.WaitToReadAsync())
        {
            buffer.SetLength(0);
            while (buffer.Length < 64 * 1024 && messages.TryRead(out var message))
            {
                JsonSerializer.Serialize(buffer, message, HubJson.Options);
                buffer.Write("\n"u8);
            }

            await output.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
        }
    }

    private sealed class Reporter(ChannelWriter<ChildMessage> messages, CancellationToken finish) : IJobReporter
    {
        public CancellationToken FinishRequested => finish;

        public void Progress(double progress, string stage, string? message = null) => messages.TryWrite(new() { Progress = new(progress, stage, message) });

        public void Log(JobLogLevel level, string text) => messages.TryWrite(new() { Log = new(level, Clean(text)) });

        public void Metric(string key, long step, double value) => messages.TryWrite(new() { Point = new(key, step, value) });

        /// <summary>One line without control characters: log text may hold what stood in an uploaded file.</summary>
        private static string Clean(string text)
        {
            var clean = new StringBuilder(Math.Min(text.Length, JobLogLine.MaxTextLength));
            foreach (var c in text.AsSpan(0, Math.Min(text.Length, JobLogLine.MaxTextLength)))
            {
                clean.Append(char.IsControl(c) ? ' ' : c);
            }

            return clean.ToString();
        }
    }
}
