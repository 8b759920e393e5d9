using System.Data.Common;
using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore.Diagnostics;
using MLHub.Core.Common;

namespace MLHub.Core.Data;

/// <summary>How long statements take until their first row, on both engines alike.</summary>
internal sealed class DatabaseMeter : DbCommandInterceptor
{
    private static readonly Histogram<double> Duration = HubMeter.Meter.CreateHistogram("mlhub.db.command.duration", "s", "Statements of the database.", null, HubMeter.Short);

    public static DatabaseMeter Instance { get; } = new();

    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result) => Record(eventData, result);

    public override object? ScalarExecuted(DbCommand command, CommandExecutedEventData eventData, object? result) => Record(eventData, result);

    public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result) => Record(eventData, result);

    public override ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default) =>
        new(Record(eventData, result));

    public override ValueTask<object?> ScalarExecutedAsync(DbCommand command, CommandExecutedEventData eventData, object? result, CancellationToken cancellationToken = default) =>
        new(Record(eventData, result));

    public override ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default) =>
        new(Record(eventData, result));

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) => Failed(eventData);

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Failed(eventData);
        return Task.CompletedTask;
    }

    private static T Record<T>(CommandExecutedEventData executed, T result)
    {
        Duration.Record(executed.Duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", "done"));
        return result;
    }

    private static void Failed(CommandErrorEventData failed) => Duration.Record(failed.Duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", "failed"));
}
