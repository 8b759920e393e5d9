using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Experiments;
using MLHub.Core.Jobs;
using MLHub.Core.Models;
using MLHub.Core.Storage;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Operations;

/// <summary>
/// How much there is: what the queue holds, what is stored, who works here. Read when somebody asks for it, and not more often than
/// every few seconds: a server that nobody watches does nothing for it.
/// </summary>
public sealed partial class HubGauges : IDisposable
{
    private static readonly TimeSpan QueueAge = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ContentAge = TimeSpan.FromMinutes(1);

    private readonly IDbContextFactory<HubDbContext> _contexts;
    private readonly BlobCollector _collector;
    private readonly JobOwners _owners;
    private readonly TimeProvider _time;
    private readonly ILogger<HubGauges> _logger;
    private readonly string _dataPath;
    private readonly int _slots;
    private readonly Meter _meter = new(HubMeter.Name);
    private readonly SemaphoreSlim _one = new(1);
    private volatile Reading _queue = Reading.None;
    private volatile Reading _content = Reading.None;

    public HubGauges(IDbContextFactory<HubDbContext> contexts, BlobCollector collector, JobOwners owners, IOptions<HubOptions> hub, IOptions<JobOptions> jobs, TimeProvider time, ILogger<HubGauges> logger)
    {
        (_contexts, _collector, _owners, _time, _logger) = (contexts, collector, owners, time, logger);
        (_dataPath, _slots) = (hub.Value.ResolvedDataPath, jobs.Value.Slots);
        Gauge("mlhub.jobs", null, "Jobs that are not over, by kind and state.", () => Of("jobs"));
        Gauge("mlhub.jobs.oldest_wait", "s", "How long the first job of the queue waits.", () => Of("wait"));
        Gauge("mlhub.jobs.slots", null, "Jobs at a time in this process.", () => [new(_slots)]);
        Gauge("mlhub.content", null, "Things that are not deleted, by kind.", () => Of("content"));
        Gauge("mlhub.runs", null, "Runs by state.", () => Of("runs"));
        Gauge("mlhub.stored", "By", "Bytes that rows name, by use; the same bytes count once within a use.", () => Of("stored"));
        Gauge("mlhub.blobs", "By", "Bytes in the store at the last collection.", () => _collector.Last is { } last ? [new(last.Bytes)] : []);
        Gauge("mlhub.blobs.unnamed", "By", "Bytes that nothing names and that wait for the end of their grace period, at the last collection.", () => _collector.Last is { } last ? [new(last.WaitingBytes)] : []);
        Gauge("mlhub.disk.free", "By", "Room on the disk of the data folder.", () => [new(new DriveInfo(_dataPath).AvailableFreeSpace)]);
        Gauge("mlhub.reading.age", "s", "Since the database was last asked for these figures.", () => _queue == Reading.None ? [] : [new((_time.GetUtcNow() - _queue.At).TotalSeconds)]);
    }

    /// <summary>Reads what is too old. When the database does not answer, the last figures stay and their age tells it.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var now = _time.GetUtcNow();
            if (now - _queue.At >= QueueAge)
            {
                _queue = new(now, await ReadQueueAsync(cancellationToken));
            }

            if (now - _content.At >= ContentAge)
            {
                _content = new(now, await ReadContentAsync(cancellationToken));
            }
        }
        catch (Exception away) when (away is System.Data.Common.DbException or InvalidOperationException or TimeoutException)
        {
            Log.Failed(_logger, away);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _meter.Dispose();
        _one.Dispose();
    }

    private void Gauge(string name, string? unit, string description, Func<IEnumerable<Measurement<double>>> read) => _meter.CreateObservableGauge(name, read, unit, description);

    private IEnumerable<Measurement<double>> Of(string name) => _queue.Values.Concat(_content.Values).Where(v => v.Name == name).Select(v => v.Measurement);

    private async Task<List<Value>> ReadQueueAsync(CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var jobs = db.Set<Job>().Where(j => j.State == JobState.Queued || j.State == JobState.Running);
        var counts = await jobs.GroupBy(j => new { j.Kind, j.State }).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => (g.Key.Kind, g.Key.State), g => g.Count, cancellationToken);
        // An idle server says zero: a gap in a curve would mean that nobody knows.
        List<Value> values =
        [
            .. from kind in _owners.Kinds
               from state in new[] { JobState.Queued, JobState.Running }
               select new Value("jobs", new(counts.GetValueOrDefault((kind, state)), new("kind", kind), new("state", state.ToString().ToLowerInvariant()))),
        ];
        var first = await db.Set<Job>().Where(j => j.State == JobState.Queued).MinAsync(j => (DateTime?)j.CreatedAt, cancellationToken);
        values.Add(new("wait", new(first is { } created ? Math.Max(0, (_time.GetUtcNow().UtcDateTime - created).TotalSeconds) : 0)));
        return values;
    }

    private async Task<List<Value>> ReadContentAsync(CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var versions = db.Set<DatasetVersion>().IgnoreQueryFilters();
        var values = new List<Value>
        {
            Content("people", await db.Users.CountAsync(cancellationToken)),
            Content("workspaces", await db.Set<Workspace>().CountAsync(cancellationToken)),
            Content("datasets", await db.Set<Dataset>().CountAsync(d => d.DeletedAt == null, cancellationToken)),
            Content("experiments", await db.Set<Experiment>().CountAsync(e => e.DeletedAt == null, cancellationToken)),
            Content("models", await db.Set<RegisteredModel>().CountAsync(m => m.DeletedAt == null, cancellationToken)),
            Stored("rows", await versions.Where(v => v.ContentHash != null).Select(v => new { v.ContentHash, v.SizeBytes }).Distinct().SumAsync(v => v.SizeBytes, cancellationToken)),
            Stored("originals", await versions.Where(v => v.OriginalHash != null).Select(v => new { v.OriginalHash, v.OriginalBytes }).Distinct().SumAsync(v => v.OriginalBytes, cancellationToken)),
            Stored("models", await db.Set<Run>().Where(r => r.ModelHash != null).Select(r => new { r.ModelHash, Bytes = r.ModelBytes ?? 0 }).Distinct().SumAsync(r => r.Bytes, cancellationToken)),
            Stored("artifacts", await db.Set<RunArtifact>().Select(a => new { a.Hash, a.Length }).Distinct().SumAsync(a => a.Length, cancellationToken)),
        };
        values.AddRange((await db.Set<Run>().Where(r => r.DeletedAt == null).GroupBy(r => r.State).Select(g => new { State = g.Key, Count = g.Count() }).ToListAsync(cancellationToken))
            .Select(r => new Value("runs", new(r.Count, new KeyValuePair<string, object?>("state", r.State.ToString().ToLowerInvariant())))));
        return values;

        static Value Content(string kind, int count) => new("content", new(count, new KeyValuePair<string, object?>("kind", kind)));

        static Value Stored(string use, long bytes) => new("stored", new(bytes, new KeyValuePair<string, object?>("use", use)));
    }

    private sealed record Value(string Name, Measurement<double> Measurement);

    private sealed record Reading(DateTimeOffset At, IReadOnlyList<Value> Values)
    {
        public static Reading None { get; } = new(DateTimeOffset.MinValue, []);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The figures of the server could not be read")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
