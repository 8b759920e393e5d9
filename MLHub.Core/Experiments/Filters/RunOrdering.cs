using System.Globalization;
using System.Linq.Expressions;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Datasets;

namespace MLHub.Core.Experiments.Filters;

/// <summary>
/// An order of runs like <c>metric.auc desc, name</c>, and where a page of it ended. Runs that lack a field come last, whichever way;
/// equal ones by age. A page begins after a run, not after a count, so pages neither repeat nor skip when runs are added.
/// </summary>
internal sealed class RunOrdering
{
    public const int MaxFields = 4;

    private readonly List<Part> _parts;
    private readonly bool _isOldestFirst;
    private readonly string _text;

    private RunOrdering(List<Part> parts, bool isOldestFirst, string text)
    {
        _parts = parts;
        _isOldestFirst = isOldestFirst;
        _text = text;
    }

    /// <param name="text">Fields with <c>asc</c> or <c>desc</c>, separated by commas; <c>newest</c>, <c>oldest</c>; empty is newest.</param>
    public static RunOrdering Parse(string? text)
    {
        var parts = new List<Part>();
        var isOldestFirst = false;
        var items = Items(text ?? "").ToList();
        if (items.Count > MaxFields)
        {
            throw HubException.Field("orderBy", $"Order by at most {MaxFields} fields.", "BAD_ORDER");
        }

        foreach (var (name, isDescending) in items)
        {
            if (name.Equals("newest", StringComparison.OrdinalIgnoreCase) || name.Equals("oldest", StringComparison.OrdinalIgnoreCase))
            {
                isOldestFirst = name.Equals("oldest", StringComparison.OrdinalIgnoreCase);
                continue;
            }

            var field = RunField.Find(name)
                ?? throw HubException.Field("orderBy", $"There is no field “{name}”{(RunField.Nearest(name, RunField.Words) is { } near ? $". Did you mean “{near}”?" : ".")}", "BAD_ORDER");
            if (field is { Kind: RunFieldKind.Tag, Key: null } or { Kind: RunFieldKind.Id or RunFieldKind.Note or RunFieldKind.Parent or RunFieldKind.Archived or RunFieldKind.Deleted })
            {
                throw HubException.Field("orderBy", $"Runs cannot be ordered by “{name}”.", "BAD_ORDER");
            }

            parts.Add(new(field, isDescending));
        }

        return new(parts, isOldestFirst, text ?? "");
    }

    public IQueryable<Run> Apply(HubDbContext db, IQueryable<Run> runs)
    {
        IOrderedQueryable<Run>? ordered = null;
        foreach (var key in Keys(db))
        {
            ordered = key.Apply(ordered, runs);
        }

        return ordered is null ? _isOldestFirst ? runs.OrderBy(r => r.Id) : runs.OrderByDescending(r => r.Id)
            : _isOldestFirst ? ordered.ThenBy(r => r.Id) : ordered.ThenByDescending(r => r.Id);
    }

    /// <summary>Leaves the runs that come after the one that the token tells of.</summary>
    public IQueryable<Run> After(HubDbContext db, IQueryable<Run> runs, string? token, string? filter)
    {
        if (string.IsNullOrEmpty(token))
        {
            return runs;
        }

        var mark = Read(token, filter);
        var keys = Keys(db);
        if (mark.Values.Count != keys.Count)
        {
            throw BadToken();
        }

        var run = Expression.Parameter(typeof(Run), "r");
        var id = mark.Id;
        Expression<Func<Guid>> last = () => id;
        var idOf = Expression.Property(run, nameof(Run.Id));
        Expression after = _isOldestFirst ? Expression.GreaterThan(idOf, last.Body) : Expression.LessThan(idOf, last.Body);
        for (var i = keys.Count - 1; i >= 0; i--)
        {
            var (isAfter, isEqual) = keys[i].Compare(run, mark.Values[i]);
            after = Expression.OrElse(isAfter, Expression.AndAlso(isEqual, after));
        }

        return runs.Where(Expression.Lambda<Func<Run, bool>>(after, run));
    }

