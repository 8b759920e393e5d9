using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Queries;
using MLHub.Tests.Support;

namespace MLHub.Tests.Queries;

internal static class QueryTestData
{
    /// <summary>Ten rows: n 0…9, even or odd, days from the first of January.</summary>
    public static SandboxTable Table(TestFolder folder, string name)
    {
        var path = folder.File(name + ".parquet");
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        connection.Run($"COPY (SELECT i AS {ColumnSchema.RowId}, i AS n, if(i % 2 = 0, 'even', 'odd') AS name, DATE '2024-01-01' + i::INTEGER AS day FROM range(10) t(i)) TO {Sql.Text(path)} (FORMAT parquet)");
        return new(name, path);
    }
}
