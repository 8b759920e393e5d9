using System.Linq.Expressions;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;
using MLHub.Core.Training;

namespace MLHub.Core.Experiments.Filters;

/// <summary>
/// Answers a filter with the database: every value is a parameter, every key a comparison with an indexed column. A run that lacks
/// a metric, parameter or tag meets no comparison with it, not even “!=”.
/// </summary>
internal sealed class RunFilterQuery
{
    private readonly HubDbContext _db;
    private readonly Actor _actor;
    private readonly DateTime _now;
    private readonly Dictionary<RunFilter, List<Guid>> _matches = new(ReferenceEqualityComparer.Instance);

    private RunFilterQuery(HubDbContext db, Actor actor, DateTime now)
    {
        _db = db;
        _actor = actor;
        _now = now;
    }

    /// <summary>A pattern that cannot run away: its time is linear in the text.</summary>
    public static Regex Pattern(string text) => new(text, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    /// <summary>Leaves the runs that the filter asks for. Archived and deleted ones only when the filter speaks of them.</summary>
    public static async Task<IQueryable<Run>> ApplyAsync(HubDbContext db, Actor actor, IQueryable<Run> runs, RunFilter? filter, DateTime now, CancellationToken cancellationToken)
    {
        if (filter?.Mentions(RunFieldKind.Deleted) != true)
        {
            runs = runs.Where(r => r.DeletedAt == null);
        }

        if (filter?.Mentions(RunFieldKind.Archived) != true && filter?.Mentions(RunFieldKind.Deleted) != true)
        {
            runs = runs.Where(r => r.ArchivedAt == null);
        }

        if (filter is null)
        {
            return runs;
        }

        var query = new RunFilterQuery(db, actor, now);
        foreach (var part in filter.Parts().OfType<RunFilter.Compare>().Where(c => c.Operator == RunOperator.Matches))
        {
            query._matches[part] = await query.MatchAsync(runs, part, cancellationToken);
        }

        return runs.Where(query.Compile(filter));
    }

    /// <summary>
    /// Patterns are matched here, not in the database: SQLite would run them without a limit of time, and the two engines read
    /// different dialects.
    /// </summary>
    private async Task<List<Guid>> MatchAsync(IQueryable<Run> runs, RunFilter.Compare part, CancellationToken cancellationToken)
    {
        var pattern = Pattern(part.Values[0].Text);
        var ids = runs.Select(r => r.Id);
        var key = part.Field.Key;
        var texts = part.Field.Kind switch
        {
            RunFieldKind.Parameter => _db.Set<RunParameter>().Where(p => p.Key == key && ids.Contains(p.RunId)).Select(p => new Found(p.RunId, p.Text)),
            RunFieldKind.Tag when key is null => _db.Set<RunTag>().Where(t => ids.Contains(t.RunId)).Select(t => new Found(t.RunId, t.Key)),
            RunFieldKind.Tag => _db.Set<RunTag>().Where(t => t.Key == key && ids.Contains(t.RunId)).Select(t => new Found(t.RunId, t.Text)),
            RunFieldKind.Name => runs.Select(r => new Found(r.Id, r.Name)),
            RunFieldKind.Note => runs.Where(r => r.Note != null).Select(r => new Found(r.Id, r.Note!)),
            RunFieldKind.Algorithm => runs.Where(r => r.Algorithm != null).Select(r => new Found(r.Id, r.Algorithm!)),
            RunFieldKind.Dataset => from run in runs join dataset in _db.Set<Dataset>() on run.DatasetId equals dataset.Id where dataset.DeletedAt == null select new Found(run.Id, dataset.Name),
            RunFieldKind.User => from run in runs join user in _db.Set<HubUser>() on run.CreatedBy equals user.Id select new Found(run.Id, user.DisplayName),
            _ => throw HubException.Invalid("This field holds no text to match.", "BAD_FILTER"),
        };
        var found = new HashSet<Guid>();
        await foreach (var text in texts.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (pattern.IsMatch(text.Value))
            {
                found.Add(text.RunId);
            }
        }

        return [.. found];
    }

    private Expression<Func<Run, bool>> Compile(RunFilter filter) => filter switch
    {
        RunFilter.And and => Join(Compile(and.Left), Compile(and.Right), Expression.AndAlso),
        RunFilter.Or or => Join(Compile(or.Left), Compile(or.Right), Expression.OrElse),
        RunFilter.Not not => Negate(Compile(not.Inner)),
        RunFilter.Words words => Words(words.Text),
        RunFilter.IsNull empty => IsNull(empty.Field),
        RunFilter.Compare { Operator: RunOperator.NotEqual } compare => Differs(compare),
        RunFilter.Compare { Operator: RunOperator.Matches } compare => IsAmong(_matches[compare]),
        RunFilter.Compare compare => Compare(compare),
        _ => throw new InvalidOperationException($"Unknown part of a filter: {filter}"),
    };

    private static Expression<Func<Run, bool>> IsAmong(List<Guid> ids) => r => EF.Parameter(ids).Contains(r.Id);

    private Expression<Func<Run, bool>> Words(string text)
    {
        var contains = new RunFilter.Compare(new(RunFieldKind.Name, null), RunOperator.Contains, [new(text, null, null)]);
        return Join(
            Join(Text<Run>(r => r.NameKey, contains, Slug.Key), Text<Run>(r => r.Note == null ? "" : r.Note.ToLower(), contains), Expression.OrElse),
            Any<RunTag>(AnyTag(contains), (t, r) => t.RunId == r.Id),
            Expression.OrElse);
    }

    private Expression<Func<Run, bool>> IsNull(RunField field)
    {
        var key = field.Key;
        return field.Kind switch
        {
            RunFieldKind.Metric => r => !_db.Set<RunMetric>().Any(m => m.RunId == r.Id && m.Key == key),
            RunFieldKind.Parameter => r => !_db.Set<RunParameter>().Any(p => p.RunId == r.Id && p.Key == key),
            RunFieldKind.Tag => r => !_db.Set<RunTag>().Any(t => t.RunId == r.Id && (key == null || t.Key == key)),
            RunFieldKind.Algorithm => r => r.Algorithm == null,
            RunFieldKind.Task => r => r.Task == null,
            RunFieldKind.Dataset or RunFieldKind.Version => r => r.DatasetId == null,
            RunFieldKind.Note => r => r.Note == null,
            RunFieldKind.Started => r => r.StartedAt == null,
            RunFieldKind.Ended => r => r.EndedAt == null,
            RunFieldKind.Duration => r => r.DurationSeconds == null,
            RunFieldKind.Parent => r => r.ParentRunId == null,
            RunFieldKind.Archived => r => r.ArchivedAt == null,
            RunFieldKind.Deleted => r => r.DeletedAt == null,
            _ => r => false,
        };
    }

    /// <summary>Something else stands there; a run where nothing stands does not differ.</summary>
    private Expression<Func<Run, bool>> Differs(RunFilter.Compare compare)
    {
        var differs = Negate(Compare(compare with { Operator = RunOperator.Equal }));
        return compare.Field.Kind is RunFieldKind.Metric or RunFieldKind.Parameter or RunFieldKind.Tag or RunFieldKind.Algorithm or RunFieldKind.Task or RunFieldKind.Dataset or RunFieldKind.Version
            or RunFieldKind.Duration or RunFieldKind.Started or RunFieldKind.Ended or RunFieldKind.Parent
            && compare.Field is not { Kind: RunFieldKind.Tag, Key: null }
            ? Join(Negate(IsNull(compare.Field)), differs, Expression.AndAlso)
            : differs;
    }

    private Expression<Func<Run, bool>> Compare(RunFilter.Compare compare)
    {
        var key = compare.Field.Key;
        return compare.Field.Kind switch
        {
            RunFieldKind.Metric => Any<RunMetric>(Then<RunMetric>(m => m.Key == key, Number<RunMetric>(m => m.Last, compare)), (m, r) => m.RunId == r.Id),
            RunFieldKind.Parameter => Any<RunParameter>(Then<RunParameter>(p => p.Key == key, Either<RunParameter>(p => p.Number, p => p.Text, compare)), (p, r) => p.RunId == r.Id),
            RunFieldKind.Tag when key is null => Any<RunTag>(AnyTag(compare), (t, r) => t.RunId == r.Id),
            RunFieldKind.Tag => Any<RunTag>(Then<RunTag>(t => t.Key == key, Either<RunTag>(t => t.Number, t => t.Text, compare)), (t, r) => t.RunId == r.Id),
            RunFieldKind.Name => Text<Run>(r => r.NameKey, compare, Slug.Key),
            RunFieldKind.Note => Text<Run>(r => r.Note == null ? "" : r.Note.ToLower(), compare),
            RunFieldKind.Algorithm => Text<Run>(r => r.Algorithm == null ? "" : r.Algorithm.ToLower(), compare),
            RunFieldKind.State => Member(compare, (RunState state) => r => r.State == state),
            RunFieldKind.Task => Member(compare, (TrainingTask task) => r => r.Task == task),
            RunFieldKind.Source => Member(compare, (RunSource source) => r => r.Source == source),
            RunFieldKind.Dataset => Any<Dataset>(Then<Dataset>(d => d.DeletedAt == null, Text<Dataset>(d => d.NameKey, compare, Slug.Key)), (d, r) => d.Id == r.DatasetId),
            RunFieldKind.Version => Number<Run>(r => r.DatasetVersion, compare),
            RunFieldKind.Duration => Number<Run>(r => r.DurationSeconds, compare),
            RunFieldKind.User => User(compare),
            RunFieldKind.Created => Time(r => r.CreatedAt, compare),
            RunFieldKind.Started => Time(r => r.StartedAt, compare),
            RunFieldKind.Ended => Time(r => r.EndedAt, compare),
            RunFieldKind.Id => OneOf(compare, id => r => r.Id == id),
            RunFieldKind.Parent => OneOf(compare, id => r => r.ParentRunId == id),
            RunFieldKind.Archived => bool.Parse(compare.Values[0].Text) ? r => r.ArchivedAt != null : r => r.ArchivedAt == null,
            RunFieldKind.Deleted => bool.Parse(compare.Values[0].Text) ? r => r.DeletedAt != null : r => r.DeletedAt == null,
            _ => throw new InvalidOperationException($"Unknown field: {compare.Field}"),
        };
    }

    private static Expression<Func<RunTag, bool>> AnyTag(RunFilter.Compare compare) =>
        Join(Text<RunTag>(t => t.Text, compare), Text<RunTag>(t => t.Key.ToLower(), compare), Expression.OrElse);

    private Expression<Func<Run, bool>> User(RunFilter.Compare compare)
    {
        if (compare.Values is [{ Text: var text }] && text.Equals("me", StringComparison.OrdinalIgnoreCase))
        {
            var me = _actor.UserId;
            return r => r.CreatedBy == me;
        }

        return Any<HubUser>(Text<HubUser>(u => u.DisplayName.ToLower(), compare), (u, r) => u.Id == r.CreatedBy);
    }

    private Expression<Func<Run, bool>> Time(Expression<Func<Run, DateTime?>> value, RunFilter.Compare compare)
    {
        if (compare.Operator == RunOperator.Within)
        {
            var since = _now.AddSeconds(-Math.Min(Math.Abs(compare.Values[0].Number!.Value), 1e9));
            return Binary(value, Expression.GreaterThanOrEqual, since);
        }

        // A date without a time means the whole day.
        var from = compare.Values[0].Time!.Value;
        var isDay = compare.Values[0].Text.Length <= 10;
        var to = isDay ? from.AddDays(1) : from;
        return compare.Operator switch
        {
            RunOperator.Less => Binary(value, Expression.LessThan, from),
            RunOperator.LessOrEqual => isDay ? Binary(value, Expression.LessThan, to) : Binary(value, Expression.LessThanOrEqual, from),
            RunOperator.Greater => isDay ? Binary(value, Expression.GreaterThanOrEqual, to) : Binary(value, Expression.GreaterThan, from),
            RunOperator.GreaterOrEqual => Binary(value, Expression.GreaterThanOrEqual, from),
            RunOperator.Between => Join(
                Binary(value, Expression.GreaterThanOrEqual, from),
                compare.Values[1].Text.Length <= 10 ? Binary(value, Expression.LessThan, compare.Values[1].Time!.Value.AddDays(1)) : Binary(value, Expression.LessThanOrEqual, compare.Values[1].Time!.Value),
                Expression.AndAlso),
            RunOperator.In => compare.Values.Select(v => Time(value, new(compare.Field, RunOperator.Equal, [v]))).Aggregate((a, b) => Join(a, b, Expression.OrElse)),
            _ => isDay ? Join(Binary(value, Expression.GreaterThanOrEqual, from), Binary(value, Expression.LessThan, to), Expression.AndAlso) : Binary(value, Expression.Equal, from),
        };
    }

    private static Expression<Func<T, bool>> Number<T>(Expression<Func<T, double?>> value, RunFilter.Compare compare) => compare.Operator switch
    {
        RunOperator.Less => Binary(value, Expression.LessThan, compare.Values[0].Number!.Value),
        RunOperator.LessOrEqual => Binary(value, Expression.LessThanOrEqual, compare.Values[0].Number!.Value),
        RunOperator.Greater => Binary(value, Expression.GreaterThan, compare.Values[0].Number!.Value),
        RunOperator.GreaterOrEqual => Binary(value, Expression.GreaterThanOrEqual, compare.Values[0].Number!.Value),
        RunOperator.Between => Join(
            Binary(value, Expression.GreaterThanOrEqual, compare.Values[0].Number!.Value), Binary(value, Expression.LessThanOrEqual, compare.Values[1].Number!.Value), Expression.AndAlso),
        _ => compare.Values.Select(v => Binary(value, Expression.Equal, v.Number!.Value)).Aggregate((a, b) => Join(a, b, Expression.OrElse)),
    };

    /// <summary>As a number where an order is asked for; otherwise the text, or the same number written differently.</summary>
    private static Expression<Func<T, bool>> Either<T>(Expression<Func<T, double?>> number, Expression<Func<T, string>> text, RunFilter.Compare compare) => compare.Operator switch
    {
        RunOperator.Less or RunOperator.LessOrEqual or RunOperator.Greater or RunOperator.GreaterOrEqual or RunOperator.Between => Number(number, compare),
        RunOperator.Equal or RunOperator.In => compare.Values
            .Select(v => v.Number is { } exact
                ? Join(Binary(number, Expression.Equal, exact), Text(text, compare with { Operator = RunOperator.Equal, Values = [v] }), Expression.OrElse)
                : Text(text, compare with { Operator = RunOperator.Equal, Values = [v] }))
            .Aggregate((a, b) => Join(a, b, Expression.OrElse)),
        _ => Text(text, compare),
    };

    /// <param name="value">In small letters.</param>
    private static Expression<Func<T, bool>> Text<T>(Expression<Func<T, string>> value, RunFilter.Compare compare, Func<string, string>? form = null)
    {
        form ??= text => text.ToLowerInvariant();
        return compare.Values.Select(v => form(v.Text)).Select(wanted => compare.Operator switch
        {
            RunOperator.Contains => Call(value, nameof(string.Contains), wanted),
            RunOperator.Starts => Call(value, nameof(string.StartsWith), wanted),
            RunOperator.Equal or RunOperator.In => Binary(value, Expression.Equal, wanted),
            _ => throw HubException.Invalid("This field holds text. Compare it with =, contains, starts or ~.", "BAD_FILTER"),
        }).Aggregate((a, b) => Join(a, b, Expression.OrElse));
    }

    private static Expression<Func<Run, bool>> Member<TEnum>(RunFilter.Compare compare, Func<TEnum, Expression<Func<Run, bool>>> isThis) where TEnum : struct, Enum
    {
        var wanted = Enum.GetValues<TEnum>().Where(value => compare.Values.Any(v => compare.Operator switch
        {
            RunOperator.Contains => value.ToString().Contains(v.Text, StringComparison.OrdinalIgnoreCase),
            RunOperator.Starts => value.ToString().StartsWith(v.Text, StringComparison.OrdinalIgnoreCase),
            RunOperator.Equal or RunOperator.In => value.ToString().Equals(v.Text, StringComparison.OrdinalIgnoreCase),
            _ => throw HubException.Invalid("This field holds a word. Compare it with = or in.", "BAD_FILTER"),
        })).Select(isThis).ToList();
        return wanted.Count == 0 ? r => false : wanted.Aggregate((a, b) => Join(a, b, Expression.OrElse));
    }

    private static Expression<Func<Run, bool>> OneOf(RunFilter.Compare compare, Func<Guid, Expression<Func<Run, bool>>> isThis) =>
        compare.Values.Select(v => isThis(Guid.Parse(v.Text))).Aggregate((a, b) => Join(a, b, Expression.OrElse));

    /// <summary>Whether a row of another table, found by <paramref name="belongs"/>, meets the condition.</summary>
    private Expression<Func<Run, bool>> Any<T>(Expression<Func<T, bool>> condition, Expression<Func<T, Run, bool>> belongs) where T : class
    {
        var run = Expression.Parameter(typeof(Run), "r");
        var row = condition.Parameters[0];
        var link = new Replace(belongs.Parameters[0], row).Visit(new Replace(belongs.Parameters[1], run).Visit(belongs.Body));
        var predicate = Expression.Lambda<Func<T, bool>>(Expression.AndAlso(link, condition.Body), row);
        Expression<Func<IQueryable<T>>> set = () => _db.Set<T>();
        var any = Expression.Call(typeof(Queryable), nameof(Queryable.Any), [typeof(T)], set.Body, Expression.Quote(predicate));
        return Expression.Lambda<Func<Run, bool>>(any, run);
    }

    private static Expression<Func<T, bool>> Then<T>(Expression<Func<T, bool>> first, Expression<Func<T, bool>> then) => Join(first, then, Expression.AndAlso);

    private static Expression<Func<T, bool>> Binary<T, TValue>(Expression<Func<T, TValue>> value, Func<Expression, Expression, BinaryExpression> compare, TValue wanted)
    {
        // A captured variable, so that it becomes a parameter of the statement.
        Expression<Func<TValue>> parameter = () => wanted;
        return Expression.Lambda<Func<T, bool>>(compare(value.Body, parameter.Body), value.Parameters);
    }

    private static Expression<Func<T, bool>> Call<T>(Expression<Func<T, string>> value, string method, string wanted)
    {
        Expression<Func<string>> parameter = () => wanted;
        return Expression.Lambda<Func<T, bool>>(Expression.Call(value.Body, typeof(string).GetMethod(method, [typeof(string)])!, parameter.Body), value.Parameters);
    }

    private static Expression<Func<T, bool>> Negate<T>(Expression<Func<T, bool>> inner) => Expression.Lambda<Func<T, bool>>(Expression.Not(inner.Body), inner.Parameters);

    private static Expression<Func<T, bool>> Join<T>(Expression<Func<T, bool>> left, Expression<Func<T, bool>> right, Func<Expression, Expression, BinaryExpression> how) =>
        Expression.Lambda<Func<T, bool>>(how(left.Body, new Replace(right.Parameters[0], left.Parameters[0]).Visit(right.Body)), left.Parameters);

    private sealed record Found(Guid RunId, string Value);

    private sealed class Replace(ParameterExpression from, Expression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : base.VisitParameter(node);
    }
}
