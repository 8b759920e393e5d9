using DuckDB.NET.Data;
using Microsoft.Extensions.Options;
using MLHub.Core.Data;

namespace MLHub.Core.Datasets;

/// <summary>
/// The one engine with which the web process reads tables. It opens only Parquet that MLHub wrote, with MLHub's own SQL; all readers
/// share its memory limit and its two threads.
/// </summary>
public sealed class RowEngine(IOptions<HubOptions> hub, IOptions<DatasetOptions> options) : IDisposable
{
    private const int Threads = 2;

    private readonly Lock _gate = new();
    private DuckDBConnection? _root;

    /// <summary>A connection of its own for one request; dispose it.</summary>
    public DuckDBConnection Connect()
    {
        lock (_gate)
        {
            _root ??= Sql.Open(null, Directory.CreateDirectory(hub.Value.PathOf("cache/spill")).FullName, Threads, options.Value.ReaderMemoryMegabytes * 1024L * 1024);
            var connection = _root.Duplicate();
            connection.Open();
            return connection;
        }
    }

    public void Dispose() => _root?.Dispose();
}