    public async Task<string> TokenAsync(HubDbContext db, Guid lastId, string? filter, CancellationToken cancellationToken)
    {
        var values = new List<JsonElement>();
        foreach (var key in Keys(db))
        {
            values.Add(await key.ReadAsync(db.Set<Run>().Where(r => r.Id == lastId), cancellationToken));
        }

        return Convert.ToBase64String(Encoding.UTF8.GetBytes(HubJson.Write(new Mark(Sign(filter), lastId, values)))).Replace('+', '-').Replace('/', '_').TrimEnd('=');
    }

    private static IEnumerable<(string Name, bool IsDescending)> Items(string text)
    {
        var (tokens, problem) = RunFilterToken.Cut(text);
        if (problem is not null)
        {
            throw HubException.Field("orderBy", problem.Message, "BAD_ORDER");
        }

        for (var i = 0; i < tokens.Count;)
        {
            if (tokens[i].Kind != RunFilterTokenKind.Word)
            {
                throw HubException.Field("orderBy", "Write fields with asc or desc, separated by commas.", "BAD_ORDER");
            }

            var name = tokens[i++].Text;
            var isDescending = i < tokens.Count && tokens[i].Is("desc");
            if (i < tokens.Count && (isDescending || tokens[i].Is("asc")))
            {
                i++;
            }

            if (i < tokens.Count && (tokens[i].Kind != RunFilterTokenKind.Comma || i == tokens.Count - 1))
            {
                throw HubException.Field("orderBy", "Write fields with asc or desc, separated by commas.", "BAD_ORDER");
            }

            i++;
            yield return (name, isDescending);
        }
    }

    /// <summary>A token belongs to one question; with another one it would begin anywhere.</summary>
    private string Sign(string? filter) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{_text}\n{filter}")).AsSpan(0, 6));

