using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using MLHub.Core.Data;

namespace MLHub.Tests.Datasets;

/// <summary>The database of a bench, for a process that dies when it is about to write which version of a dataset is the latest.</summary>
internal sealed class CutContexts(DatasetBench bench) : IDbContextFactory<HubDbContext>
{
    public HubDbContext CreateDbContext() => new SqliteHubDbContext((DbContextOptions<SqliteHubDbContext>)DataSetup
        .UseSqlite(new DbContextOptionsBuilder<SqliteHubDbContext>(), new HubOptions { DataPath = bench.DataPath }).AddInterceptors(new CutOff()).Options);

    private sealed class CutOff : DbCommandInterceptor
    {
        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
            command.CommandText.Contains("max(", StringComparison.OrdinalIgnoreCase) ? throw new TimeoutException("The machine went dark.") : new(result);
    }
}
