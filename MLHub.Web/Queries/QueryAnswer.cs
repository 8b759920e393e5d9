using MLHub.Core.Common;
using MLHub.Core.Queries;
using MLHub.Web.Jobs;

namespace MLHub.Web.Queries;

/// <summary>Rows that a query returned.</summary>
/// <param name="TotalRows">Rows of the whole result; <c>null</c> when there are more than were asked for.</param>
/// <param name="MatchedRows">The same: a query has no filter beside its own.</param>
public sealed record QueryAnswer(
    IReadOnlyList<ColumnSchema> Columns, IReadOnlyList<object?[]> Rows, long? TotalRows, long? MatchedRows, bool HasMore, double Milliseconds)
{
    public static QueryAnswer Of(QueryRows rows)
    {
        long? total = rows.HasMore ? null : rows.Rows.Count;
        return new(rows.Columns, rows.Rows, total, total, rows.HasMore, Math.Round(rows.Milliseconds, 1));
    }
}

/// <param name="Sql">One SELECT over <c>dataset</c> and, for other versions, <c>v1</c>, <c>v2</c> …</param>
/// <param name="Limit">Rows wanted: 1 to 10 000, by default 1000.</param>
public sealed record QueryBody(string Sql, int? Limit = null);

/// <param name="Name">Of a new dataset; absent makes the next version of this one.</param>
/// <param name="Message">Why, for the list of versions.</param>
public sealed record SaveQueryBody(string Sql, string? Name = null, string? Message = null);

/// <summary>Where the result will be, and the job that computes it.</summary>
public sealed record SavedQueryAnswer(Guid DatasetId, int Version, JobAnswer Job);
