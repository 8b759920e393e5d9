using System.Numerics;
using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Jobs;

namespace MLHub.Core.Datasets.Formats;

/// <summary>
/// Stores typed rows as Parquet. They are collected in an engine's table first, so that memory stays bounded and the columns
/// can be written in large groups.
/// </summary>
internal sealed class TableWriter : ITextRowSink, IDisposable
{
    public const int RowGroupSize = 122_880;

    private const int MaxUnparsedListed = 10_000;
    private const long MaxEngineBytes = 512L * 1024 * 1024;
    private const int DictionaryBytes = 1024 * 1024;
    private const int MaxDictionaryBytes = 128 * DictionaryBytes;

    private readonly JobTask _task;
    private readonly ColumnPlan?[] _plans;
    private readonly NullTokens _nulls;
    private readonly long[] _unparsed;
    private readonly DuckDBConnection _connection;
    private readonly List<RejectedRow> _rejects = [];
    private DuckDBAppender? _rows;
    private long _listed;

    public TableWriter(JobTask task, ColumnPlan?[] plans, NullTokens nulls)
    {
        _task = task;
        _plans = plans;
        _nulls = nulls;
        _unparsed = new long[plans.Length];
        // In memory up to the limit and in the scratch folder beyond: a database file would be compressed on the way in, only to be read once.
        _connection = Sql.Open(null, task.ScratchFolder, task.Threads, Math.Min(MaxEngineBytes, task.MemoryBytes / 4));
        var columns = plans.OfType<ColumnPlan>().Select(p => $"{Sql.Name(p.Name)} {Sql.Type(p.Type)}");
        _connection.Run($"CREATE TABLE rows ({Sql.Name(ColumnSchema.RowId)} BIGINT NOT NULL, {string.Join(", ", columns)}); CREATE TABLE rejects (line BIGINT, \"column\" VARCHAR, text VARCHAR, reason VARCHAR)");
        _rows = _connection.CreateAppender("rows");
    }

    public long Rows { get; private set; }

    /// <summary>Per column of the file: cells that did not fit the type that the user chose.</summary>
    public IReadOnlyList<long> Unparsed => _unparsed;

    public void Row(TextRow row)
    {
        var appended = _rows!.CreateRow();
        appended.AppendValue(Rows);
        for (var i = 0; i < _plans.Length; i++)
        {
            if (_plans[i] is not { } plan)
            {
                continue;
            }

            var cell = CellText.Trim(row[i]);
            if (CellValue.IsMissing(row, i, cell, plan, _nulls))
            {
                appended.AppendNullValue();
            }
            else if (plan.Type == ColumnType.Text)
            {
                appended.AppendValue(row.Writable(i));
            }
            else if (!TryAppend(appended, plan, cell))
            {
                appended.AppendNullValue();
                _unparsed[i]++;
                if (_listed++ < MaxUnparsedListed)
                {
                    _rejects.Add(new(row.Line, plan.Name, System.Text.Encoding.UTF8.GetString(cell.Length > 200 ? cell[..200] : cell), CellValue.WhyNot(plan.Type)));
                }
            }
        }

        appended.EndRow();
        Rows++;
    }

    public void Reject(long line, string text, string reason) => _rejects.Add(new(line, null, text, reason));

    public void Finish()
    {
        _rows!.Close();
        _rows.Dispose();
        _rows = null;
        Copy("rows", VersionOwner.Rows);
        if (_rejects.Count > 0)
        {
            using (var appender = _connection.CreateAppender("rejects"))
            {
                foreach (var reject in _rejects)
                {
                    appender.CreateRow().AppendValue(reject.Line).AppendValue(reject.Column).AppendValue(reject.Text).AppendValue(reject.Reason).EndRow();
                }
            }

            Copy("rejects", ImportResult.Rejects);
        }
    }

    public void Dispose()
    {
        _rows?.Dispose();
        _connection.Dispose();
    }

    private static bool TryAppend(IDuckDBAppenderRow row, ColumnPlan plan, ReadOnlySpan<byte> cell)
    {
        switch (plan.Type)
        {
            case ColumnType.Integer when CellValue.TryInteger(cell, plan, out var integer):
                row.AppendValue(integer);
                return true;
            case ColumnType.Number when CellValue.TryNumber(cell, plan, out var number):
                row.AppendValue(number);
                return true;
            case ColumnType.Boolean when CellValue.TryBoolean(cell, out var yes):
                row.AppendValue(yes);
                return true;
            case ColumnType.Date when CellValue.TryMoment(cell, plan, out var day) && day.TimeOfDay == TimeSpan.Zero:
                row.AppendValue((DuckDB.NET.Native.DuckDBDateOnly)DateOnly.FromDateTime(day));
                return true;
            case ColumnType.Datetime when CellValue.TryMoment(cell, plan, out var moment):
                row.AppendValue(moment);
                return true;
            case ColumnType.Time when CellText.TryTime(cell, out var microseconds):
                row.AppendValue((DuckDB.NET.Native.DuckDBTimeOnly)new TimeOnly(microseconds * 10));
                return true;
            default:
                return false;
        }
    }

    /// <summary>The engine sets place for the dictionary of each text column aside, which for thousands is more than it may use.</summary>
    private void Copy(string table, string output)
    {
        var texts = Math.Max(1, _plans.Count(p => p?.Type == ColumnType.Text));
        var dictionary = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(DictionaryBytes, MaxDictionaryBytes / texts));
        _connection.Run($"COPY {table} TO {Sql.Text(_task.OutputPath(output))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {RowGroupSize}, STRING_DICTIONARY_PAGE_SIZE_LIMIT {dictionary})");
    }
}
