using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using MLHub.Core.Data;

namespace MLHub.Core.Operations;

/// <summary>What SQLite itself says about its file.</summary>
internal static class SqliteCheck
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(HubDbContext db, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var line in await LinesAsync(db, "PRAGMA integrity_check(20)", cancellationToken))
        {
            if (line != "ok")
            {
                findings.Add(new("DATABASE_DAMAGED", line));
            }
        }

        foreach (var table in await LinesAsync(db, "PRAGMA foreign_key_check", cancellationToken))
        {
            findings.Add(new("ROW_WITHOUT_OWNER", $"A row of {table} belongs to a row that does not exist"));
        }

        return findings;
    }

    private static async Task<List<string>> LinesAsync(HubDbContext db, string sql, CancellationToken cancellationToken)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        var lines = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            lines.Add(reader.GetString(0));
        }

        return lines;
    }
}
