using System.Text.Json;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Models;
using MLHub.Core.Storage;
using MLHub.Core.Training;

namespace MLHub.Training.Models;

/// <summary>
/// Keeps a few scoring processes warm, one per model: the first prediction pays for the start, the next ones take
/// milliseconds. The one that was idle for longest makes room. When all are answering, the one that was asked longest ago gets no new
/// requests and goes after those that it has: so a model that is asked all the time does not keep others out.
/// </summary>
internal sealed class ScoringPool(IBlobStore blobs, IOptions<HubOptions> hub, IOptions<ScoringOptions> options, TimeProvider time) : IPredictor, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<BlobHash, Warm> _warm = [];
    private readonly List<Warm> _leaving = [];
    private TaskCompletionSource _room = NewRoom();

    private TimeSpan TimeLimit => TimeSpan.FromSeconds(options.Value.TimeLimitSeconds);

    public async Task<IReadOnlyList<PredictionRow>> PredictAsync(BlobHash artefact, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var warm = await TakeAsync(artefact, cancellationToken);
            try
            {
                return await warm.Process.ScoreAsync(rows, TimeLimit, cancellationToken);
            }
            catch (ScoringProcessException) when (attempt == 1)
            {
                // It may have died while idle; a fresh one answers.
                await DropAsync(artefact, warm);
            }
            catch (ScoringProcessException failure)
            {
                await DropAsync(artefact, warm);
                throw new HubException(Refusal.Unavailable, failure.Message, "SCORING_FAILED");
            }
            finally
            {
                await LetGoAsync(warm);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var warm in _warm.Values.Concat(_leaving))
        {
            await warm.Process.DisposeAsync();
        }

        _gate.Dispose();
    }

    /// <summary>The process of the model, counted as in use until <see cref="LetGoAsync"/>.</summary>
    /// <exception cref="HubException">SCORING_BUSY: all processes answered others for too long.</exception>
    private async Task<Warm> TakeAsync(BlobHash artefact, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (await FindAsync(artefact) is { } known)
            {
                return known;
            }
        }
        finally
        {
            _gate.Release();
        }

        // A large model comes from far away; meanwhile the others answer.
        BlobFile? file = await blobs.FetchAsync(artefact, cancellationToken);
        var started = time.GetTimestamp();
        try
        {
            while (true)
            {
                Task room;
                await _gate.WaitAsync(cancellationToken);
                try
                {
                    if (await FindAsync(artefact) is { } known)
                    {
                        return known;
                    }

                    if (await TryMakeRoomAsync())
                    {
                        var fresh = new Warm(ScoringProcess.Start(file, hub.Value.PathOf("work"), options.Value.MemoryMegabytes * 1024L * 1024L)) { Users = 1, UsedAt = time.GetTimestamp() };
                        file = null;
                        return _warm[artefact] = fresh;
                    }

                    room = _room.Task;
                }
                finally
                {
                    _gate.Release();
                }

                var rest = TimeLimit - time.GetElapsedTime(started);
                await room.WaitAsync(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time, cancellationToken);
            }
        }
        catch (TimeoutException)
        {
            throw new HubException(Refusal.Unavailable, "All processes that predict are busy with other models. Try again in a moment.", "SCORING_BUSY");
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>Call it with the gate.</summary>
    private async Task<Warm?> FindAsync(BlobHash artefact)
    {
        if (!_warm.TryGetValue(artefact, out var warm))
        {
            return null;
        }

        if (warm.Process.HasEnded)
        {
            _warm.Remove(artefact);
            await warm.Process.DisposeAsync();
            return null;
        }

        warm.Users++;
        warm.UsedAt = time.GetTimestamp();
        return warm;
    }

    /// <summary>Ends the process that was idle for longest, if need be. Call it with the gate.</summary>
    /// <returns>False when all are answering; one of them goes soon.</returns>
    private async Task<bool> TryMakeRoomAsync()
    {
        while (_warm.Count + _leaving.Count >= options.Value.Processes)
        {
            var (hash, oldest) = _warm.OrderBy(w => w.Value.Users > 0).ThenBy(w => w.Value.UsedAt).FirstOrDefault();
            if (oldest is null || (oldest.Users > 0 && _leaving.Count > 0))
            {
                return false;
            }

            _warm.Remove(hash);
            if (oldest.Users > 0)
            {
                _leaving.Add(oldest);
                return false;
            }

            await oldest.Process.DisposeAsync();
        }

        return true;
    }

    private async Task LetGoAsync(Warm warm)
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            warm.Users--;
            if (warm.Users == 0 && _leaving.Remove(warm))
            {
                await warm.Process.DisposeAsync();
            }

            _room.SetResult();
            _room = NewRoom();
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task DropAsync(BlobHash artefact, Warm broken)
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            if (_warm.TryGetValue(artefact, out var warm) && warm == broken)
            {
                _warm.Remove(artefact);
            }
        }
        finally
        {
            _gate.Release();
        }

        await broken.Process.DisposeAsync();
    }

    private static TaskCompletionSource NewRoom() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Warm(ScoringProcess process)
    {
        public ScoringProcess Process => process;

        /// <summary>Requests that it answers now or next.</summary>
        public int Users { get; set; }

        /// <summary>When it was asked last.</summary>
        public long UsedAt { get; set; }
    }
}
