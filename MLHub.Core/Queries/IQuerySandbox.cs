using MLHub.Core.Common;

namespace MLHub.Core.Queries;

/// <summary>
/// Runs one SELECT that a stranger wrote, over the tables it is given and nothing else: in a process of its own without network, files
/// and other processes, bounded in time, memory and output. The caller has checked already who may read these tables.
/// </summary>
public interface IQuerySandbox
{
    /// <summary>Whether the query can run at all: what it reads, its names and its types. Nothing is computed, so it takes no time.</summary>
    /// <returns>The columns that it would give.</returns>
    /// <exception cref="HubException">As of <see cref="ReadAsync"/>.</exception>
    Task<IReadOnlyList<ColumnSchema>> CheckAsync(SandboxQuery query, CancellationToken cancellationToken);

    /// <summary>The first rows of the result.</summary>
    /// <exception cref="HubException">
    /// <c>SQL_REFUSED</c>, <c>SQL_ERROR</c>, <c>QUERY_TIMEOUT</c>, <c>QUERY_CPU</c>, <c>QUERY_MEMORY</c>, <c>QUERY_TOO_LARGE</c>, <c>ENGINE_CRASHED</c>,
    /// <c>SQL_SANDBOX_OFF</c>: each with a text for the user.
    /// </exception>
    Task<QueryRows> ReadAsync(SandboxQuery query, int maxRows, CancellationToken cancellationToken);

    /// <summary>
    /// The whole result as a Parquet file with only MLHub's column types, <see cref="ColumnSchema.RowId"/> first. A result of more rows or bytes than the limits is refused.
    /// </summary>
    /// <exception cref="HubException">As of <see cref="ReadAsync"/>.</exception>
    Task<QueryFile> WriteAsync(SandboxQuery query, string parquetPath, CancellationToken cancellationToken);
}

/// <param name="Sql">One SELECT (also WITH, FROM, VALUES, DESCRIBE, SUMMARIZE); a semicolon may end it.</param>
/// <param name="Tables">What it may read.</param>
public sealed record SandboxQuery(string Sql, IReadOnlyList<SandboxTable> Tables)
{
    /// <summary>The table that a query is about.</summary>
    public const string MainTable = "dataset";

    /// <summary><c>null</c> takes the server's for questions.</summary>
    public QueryLimits? Limits { get; init; }
}

/// <param name="Name">Letters, digits and underscores.</param>
/// <param name="ParquetPath">A file that MLHub wrote; its row id is not shown to the query.</param>
public sealed record SandboxTable(string Name, string ParquetPath);

/// <param name="Seconds">Time on the clock; processor time has the same limit for each thread.</param>
/// <param name="MemoryMegabytes">Of the engine; the whole process may have twice as much.</param>
/// <param name="MaxRows">Rows of a result that is written to a file.</param>
/// <param name="MaxMegabytes">Bytes of such a file, and of what the engine spills to disk.</param>
public sealed record QueryLimits(int Seconds, int MemoryMegabytes, int Threads, long MaxRows, int MaxMegabytes);

/// <param name="Rows">Cells: <c>long</c>, <c>double</c>, <c>bool</c>, <c>string</c>, <c>DateOnly</c>, <c>DateTime</c> (UTC), <c>TimeOnly</c>, or <c>null</c> when missing.</param>
/// <param name="HasMore">There are more rows than were asked for.</param>
/// <param name="Milliseconds">Of the query alone.</param>
public sealed record QueryRows(IReadOnlyList<ColumnSchema> Columns, IReadOnlyList<object?[]> Rows, bool HasMore, double Milliseconds);

public sealed record QueryFile(IReadOnlyList<ColumnSchema> Columns, long RowCount, double Milliseconds);
