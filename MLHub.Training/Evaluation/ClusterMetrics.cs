using System.Globalization;
using System.Numerics.Tensors;
using MLHub.Core.Common;
using MLHub.Core.Evaluation;
using MLHub.Training.Algorithms;
using MLHub.Training.Preparation;

namespace MLHub.Training.Evaluation;

/// <summary>How well groups hold together and keep apart, in the space of prepared features; defined as in scikit-learn 1.2.</summary>
internal static class ClusterMetrics
{
    /// <summary>The silhouette looks at all pairs of rows: above so many a sample stands for them.</summary>
    public const int MaxSilhouetteRows = 5000;

    public static int[] Assign(ScoredRows rows)
    {
        var outputs = rows.Outputs;
        return [.. Enumerable.Range(0, rows.RowIds.Length).Select(r => CentreModel.Nearest(rows.Scores.AsSpan(r * outputs, outputs)))];
    }

    /// <param name="features">The prepared rows.</param>
    /// <param name="distances">Of each row to its centre.</param>
    public static MetricSet Of(FeatureMatrix features, int[] clusters, double[] distances, int seed)
    {
        var values = new Dictionary<string, double> { ["avg_distance"] = distances.Average() };
        var notes = new List<string>();
        var sample = Sample(features.Rows, seed);
        if (Silhouette(features, clusters, sample) is { } silhouette)
        {
            values["silhouette"] = silhouette;
            if (sample.Length < features.Rows)
            {
                notes.Add($"The silhouette was computed on {sample.Length} of {features.Rows} rows, drawn with the seed {seed}.");
            }
        }
        else
        {
            notes.Add("All rows fall into one group, or each into its own: the silhouette is not defined.");
        }

        if (DaviesBouldin(features, clusters) is { } overlap)
        {
            values["davies_bouldin"] = overlap;
        }

        return new(values, notes);
    }

    /// <summary>Mean over the sampled rows of (b − a) / max(a, b): a to the own group, b to the nearest other one (Rousseeuw, 1987).</summary>
    public static double? Silhouette(FeatureMatrix features, int[] clusters, int[] sample)
    {
        var count = clusters.Max() + 1;
        var sizes = new int[count];
        foreach (var row in sample)
        {
            sizes[clusters[row]]++;
        }

        var present = sizes.Count(s => s > 0);
        if (present < 2 || present >= sample.Length)
        {
            return null;
        }

        var sums = new double[sample.Length * count];
        for (var i = 0; i < sample.Length; i++)
        {
            for (var j = i + 1; j < sample.Length; j++)
            {
                var distance = (double)TensorPrimitives.Distance(features.Row(sample[i]), features.Row(sample[j]));
                sums[(i * count) + clusters[sample[j]]] += distance;
                sums[(j * count) + clusters[sample[i]]] += distance;
            }
        }

        var total = 0d;
        for (var i = 0; i < sample.Length; i++)
        {
            var own = clusters[sample[i]];
            if (sizes[own] == 1)
            {
                // A group of one row counts as neither good nor bad.
                continue;
            }

            var a = sums[(i * count) + own] / (sizes[own] - 1);
            var b = double.PositiveInfinity;
            for (var c = 0; c < count; c++)
            {
                if (c != own && sizes[c] > 0)
                {
                    b = Math.Min(b, sums[(i * count) + c] / sizes[c]);
                }
            }

            total += Math.Max(a, b) > 0 ? (b - a) / Math.Max(a, b) : 0;
        }

        return total / sample.Length;
    }

    /// <summary>Mean over the groups of the worst (spread + spread) / distance between two (Davies and Bouldin, 1979).</summary>
    public static double? DaviesBouldin(FeatureMatrix features, int[] clusters)
    {
        var groups = Enumerable.Range(0, features.Rows).GroupBy(r => clusters[r]).Select(g => g.ToArray()).ToList();
        if (groups.Count < 2)
        {
            return null;
        }

        var centres = groups.ConvertAll(g => Mean(features, g));
        var spreads = groups.Select((g, i) => g.Average(r => Distance(features.Row(r), centres[i]))).ToArray();
        var worst = new double[groups.Count];
        for (var i = 0; i < groups.Count; i++)
        {
            for (var j = 0; j < groups.Count; j++)
            {
                var apart = i == j ? 0 : Distance(centres[i], centres[j]);
                worst[i] = apart > 0 ? Math.Max(worst[i], (spreads[i] + spreads[j]) / apart) : worst[i];
            }
        }

        return worst.Average();
    }

