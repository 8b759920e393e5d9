using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace MLHub.Core.Data;

/// <summary>What every SQLite connection is told when it opens.</summary>
/// <remarks>
/// synchronous=FULL: in WAL mode NORMAL may lose the last commits at a power cut, and an upload that was acknowledged must stay.
/// The others harden against a damaged or hostile database file.
/// </remarks>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    public static SqlitePragmas Instance { get; } = new();

    internal const string Pragmas = "PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
