using MLHub.Core.Evaluation;
using MLHub.Core.Experiments;

namespace MLHub.Web.Experiments;

/// <summary>A line of the run table: a run, or the heading of a group.</summary>
/// <param name="Id">Empty for a heading.</param>
/// <param name="Depth">0 for a run that is no part of another one in the list.</param>
/// <param name="Parts">Child runs, folded or not.</param>
public sealed record RunTableRow(Guid Id, int Depth, int Parts, bool IsOpen, RunGroupHead? Group)
{
    /// <summary>Puts children under their parents and runs under their groups.</summary>
    /// <param name="isOpen">Whether the parts of a run, or the runs of a group, are shown.</param>
    public static List<RunTableRow> Arrange(IReadOnlyList<RunListed> runs, bool isGrouped, string? metric, Func<string, bool> isOpen)
    {
        if (!isGrouped)
        {
            return Nest(runs, isOpen);
        }

        var rows = new List<RunTableRow>();
        foreach (var group in runs.GroupBy(r => r.Group ?? "none"))
        {
            var values = group.Select(r => r.Metric).OfType<double>().Where(double.IsFinite).ToList();
            double? mean = values.Count > 0 ? values.Average() : null;
            // Of a sample: with one value there is no deviation.
            double? deviation = values.Count > 1 ? Math.Sqrt(values.Sum(v => (v - mean!.Value) * (v - mean.Value)) / (values.Count - 1)) : null;
            double? best = values.Count == 0 || metric is null ? null : MetricDirection.IsHigherBetter(metric) ? values.Max() : values.Min();
            var shown = isOpen($"g:{group.Key}");
            rows.Add(new(Guid.Empty, 0, group.Count(), shown, new(group.Key, group.Count(), mean, deviation, best)));
            if (shown)
            {
                rows.AddRange(group.Select(r => new RunTableRow(r.Id, 1, 0, false, null)));
            }
        }

        return rows;
    }

    /// <summary>Whether all lines that stood there stand where they stood, and others at most follow them.</summary>
    public static bool IsContinued(IReadOnlyList<RunTableRow> before, IReadOnlyList<RunTableRow> now) =>
        now.Count >= before.Count && before.Zip(now).All(p => p.First.Id == p.Second.Id && p.First.Depth == p.Second.Depth && p.First.Group?.Label == p.Second.Group?.Label);

    private static List<RunTableRow> Nest(IReadOnlyList<RunListed> runs, Func<string, bool> isOpen)
    {
        var here = runs.Select(r => r.Id).ToHashSet();
        var parts = runs.Where(r => r.ParentRunId is { } parent && here.Contains(parent)).ToLookup(r => r.ParentRunId!.Value);
        var rows = new List<RunTableRow>(runs.Count);
        void Add(RunListed run, int depth)
        {
            var shown = isOpen(run.Id.ToString("N"));
            rows.Add(new(run.Id, depth, parts[run.Id].Count(), shown, null));
            if (shown && depth < 8)
            {
                foreach (var part in parts[run.Id])
                {
                    Add(part, depth + 1);
                }
            }
        }

        foreach (var run in runs.Where(r => r.ParentRunId is not { } parent || !here.Contains(parent)))
        {
            Add(run, 0);
        }

        return rows;
    }
}

/// <param name="Deviation">Of the sample; <c>null</c> with less than two values.</param>
public sealed record RunGroupHead(string Label, int Runs, double? Mean, double? Deviation, double? Best);