    public static double[] Mean(FeatureMatrix features, IReadOnlyCollection<int> rows)
    {
        var mean = new double[features.Columns];
        foreach (var row in rows)
        {
            var values = features.Row(row);
            for (var f = 0; f < mean.Length; f++)
            {
                mean[f] += values[f];
            }
        }

        for (var f = 0; f < mean.Length; f++)
        {
            mean[f] /= rows.Count;
        }

        return mean;
    }

    public static double Distance(ReadOnlySpan<float> row, double[] centre)
    {
        var sum = 0d;
        for (var f = 0; f < centre.Length; f++)
        {
            sum += (row[f] - centre[f]) * (row[f] - centre[f]);
        }

        return Math.Sqrt(sum);
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    private static int[] Sample(int rows, int seed)
    {
        var all = Enumerable.Range(0, rows).ToArray();
        if (rows <= MaxSilhouetteRows)
        {
            return all;
        }

        new Random(seed).Shuffle(all);
        return all[..MaxSilhouetteRows];
    }

    /// <summary>The groups with what sets them apart, by the training rows.</summary>
    public static IReadOnlyList<ClusterEvaluation> Describe(ScoredRows train, FeaturePipeline pipeline, RawTable table)
    {
        const int MostDifferences = 6;
        var (clusters, outputs) = (Assign(train), train.Outputs);
        var columns = pipeline.Columns.Select(c => table[c.Schema.Name]).ToList();
        return
        [
            .. Enumerable.Range(0, outputs).Select(c =>
            {
                var members = Enumerable.Range(0, clusters.Length).Where(i => clusters[i] == c).ToArray();
                var rows = Array.ConvertAll(members, i => train.Rows[i]);
                return new ClusterEvaluation(
                    c + 1,
                    members.Length,
                    (double)members.Length / clusters.Length,
                    members.Length == 0 ? 0 : members.Average(i => train.Scores[(i * outputs) + c]),
                    members.Length == 0
                        ? []
                        : [.. columns.Select(column => Difference(column, rows, train.Rows)).OfType<ClusterDifference>().OrderByDescending(d => Math.Abs(d.Strength)).Take(MostDifferences)]);
            }),
        ];
    }

    private static ClusterDifference? Difference(RawColumn column, int[] own, int[] all)
    {
        if (column is TextColumn text)
        {
            var (ownCounts, allCounts) = (Count(text, own), Count(text, all));
            return ownCounts
                .Select(level =>
                {
                    var (share, overall) = ((double)level.Value / own.Length, (double)allCounts[level.Key] / all.Length);
                    return new ClusterDifference(column.Name, text.Levels[level.Key], overall, share, overall < 1 ? (share - overall) / Math.Sqrt(overall * (1 - overall)) : 0);
                })
                .MaxBy(d => d.Strength);
        }

        var (ownMean, _) = Moments(column, own);
        var (mean, deviation) = Moments(column, all);
        return double.IsNaN(ownMean) || !(deviation > 0)
            ? null
            : new(column.Name, column is MomentColumn ? CellText.Moment(column.Schema.Type, ownMean) : column.Schema.Type == ColumnType.Boolean ? ownMean.ToString("P0", CultureInfo.InvariantCulture) : CellText.Number(column.Schema.Type, ownMean), mean, null, (ownMean - mean) / deviation);
    }

    private static Dictionary<int, int> Count(TextColumn column, int[] rows) =>
        rows.Where(r => !column.IsMissing(r)).GroupBy(r => column.Codes[r]).ToDictionary(g => g.Key, g => g.Count());

    private static (double Mean, double Deviation) Moments(RawColumn column, int[] rows)
    {
        var values = rows.Where(r => !column.IsMissing(r)).Select(r => column is MomentColumn moment ? moment.Seconds[r] : ((NumberColumn)column).Values[r]).ToArray();
        if (values.Length == 0)
        {
            return (double.NaN, double.NaN);
        }

        var mean = values.Average();
        return (mean, Math.Sqrt(values.Average(v => (v - mean) * (v - mean))));
    }
}
