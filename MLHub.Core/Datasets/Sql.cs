using System.Globalization;
using DuckDB.NET.Data;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>Names and paths inside SQL for DuckDB. Values are parameters; these two cannot be.</summary>
public static class Sql
{
    /// <summary>A column or table name, quoted whatever it holds.</summary>
    public static string Name(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text literal, for places where DuckDB takes no parameter: file names and settings.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>How a column is stored.</summary>
    public static string Type(ColumnType type) => type switch
    {
        ColumnType.Integer => "BIGINT",
        ColumnType.Number => "DOUBLE",
        ColumnType.Boolean => "BOOLEAN",
        ColumnType.Date => "DATE",
        ColumnType.Datetime => "TIMESTAMP",
        ColumnType.Time => "TIME",
        _ => "VARCHAR",
    };

    /// <summary>
    /// An engine of its own with limits, without network, extensions or persistent secrets. The web process opens only files that MLHub wrote.
    /// </summary>
    public static DuckDBConnection Open(string? databasePath, string scratchFolder, int threads, long memoryBytes)
    {
        var connection = new DuckDBConnection($"Data Source={databasePath ?? ":memory:"}");
        try
        {
            connection.Open();
            connection.Run(string.Create(
                CultureInfo.InvariantCulture,
                $"""
                SET autoinstall_known_extensions=false; SET autoload_known_extensions=false; SET allow_community_extensions=false;
                SET allow_persistent_secrets=false; SET enable_external_file_cache=false; SET TimeZone='UTC';
                SET threads={Math.Max(1, threads)}; SET memory_limit='{Math.Max(64, memoryBytes / 1024 / 1024)}MiB'; SET temp_directory={Text(scratchFolder)}; SET enable_progress_bar=false;
                """));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static void Run(this DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
