using System.Diagnostics;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Storage;
using MLHub.Core.Training;
using MLHub.Training.Workers;

namespace MLHub.Training.Models;

/// <summary>The process is gone, silent or speaks nonsense; a new one may do better.</summary>
internal sealed class ScoringProcessException(string message) : Exception(message);

/// <summary>One warm process around one model: a line of JSON in, a line of JSON out, one request at a time.</summary>
internal sealed class ScoringProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly BlobFile _model;
    private readonly string _scratch;
    private readonly SemaphoreSlim _turn = new(1);
    private long _lastId;

    private ScoringProcess(Process process, BlobFile model, string scratch)
    {
        _process = process;
        _model = model;
        _scratch = scratch;
    }

    public bool HasEnded => _process.HasExited;

    public static ScoringProcess Start(BlobFile model, string workRoot, long memoryBytes)
    {
        var scratch = Path.Combine(workRoot, $"{Environment.ProcessId}-score-{Guid.NewGuid():N}");
        Directory.CreateDirectory(scratch);
        var process = new Process { StartInfo = HubProgram.Start(scratch, threads: 1, memoryBytes, "score", model.Path) };
        process.Start();
        // Nobody reads what libraries print there; an unread pipe would block the process once it is full.
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return new(process, model, scratch);
    }

    public async Task<IReadOnlyList<PredictionRow>> ScoreAsync(IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var id = ++_lastId;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(timeLimit);
            await _process.StandardInput.WriteLineAsync(HubJson.Write(new ScoringRequest(id, rows)).AsMemory(), limit.Token);
            await _process.StandardInput.FlushAsync(limit.Token);
            while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                var answer = HubJson.Read<ScoringAnswer>(line);
                if (answer.Id != id)
                {
                    // Of a request whose caller went away.
                    continue;
                }

                return answer.Error is { } error
                    ? throw new HubException(error.Refusal, error.Message, error.Code) { Errors = error.Errors }
                    : answer.Predictions ?? throw new ScoringProcessException("The model answered without predictions.");
            }

            throw new ScoringProcessException("The process that loads the model ended. The server's log may tell why.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ScoringProcessException($"The model did not answer within {timeLimit.TotalSeconds:N0} seconds.");
        }
        catch (Exception broken) when (broken is IOException or JsonException or InvalidOperationException)
        {
            throw new ScoringProcessException($"The process that loads the model failed: {broken.Message}");
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // It starts no processes of its own. To kill a tree is to stop it first, and a server that dies in between would leave it stopped for ever.
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        catch (InvalidOperationException)
        {
            // It had ended by itself.
        }

        _process.Dispose();
        _model.Dispose();
        if (Directory.Exists(_scratch))
        {
            Directory.Delete(_scratch, recursive: true);
        }
    }
}