    private Mark Read(string token, string? filter)
    {
        try
        {
            var text = token.Replace('-', '+').Replace('_', '/');
            var mark = HubJson.Read<Mark>(Encoding.UTF8.GetString(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='))));
            return mark.Of == Sign(filter) && mark.Values is not null ? mark : throw BadToken();
        }
        catch (Exception wrong) when (wrong is FormatException or JsonException)
        {
            throw BadToken();
        }
    }

    private static HubException BadToken() => HubException.Invalid("The page token is not one of ours, or belongs to another filter or order. Start again without it.", "BAD_PAGE_TOKEN");

    private List<Key> Keys(HubDbContext db) => [.. _parts.SelectMany(p => Of(db, p))];

    private static IEnumerable<Key> Of(HubDbContext db, Part part)
    {
        var key = part.Field.Key;
        var desc = part.IsDescending;
        return part.Field.Kind switch
        {
            RunFieldKind.Metric => [new NumberKey(r => db.Set<RunMetric>().Where(m => m.RunId == r.Id && m.Key == key).Select(m => m.Last).FirstOrDefault(), desc)],
            // Numbers in their order, then words in theirs.
            RunFieldKind.Parameter =>
            [
                new NumberKey(r => db.Set<RunParameter>().Where(p => p.RunId == r.Id && p.Key == key).Select(p => p.Number).FirstOrDefault(), desc),
                new TextKey(r => db.Set<RunParameter>().Where(p => p.RunId == r.Id && p.Key == key).Select(p => p.Text).FirstOrDefault(), desc),
            ],
            RunFieldKind.Tag =>
            [
                new NumberKey(r => db.Set<RunTag>().Where(t => t.RunId == r.Id && t.Key == key).Select(t => t.Number).FirstOrDefault(), desc),
                new TextKey(r => db.Set<RunTag>().Where(t => t.RunId == r.Id && t.Key == key).Select(t => t.Text).FirstOrDefault(), desc),
            ],
            RunFieldKind.Name => [new TextKey(r => r.NameKey, desc)],
            RunFieldKind.State => [new TextKey(r => r.State.ToString(), desc)],
            RunFieldKind.Task => [new TextKey(r => r.Task == null ? null : r.Task.ToString(), desc)],
            RunFieldKind.Source => [new TextKey(r => r.Source.ToString(), desc)],
            RunFieldKind.Algorithm => [new TextKey(r => r.Algorithm, desc)],
            RunFieldKind.Dataset => [new TextKey(r => db.Set<Dataset>().Where(d => d.Id == r.DatasetId && d.DeletedAt == null).Select(d => d.NameKey).FirstOrDefault(), desc), new NumberKey(r => r.DatasetVersion, desc)],
            RunFieldKind.Version => [new NumberKey(r => r.DatasetVersion, desc)],
            RunFieldKind.User => [new TextKey(r => db.Set<HubUser>().Where(u => u.Id == r.CreatedBy).Select(u => u.DisplayName).FirstOrDefault(), desc)],
            RunFieldKind.Created => [new TimeKey(r => r.CreatedAt, desc)],
            RunFieldKind.Started => [new TimeKey(r => r.StartedAt, desc)],
            RunFieldKind.Ended => [new TimeKey(r => r.EndedAt, desc)],
            _ => [new NumberKey(r => r.DurationSeconds, desc)],
        };
    }

    private sealed record Part(RunField Field, bool IsDescending);

    private sealed record Mark(string Of, Guid Id, IReadOnlyList<JsonElement> Values);

    private abstract class Key
    {
        public abstract IOrderedQueryable<Run> Apply(IOrderedQueryable<Run>? ordered, IQueryable<Run> runs);

        /// <summary>Whether a run comes after the value, and whether it equals it.</summary>
        public abstract (Expression IsAfter, Expression IsEqual) Compare(ParameterExpression run, JsonElement value);

        public abstract Task<JsonElement> ReadAsync(IQueryable<Run> run, CancellationToken cancellationToken);
    }

    private abstract class Key<T>(Expression<Func<Run, T>> value, bool isDescending) : Key
    {
        public override IOrderedQueryable<Run> Apply(IOrderedQueryable<Run>? ordered, IQueryable<Run> runs)
        {
            // What is missing comes last, on both engines and both ways.
            var isMissing = Expression.Lambda<Func<Run, bool>>(Expression.Equal(value.Body, Expression.Constant(null, typeof(T))), value.Parameters);
            ordered = ordered is null ? runs.OrderBy(isMissing) : ordered.ThenBy(isMissing);
            return isDescending ? ordered.ThenByDescending(value) : ordered.ThenBy(value);
        }

        public override (Expression IsAfter, Expression IsEqual) Compare(ParameterExpression run, JsonElement value1)
        {
            var mine = new Swap(value.Parameters[0], run).Visit(value.Body);
            var isMissing = Expression.Equal(mine, Expression.Constant(null, typeof(T)));
            if (value1.ValueKind == JsonValueKind.Null)
            {
                return (Expression.Constant(false), isMissing);
            }

            T last;
            try
            {
                last = Parse(value1);
            }
            catch (Exception wrong) when (wrong is FormatException or InvalidOperationException or JsonException)
            {
                throw BadToken();
            }

            Expression<Func<T>> parameter = () => last;
            return (Expression.OrElse(Beyond(mine, parameter.Body, isDescending), isMissing), Expression.Equal(mine, parameter.Body));
        }

        public override async Task<JsonElement> ReadAsync(IQueryable<Run> run, CancellationToken cancellationToken) =>
            JsonSerializer.SerializeToElement(await run.Select(value).FirstOrDefaultAsync(cancellationToken), HubJson.Options);

        protected abstract T Parse(JsonElement json);

        protected virtual Expression Beyond(Expression mine, Expression last, bool isDescending) =>
            isDescending ? Expression.LessThan(mine, last) : Expression.GreaterThan(mine, last);
    }

    private sealed class NumberKey(Expression<Func<Run, double?>> value, bool isDescending) : Key<double?>(value, isDescending)
    {
        protected override double? Parse(JsonElement json) => json.Deserialize<double?>(HubJson.Options);
    }

    private sealed class TimeKey(Expression<Func<Run, DateTime?>> value, bool isDescending) : Key<DateTime?>(value, isDescending)
    {
        protected override DateTime? Parse(JsonElement json) => DateTime.Parse(json.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
    }

    private sealed class TextKey(Expression<Func<Run, string?>> value, bool isDescending) : Key<string?>(value, isDescending)
    {
        protected override string? Parse(JsonElement json) => json.GetString();

        protected override Expression Beyond(Expression mine, Expression last, bool isDescending)
        {
            var order = Expression.Call(typeof(string).GetMethod(nameof(string.Compare), [typeof(string), typeof(string)])!, mine, last);
            return isDescending ? Expression.LessThan(order, Expression.Constant(0)) : Expression.GreaterThan(order, Expression.Constant(0));
        }
    }

    private sealed class Swap(ParameterExpression from, Expression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : base.VisitParameter(node);
    }
}
