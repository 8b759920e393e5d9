using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace MLHub.Core.Datasets.Formats;

/// <summary>Lets one thread part the text into cells and another one work on them: rows are handed over in batches, in their order.</summary>
internal sealed class RowPipe : ITextRowSink, IDisposable
{
    private const int BatchBytes = 512 * 1024;
    private const int BatchesAhead = 4;

    private readonly ITextRowSink _sink;
    private readonly int _width;
    private readonly BlockingCollection<Batch> _full = new(BatchesAhead);
    private readonly ConcurrentBag<Batch> _empty = [];
    private readonly Thread _worker;
    private volatile ExceptionDispatchInfo? _failure;
    private Batch _batch;

    private RowPipe(ITextRowSink sink, int width)
    {
        _sink = sink;
        _width = width;
        _batch = new Batch();
        _worker = new Thread(Work) { IsBackground = true, Name = "rows" };
        _worker.Start();
    }

    /// <summary>Reads a table into a sink that works on a thread of its own; returns when it has seen every row.</summary>
    public static void Read(TextTable table, ITextRowSink sink, int threads, Action<double> progress, CancellationToken cancellationToken)
    {
        if (threads < 2)
        {
            table.Read(sink, progress, cancellationToken);
            return;
        }

        using var pipe = new RowPipe(sink, table.Header.Count);
        table.Read(pipe, progress, cancellationToken);
        pipe.Finish();
    }

    public void Row(TextRow row)
    {
        _batch.Add(row, _width);
        if (_batch.Used >= BatchBytes)
        {
            HandOver();
        }
    }

    public void Reject(long line, string text, string reason) => _batch.Rejects.Add((line, text, reason));

    public void Dispose()
    {
        if (!_full.IsAddingCompleted)
        {
            _full.CompleteAdding();
        }

        _worker.Join();
        _full.Dispose();
    }

    private void Finish()
    {
        HandOver();
        _full.CompleteAdding();
        _worker.Join();
        _failure?.Throw();
    }

    private void HandOver()
    {
        _failure?.Throw();
        _full.Add(_batch);
        _batch = _empty.TryTake(out var used) ? used : new Batch();
    }

    private void Work()
    {
        var row = new TextRow();
        foreach (var batch in _full.GetConsumingEnumerable())
        {
            // After a failure the rest is only taken away, so that the other side never waits for room.
            if (_failure is null)
            {
                try
                {
                    batch.Replay(_sink, row, _width);
                }
                catch (Exception failed)
                {
                    _failure = ExceptionDispatchInfo.Capture(failed);
                }
            }

            batch.Clear();
            _empty.Add(batch);
        }
    }

    private sealed class Batch
    {
        private byte[] _bytes = new byte[BatchBytes + 64 * 1024];
        private int[] _lengths = new int[16 * 1024];
        private long[] _lines = new long[4096];
        private int _cells;
        private int _rows;

        public int Used { get; private set; }

        public List<(long Line, string Text, string Reason)> Rejects { get; } = [];

        public void Add(TextRow row, int width)
        {
            if (_cells + width > _lengths.Length)
            {
                Array.Resize(ref _lengths, Math.Max(_lengths.Length * 2, _cells + width));
            }

            if (_rows == _lines.Length)
            {
                Array.Resize(ref _lines, _rows * 2);
            }

            _lines[_rows++] = row.Line;
            for (var i = 0; i < width; i++)
            {
                var cell = row[i];
                if (Used + cell.Length > _bytes.Length)
                {
                    Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Used + cell.Length));
                }

                cell.CopyTo(_bytes.AsSpan(Used));
                Used += cell.Length;
                _lengths[_cells++] = row.IsNull(i) ? -1 : cell.Length;
            }
        }

        public void Replay(ITextRowSink sink, TextRow row, int width)
        {
            int at = 0, cell = 0;
            for (var r = 0; r < _rows; r++)
            {
                row.Reset(_bytes, width, _lines[r]);
                for (var i = 0; i < width; i++, cell++)
                {
                    if (_lengths[cell] >= 0)
                    {
                        row.Set(i, at, _lengths[cell]);
                        at += _lengths[cell];
                    }
                }

                sink.Row(row);
            }

            foreach (var (line, text, reason) in Rejects)
            {
                sink.Reject(line, text, reason);
            }
        }

        public void Clear()
        {
            Used = 0;
            _cells = 0;
            _rows = 0;
            Rejects.Clear();
        }
    }
}
