using MLHub.Core.Experiments;
using MLHub.Core.Experiments.Filters;
using MLHub.Web.Components;
using MLHub.Web.Evaluation;

namespace MLHub.Web.Experiments;

/// <summary>A column of the run table, named as filters and orders name it: <c>metric.auc</c>, <c>param.lr</c>, <c>duration</c>.</summary>
public sealed record RunColumn(string Name, RunField Field)
{
    /// <summary>Columns that are neither a metric nor a parameter nor a tag.</summary>
    public static IReadOnlyList<string> Facts { get; } = ["state", "algorithm", "dataset", "duration", "created", "user", "note", "source"];

    public bool IsMetric => Field.Kind == RunFieldKind.Metric;

    public bool IsNumber => Field.Kind is RunFieldKind.Metric or RunFieldKind.Duration;

    public bool CanSort => Field.Kind is not RunFieldKind.Note;

    public string Title => Field.Kind switch
    {
        RunFieldKind.Metric => MetricWords.Title(Field.Key!),
        RunFieldKind.Parameter or RunFieldKind.Tag => Field.Key ?? "Tags",
        RunFieldKind.Dataset => "Data",
        RunFieldKind.User => "Started by",
        _ => $"{char.ToUpperInvariant(Name[0])}{Name[1..]}",
    };

    /// <summary>What kind of column it is, for the header's second line.</summary>
    public string? Family => Field.Kind switch
    {
        RunFieldKind.Metric => "metric",
        RunFieldKind.Parameter => "parameter",
        RunFieldKind.Tag when Field.Key is not null => "tag",
        _ => null,
    };

    /// <returns><c>null</c> for a name that means no column.</returns>
    public static RunColumn? Find(string name) =>
        RunField.Find(name) is { } field && (field.Key is not null || Facts.Contains(name) || field.Kind == RunFieldKind.Tag) ? new(name, field) : null;

    public string Text(RunView run, DateTime now) => Field.Kind switch
    {
        RunFieldKind.Metric => run.Metrics.TryGetValue(Field.Key!, out var metric) ? Format.Metric(metric.Last ?? double.NaN) : "",
        RunFieldKind.Parameter => run.Parameters.TryGetValue(Field.Key!, out var value) ? ParameterText.Of(value) : "",
        RunFieldKind.Tag => Field.Key is null ? string.Join(", ", run.Tags.Select(TagText)) : run.Tags.GetValueOrDefault(Field.Key, ""),
        RunFieldKind.State => run.State.ToString().ToLowerInvariant(),
        RunFieldKind.Algorithm => run.Algorithm ?? "",
        RunFieldKind.Dataset => run.Dataset is { } data ? $"{data.Name ?? "deleted dataset"} v{data.Version}" : "",
        RunFieldKind.Duration => run.StartedAt is null ? "" : Format.Duration(run.Duration(now)),
        RunFieldKind.Created => Format.Ago(run.CreatedAt, now),
        RunFieldKind.User => run.CreatedByName ?? "",
        RunFieldKind.Note => run.Note ?? "",
        RunFieldKind.Source => run.IsExternal ? "outside" : "MLHub",
        _ => "",
    };

    /// <summary>The value in full, for tooltips and files.</summary>
    public string Exact(RunView run) => Field.Kind switch
    {
        RunFieldKind.Metric => run.Metrics.TryGetValue(Field.Key!, out var metric) ? Format.Exact(metric.Last ?? double.NaN) : "",
        RunFieldKind.Duration => run.EndedAt is null || run.StartedAt is null ? "" : FormattableString.Invariant($"{(run.EndedAt - run.StartedAt).Value.TotalSeconds:0.###}"),
        RunFieldKind.Created => run.CreatedAt.ToString("yyyy-MM-ddTHH:mm:ssZ"),
        _ => Text(run, run.CreatedAt),
    };

    public static string TagText(KeyValuePair<string, string> tag) => tag.Value.Length == 0 ? tag.Key : $"{tag.Key}: {tag.Value}";
}
