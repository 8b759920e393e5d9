using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MLHub.Core.Common;
using MLHub.Core.Data;
using MLHub.Core.Evaluation;
using MLHub.Core.Recipes;
using MLHub.Core.Workspaces;

namespace MLHub.Core.Experiments;

/// <summary>Runs side by side: the first one is the base that the others are measured against.</summary>
public sealed class RunComparison(IDbContextFactory<HubDbContext> contexts, WorkspaceAccess access)
{
    public const int MaxRuns = 20;

    public async Task<RunComparisonView> CompareAsync(Actor actor, IReadOnlyList<Guid> runIds, CancellationToken cancellationToken)
    {
        var wanted = runIds.Distinct().ToList();
        if (wanted.Count is 0 or > MaxRuns)
        {
            throw HubException.Field("ids", $"Name 1 to {MaxRuns} runs.", "BAD_IDS");
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Set<Run>().AsNoTracking().Where(r => wanted.Contains(r.Id) && r.DeletedAt == null).ToDictionaryAsync(r => r.Id, cancellationToken);
        if (rows.Count < wanted.Count)
        {
            throw HubException.NotFound("run");
        }

        var roles = new Dictionary<Guid, WorkspaceRole>();
        foreach (var workspaceId in rows.Values.Select(r => r.WorkspaceId).Distinct())
        {
            roles[workspaceId] = await access.RequireAsync(actor, workspaceId, WorkspaceRole.Reader, "run", cancellationToken);
        }

        var runs = (await RunViews.OfAsync(db, wanted.ConvertAll(id => rows[id]), null, cancellationToken)).ConvertAll(r => r with { MyRole = roles[r.WorkspaceId] });
        return Of(runs);
    }

    internal static RunComparisonView Of(List<RunView> runs) => new(runs, Metrics(runs), Facts(runs));

    private static List<ComparedMetric> Metrics(List<RunView> runs) =>
    [
        .. runs.SelectMany(r => r.Metrics.Keys).Distinct().Order(StringComparer.Ordinal).Select(key =>
        {
            var isHigherBetter = MetricDirection.IsHigherBetter(key);
            var values = runs.ConvertAll(r => r.Metrics.GetValueOrDefault(key)?.Last);
            var numbers = values.OfType<double>().Where(double.IsFinite).ToList();
            double? best = numbers.Count == 0 ? null : isHigherBetter ? numbers.Max() : numbers.Min();
            return new ComparedMetric(
                key, isHigherBetter,
                values.ConvertAll(v => new ComparedValue(
                    v,
                    v is { } mine && values[0] is { } first && double.IsFinite(mine - first) ? mine - first : null,
                    // Where all are the same, none is the best.
                    v is not null && v == best && numbers.Distinct().Skip(1).Any())));
        }),
    ];

    private static List<ComparedFact> Facts(List<RunView> runs)
    {
        var facts = new List<ComparedFact>();
        void Add(string part, string key, Func<RunView, string?> value)
        {
            var values = runs.ConvertAll(r => value(r));
            if (values.Any(v => v is not null))
            {
                facts.Add(new(part, key, values, values.Distinct().Skip(1).Any()));
            }
        }

        Add("run", "algorithm", r => r.Algorithm);
        Add("run", "source", r => r.Source.ToString().ToLowerInvariant());
        Add("run", "task", r => r.Task?.ToString().ToLowerInvariant());
        Add("run", "target", r => r.Configuration?.Target);
        foreach (var key in runs.SelectMany(r => r.Parameters.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            Add("parameter", key, r => r.Parameters.TryGetValue(key, out var value) ? Plain(value) : null);
        }

        Add("data", "dataset", r => r.Dataset is { } data ? data.Name ?? "(deleted)" : null);
        Add("data", "version", r => r.Dataset?.Version.ToString(CultureInfo.InvariantCulture));
        Add("data", "content", r => r.Dataset?.ContentHash[..12]);
        Add("data", "columns", r => r.Configuration?.Features is { } features ? string.Join(", ", features) : null);
        Add("data", "recipe", r => r.Configuration?.Steps is { Count: > 0 } steps
            ? string.Join("; ", steps.Where(s => s.Enabled).Select(s => RecipeCatalog.Sentence(s).Replace("*", "", StringComparison.Ordinal)))
            : null);
        Add("split", "kind", r => r.Configuration?.Split.Kind.ToString().ToLowerInvariant());
        Add("split", "test", r => r.Configuration?.Split.TestFraction.ToString(CultureInfo.InvariantCulture));
        Add("split", "validation", r => r.Configuration?.Split.ValidationFraction.ToString(CultureInfo.InvariantCulture));
        Add("split", "folds", r => r.Configuration?.Split.Folds?.ToString(CultureInfo.InvariantCulture));
        Add("split", "column", r => r.Configuration?.Split.Column);
        Add("split", "seed", r => r.Configuration?.Split.Seed.ToString(CultureInfo.InvariantCulture));
        foreach (var key in runs.SelectMany(r => r.Tags.Keys).Distinct().Order(StringComparer.Ordinal))
        {
            Add("tag", key, r => r.Tags.GetValueOrDefault(key));
        }

        return facts;
    }

    private static string Plain(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : value.GetRawText();
}

/// <param name="Runs">As asked for; the first is the base.</param>
/// <param name="Facts">Parameters, data, split and tags, with what differs marked.</param>
public sealed record RunComparisonView(IReadOnlyList<RunView> Runs, IReadOnlyList<ComparedMetric> Metrics, IReadOnlyList<ComparedFact> Facts);

/// <param name="Values">One per run, in their order.</param>
public sealed record ComparedMetric(string Key, bool IsHigherBetter, IReadOnlyList<ComparedValue> Values);

/// <param name="Value"><c>null</c> where the run has no such metric, or it was not a number.</param>
/// <param name="Delta">To the base.</param>
public sealed record ComparedValue(double? Value, double? Delta, bool IsBest);

/// <param name="Part"><c>run</c>, <c>parameter</c>, <c>data</c>, <c>split</c> or <c>tag</c>.</param>
/// <param name="Values">One per run, in their order; <c>null</c> where the run has none.</param>
public sealed record ComparedFact(string Part, string Key, IReadOnlyList<string?> Values, bool Differs);
