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
/// milliseconds. The one that was not used for longest makes room.
/// </summary>
internal sealed class ScoringPool(IBlobStore blobs, IOptions<HubOptions> hub, IOptions<ScoringOptions> options, TimeProvider time) : IPredictor, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<BlobHash, Warm> _warm = [];

    public async Task<IReadOnlyList<PredictionRow>> PredictAsync(BlobHash artefact, IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> rows, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var process = await TakeAsync(artefact, cancellationToken);
            try
            {
                return await process.ScoreAsync(rows, TimeSpan.FromSeconds(options.Value.TimeLimitSeconds), cancellationToken);
            }
            catch (ScoringProcessException) when (attempt == 1)
            {
                // It may have died while idle; a fresh one answers.
                await DropAsync(artefact, process);
            }
            catch (ScoringProcessException failure)
            {
                await DropAsync(artefact, process);
                throw new HubException(Refusal.Unavailable, failure.Message, "SCORING_FAILED");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var warm in _warm.Values)
        {
            await warm.Process.DisposeAsync();
        }

        _gate.Dispose();
    }

    private async Task<ScoringProcess> TakeAsync(BlobHash artefact, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_warm.TryGetValue(artefact, out var warm) || warm.Process.HasEnded)
            {
                if (warm is not null)
                {
                    _warm.Remove(artefact);
                    await warm.Process.DisposeAsync();
                }

                await MakeRoomAsync();
                var file = await blobs.FetchAsync(artefact, cancellationToken);
                warm = new(ScoringProcess.Start(file, hub.Value.PathOf("work"), options.Value.MemoryMegabytes * 1024L * 1024L));
                _warm[artefact] = warm;
            }

            warm.UsedAt = time.GetTimestamp();
            return warm.Process;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task MakeRoomAsync()
    {
        while (_warm.Count >= options.Value.Processes)
        {
            var (hash, oldest) = _warm.MinBy(w => w.Value.UsedAt);
            _warm.Remove(hash);
            await oldest.Process.DisposeAsync();
        }
    }

    private async Task DropAsync(BlobHash artefact, ScoringProcess process)
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            if (_warm.TryGetValue(artefact, out var warm) && warm.Process == process)
            {
                _warm.Remove(artefact);
            }
        }
        finally
        {
            _gate.Release();
        }

        await process.DisposeAsync();
    }

    private sealed class Warm(ScoringProcess process)
    {
        public ScoringProcess Process => process;

        public long UsedAt { get; set; }
    }
}
