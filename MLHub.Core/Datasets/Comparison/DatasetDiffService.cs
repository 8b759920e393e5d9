using System.Collections.Concurrent;
using System.Text.Json;
using DuckDB.NET.Data;
using Microsoft.Extensions.Options;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Storage;

namespace MLHub.Core.Datasets.Comparison;

/// <summary>
/// Compares two versions. What was found is kept as a document and a list of rows, named by the two contents and the key: content never
/// changes, so it never becomes stale. One comparison runs at a time, in an engine of its own with a memory limit; it spills to disk.
/// </summary>
public sealed class DatasetDiffService(
    VersionFiles versions, DatasetService datasets, IBlobStore blobs, IOptions<HubOptions> hub, IOptions<DatasetOptions> options, TimeProvider time) : IDisposable
{
    private const int Kept = 200;
    private const int SampleRows = 20;
    private const int Threads = 2;

    private readonly SemaphoreSlim _computing = new(1);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _waiting = new();

    private string Root => hub.Value.PathOf("cache/diffs");

    /// <exception cref="HubException"><c>KEY_NOT_UNIQUE</c>, <c>KEY_MISSING</c>, <c>UNKNOWN_COLUMN</c>, <c>VERSION_NOT_READY</c>.</exception>
    public async Task<DatasetDiff> CompareAsync(Actor actor, Guid datasetId, DiffRequest request, CancellationToken cancellationToken)
    {
        var pair = await OpenAsync(actor, datasetId, request, cancellationToken);
        var document = await FindAsync(pair, cancellationToken);
        return document with { From = request.From, To = request.To, Schema = pair.Plan.Schema, Rows = document.Rows with { KeyIsGuessed = pair.Plan.KeyIsGuessed } };
    }

    /// <summary>The rows that differ, in the order of the newer version, with all their cells.</summary>
    public async Task<ChangedRows> RowsAsync(Actor actor, Guid datasetId, DiffRequest request, ChangedRowQuery query, CancellationToken cancellationToken)
    {
        var pair = await OpenAsync(actor, datasetId, request, cancellationToken);
        await FindAsync(pair, cancellationToken);
        return await WithEngineAsync(pair, (engine, _) => engine.Read(pair.Plan, pair.From.Columns, pair.To.Columns, RowsOf(pair.Name), query), cancellationToken);
    }

    public void Dispose() => _computing.Dispose();

    private async Task<Pair> OpenAsync(Actor actor, Guid datasetId, DiffRequest request, CancellationToken cancellationToken)
    {
        var from = await versions.RequireAsync(actor, datasetId, request.From, cancellationToken);
        var to = await versions.RequireAsync(actor, datasetId, request.To, cancellationToken);
        var fromProfile = await datasets.ProfileAsync(actor, datasetId, request.From, cancellationToken);
        var toProfile = await datasets.ProfileAsync(actor, datasetId, request.To, cancellationToken);
        var plan = DiffPlan.Make(from, fromProfile, to, toProfile, request);
        return new(from, fromProfile, to, toProfile, plan, plan.NameOf(from, to));
    }

    private async Task<DatasetDiff> FindAsync(Pair pair, CancellationToken cancellationToken)
    {
        if (await KeptAsync(pair.Name, cancellationToken) is { } kept)
        {
            return kept;
        }

        var gate = _waiting.GetOrAdd(pair.Name, _ => new(1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            return await KeptAsync(pair.Name, cancellationToken) ?? await ComputeAsync(pair, cancellationToken);
        }
        finally
        {
            gate.Release();
            _waiting.TryRemove(pair.Name, out _);
        }
    }

    private async Task<DatasetDiff> ComputeAsync(Pair pair, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Root);
        var part = Path.Combine(Root, $"{Guid.CreateVersion7():N}.part");
        await _computing.WaitAsync(cancellationToken);
        try
        {
            var diff = await WithEngineAsync(pair, (engine, connection) => Compute(pair, engine, connection, part, cancellationToken), cancellationToken);
            await File.WriteAllTextAsync(part + ".json", HubJson.Write(diff), cancellationToken);
            Shrink();
            File.Move(part, RowsOf(pair.Name), overwrite: true);
            File.Move(part + ".json", DocumentOf(pair.Name), overwrite: true);
            return diff;
        }
        finally
        {
            _computing.Release();
            File.Delete(part);
            File.Delete(part + ".json");
        }
    }

    private static DatasetDiff Compute(Pair pair, DiffEngine engine, DuckDBConnection connection, string rowsPath, CancellationToken cancellationToken)
    {
        var (plan, from, to) = (pair.Plan, pair.From, pair.To);
        var (added, removed, changed) = engine.FindRows(plan, rowsPath);
        var cells = plan.Key.Count == 0 ? null : changed == 0 ? new long[plan.Pairs.Count] : engine.CountCells(plan);
        var statistics = new DiffStatistics(connection, engine, pair.FromPath, pair.ToPath)
            .Compute(plan, pair.FromProfile, pair.ToProfile, cells, cancellationToken.ThrowIfCancellationRequested);
        List<ChangedRow> sample = [];
        foreach (var kind in Enum.GetValues<RowChange>())
        {
            sample.AddRange(engine.Read(plan, from.Columns, to.Columns, rowsPath, new() { Kind = kind, Limit = SampleRows }).Rows);
        }

        return new()
        {
            Schema = plan.Schema,
            Statistics = statistics,
            Rows = new()
            {
                Key = [.. plan.Key.Select(k => k.From.Name)],
                FromRows = from.RowCount,
                ToRows = to.RowCount,
                Added = added,
                Removed = removed,
                Changed = changed,
                Same = from.RowCount - removed - changed,
                Sample = sample,
            },
        };
    }

    private async Task<T> WithEngineAsync<T>(Pair pair, Func<DiffEngine, DuckDBConnection, T> use, CancellationToken cancellationToken)
    {
        using var from = await blobs.FetchAsync(pair.From.Content, cancellationToken);
        using var to = await blobs.FetchAsync(pair.To.Content, cancellationToken);
        (pair.FromPath, pair.ToPath) = (from.Path, to.Path);
        // Engine calls block; they get a thread of their own instead of one that serves requests.
        return await Task.Run(
            () =>
            {
                using var connection = Sql.Open(null, Directory.CreateDirectory(hub.Value.PathOf("cache/spill")).FullName, Threads, options.Value.CompareMemoryMegabytes * 1024L * 1024);
                try
                {
                    return use(new DiffEngine(connection, from.Path, to.Path, cancellationToken), connection);
                }
                catch (DuckDBException) when (cancellationToken.IsCancellationRequested)
                {
                    throw new OperationCanceledException(cancellationToken);
                }
                catch (DuckDBException full) when (full.Message.Contains("Out of Memory", StringComparison.OrdinalIgnoreCase))
                {
                    throw HubException.Impossible("Comparing these versions takes more memory than the server allows. Compare without a key, or ask the operator to raise MLHub:Datasets:CompareMemoryMegabytes.", "OUT_OF_MEMORY");
                }
            },
            cancellationToken);
    }

    private async Task<DatasetDiff?> KeptAsync(string name, CancellationToken cancellationToken)
    {
        var path = DocumentOf(name);
        if (!File.Exists(path) || !File.Exists(RowsOf(name)))
        {
            return null;
        }

        File.SetLastAccessTimeUtc(path, time.GetUtcNow().UtcDateTime);
        try
        {
            return HubJson.Read<DatasetDiff>(await File.ReadAllTextAsync(path, cancellationToken));
        }
        catch (JsonException)
        {
            // Written by an earlier edition of MLHub: found anew.
            return null;
        }
    }

    private void Shrink()
    {
        foreach (var old in new DirectoryInfo(Root).GetFiles("*.json").Where(f => !f.Name.Contains(".part", StringComparison.Ordinal)).OrderByDescending(f => f.LastAccessTimeUtc).Skip(Kept - 1))
        {
            old.Delete();
            File.Delete(RowsOf(Path.GetFileNameWithoutExtension(old.Name)));
        }
    }

    private string DocumentOf(string name) => Path.Combine(Root, name + ".json");

    private string RowsOf(string name) => Path.Combine(Root, name + ".parquet");

    private sealed record Pair(ReadyVersion From, DatasetProfileDocument FromProfile, ReadyVersion To, DatasetProfileDocument ToProfile, DiffPlan Plan, string Name)
    {
        public string FromPath { get; set; } = "";

        public string ToPath { get; set; } = "";
    }
}
