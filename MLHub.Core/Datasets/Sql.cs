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

    /// <summary>Whether a name can stand without quotes, as far as its letters go.</summary>
    public static bool IsPlainName(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>An expression as a value of the type. Days and moments outside of the years 1 to 9999, and 24 o'clock, have no place in a table here: they are missing.</summary>
    public static string Value(string expression, ColumnType type)
    {
        var value = $"CAST({expression} AS {Type(type)})";
        return type switch
        {
            ColumnType.Date => $"CASE WHEN {value} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN {value} END",
            ColumnType.Datetime => $"CASE WHEN {value} BETWEEN TIMESTAMP '0001-01-01' AND TIMESTAMP '9999-12-31 23:59:59.999999' THEN {value} END",
            ColumnType.Time => $"CASE WHEN {value} < TIME '24:00:00' THEN {value} END",
            _ => value,
        };
    }

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
