using MLHub.Core.Experiments;
using MLHub.Web.Evaluation;

namespace MLHub.Web.Experiments;

/// <summary>How a run table is arranged, as it stands in the address.</summary>
public sealed record RunTableState
{
    public const int MaxColumns = 40;

    public string Filter { get; init; } = "";

    /// <summary>As <c>orderBy</c> of the API; empty is newest first.</summary>
    public string Sort { get; init; } = "";

    /// <summary>Names of columns in their order; <c>null</c> lets MLHub choose.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    public bool OnlyDifferences { get; init; }

    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>It shows what was deleted.</summary>
    public bool IsTrash => Filter.Contains("deleted", StringComparison.OrdinalIgnoreCase);

    /// <summary>It shows what was archived.</summary>
    public bool IsArchive => Filter.Contains("archived", StringComparison.OrdinalIgnoreCase) && !Filter.Contains("not archived", StringComparison.OrdinalIgnoreCase);

    public bool IsPlain => this is { Filter: "", Sort: "", Columns: null, OnlyDifferences: false, Groups.Count: 0 };

    /// <summary>For the address: absent what is as by default.</summary>
    public IReadOnlyDictionary<string, object?> Query => new Dictionary<string, object?>
    {
        ["f"] = Filter.Length == 0 ? null : Filter,
        ["s"] = Sort.Length == 0 ? null : Sort,
        ["cols"] = Columns is null ? null : string.Join(',', Columns.Select(Escape)),
        ["diff"] = OnlyDifferences ? "1" : null,
        ["g"] = Groups.Count == 0 ? null : string.Join(',', Groups.Select(Escape)),
    };

    /// <summary>What is kept for the person: the look, not the question.</summary>
    public string Layout => string.Join('&', Query.Where(q => q.Key != "f" && q.Value is not null).Select(q => $"{q.Key}={Uri.EscapeDataString((string)q.Value!)}"));

    public static RunTableState Of(string? filter, string? sort, string? columns, string? diff, string? groups) => new()
    {
        Filter = filter ?? "",
        Sort = sort ?? "",
        Columns = columns is null ? null : [.. Split(columns).Where(c => RunColumn.Find(c) is not null).Distinct().Take(MaxColumns)],
        OnlyDifferences = diff == "1",
        Groups = [.. Split(groups ?? "").Take(2)],
    };

    public RunTableState WithLayout(string layout)
    {
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(layout);
        string? One(string key) => query.TryGetValue(key, out var value) ? value.ToString() : null;
        return Of(Filter, One("s"), One("cols"), One("diff"), One("g"));
    }

    /// <summary>The columns to show: the chosen ones, or those that tell most.</summary>
    public IReadOnlyList<RunColumn> Shown(RunFields fields, int runs, string? primary)
    {
        var names = Columns ?? Default(fields, runs, primary);
        var same = OnlyDifferences ? fields.Parameters.Where(p => p.Values <= 1 && p.Runs >= runs).Select(p => $"param.{p.Key}").ToHashSet() : [];
        return [.. names.Where(n => !same.Contains(n)).Select(RunColumn.Find).OfType<RunColumn>()];
    }

    /// <summary>The metric that runs of an experiment are first judged by.</summary>
    public static string? Primary(RunFields fields) =>
        MetricWords.Known.FirstOrDefault(k => fields.Metrics.Any(m => m.Key == k))
        ?? fields.Metrics.FirstOrDefault(m => !m.Key.StartsWith("train", StringComparison.OrdinalIgnoreCase))?.Key
        ?? fields.Metrics.FirstOrDefault()?.Key;

    public IReadOnlyList<(string Name, bool IsDescending)> Sorts =>
        [.. Sort.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(s => s.EndsWith(" desc", StringComparison.Ordinal) ? (s[..^5], true) : (s, false))];

    /// <summary>A click on a header: up or down, then the other way, then not at all; with <paramref name="adds"/> the other columns stay.</summary>
    public RunTableState SortedBy(RunColumn column, bool adds)
    {
        var name = Quote(column.Name);
        var first = column.IsMetric && Core.Evaluation.MetricDirection.IsHigherBetter(column.Field.Key!);
        var others = adds ? Sorts.Where(s => s.Name != name).ToList() : [];
        var known = Sorts.Where(s => s.Name == name).Select(s => (bool?)s.IsDescending).FirstOrDefault();
        var now = known is null ? first : known == first ? !first : (bool?)null;
        var all = now is { } descending ? others.Append((name, descending)) : others;
        return this with { Sort = string.Join(", ", all.TakeLast(RunOrderLimit).Select(s => s.Item2 ? $"{s.Item1} desc" : s.Item1)) };
    }

    public (int Place, bool IsDescending)? SortOf(RunColumn column)
    {
        var name = Quote(column.Name);
        var sorts = Sorts;
        for (var i = 0; i < sorts.Count; i++)
        {
            if (sorts[i].Name == name || sorts[i].Name == column.Name)
            {
                return (i + 1, sorts[i].IsDescending);
            }
        }

        return null;
    }

    private const int RunOrderLimit = 4;

    private static List<string> Default(RunFields fields, int runs, string? primary)
    {
        var metrics = fields.Metrics.Select(m => m.Key).Where(k => k != primary && !k.StartsWith("train_", StringComparison.Ordinal) && !k.StartsWith("system/", StringComparison.Ordinal)).Take(2);
        var differing = fields.Parameters.Where(p => p.Values > 1 || p.Runs < runs).OrderByDescending(p => p.Values > 1 ? p.Runs : 0).Take(5);
        return
        [
            "state", .. primary is null ? [] : new[] { $"metric.{primary}" }, .. metrics.Select(m => $"metric.{m}"), "algorithm", .. differing.Select(p => $"param.{p.Key}"), "dataset", "duration", "created", "user", .. fields.Tags.Count > 0 ? ["tags"] : Array.Empty<string>(),
        ];
    }

    /// <summary>Keys with spaces or commas go in quotes, as filters write them.</summary>
    private static string Quote(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 || name.All(c => char.IsLetterOrDigit(c) || c is '.' or '_' or '-' or '/') ? name : $"{name[..(dot + 1)]}\"{name[(dot + 1)..].Replace("\"", "", StringComparison.Ordinal)}\"";
    }

    private static string Escape(string name) => name.Replace("%", "%25", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);

    private static IEnumerable<string> Split(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(n => n.Replace("%2C", ",", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal));
}
