using MLHub.Core.Evaluation;
using MLHub.Core.Jobs;
using MLHub.Core.Training;
using MLHub.Training.Algorithms;
using MLHub.Training.Evaluation;
using MLHub.Training.Splits;

namespace MLHub.Training.Runs;

/// <summary>One model per fold, each judged on the rows that it has not seen.</summary>
internal static class CrossValidation
{
    /// <param name="monitor">Its time is shared by the folds and the final model.</param>
    /// <returns>Metric → values per fold, and every row scored by the model that did not know it; nothing when it was asked to finish before the first fold was done.</returns>
    public static (IReadOnlyDictionary<string, FoldMetric>? Metrics, ScoredRows? Rows, string? Warning) Run(
        TrainingTask task, TrainingRows data, RowSplit split, ModelFitter fitter, FitMonitor monitor, int threads, IJobReporter reporter, double progressFrom, double progressTo, CancellationToken cancellationToken)
    {
        var folds = split.Folds!;
        var count = folds.Max() + 1;
        var values = new Dictionary<string, List<double>>();
        var (rows, actual, scores) = (new List<int>(), new List<double>(), new List<double>());
        var done = 0;
        for (; done < count; done++)
        {
            reporter.Progress(progressFrom + ((progressTo - progressFrom) * done / count), "cross-validation", $"fold {done + 1} / {count}");
            var fold = done;
            var held = Where(r => folds[r] == fold);
            var train = Where(r => folds[r] != -1 && folds[r] != fold && split.Parts[r] == Part.Train);
            var validation = Where(r => folds[r] != -1 && folds[r] != fold && split.Parts[r] == Part.Validation);
            var fitted = fitter.Fit(train, validation, monitor.Share(count + 1 - done), cancellationToken);
            using var model = fitted.Outcome.Model;
            if (monitor.FinishRequested.IsCancellationRequested)
            {
                // A model that was cut short would make its fold look worse than the others.
                break;
            }

            var foldActual = Array.ConvertAll(held, r => data.Target.Values[r]);
            var foldScores = fitted.Score(held, threads, cancellationToken);
            foreach (var (name, value) in MetricSet.Of(task, data.Target.Classes.Count, foldActual, foldScores).Values)
            {
                (values.TryGetValue(name, out var list) ? list : values[name] = []).Add(value);
            }

            rows.AddRange(held);
            actual.AddRange(foldActual);
            scores.AddRange(foldScores);
        }

        if (done == 0)
        {
            return (null, null, "Cross-validation was ended before its first fold was done.");
        }

        return (
            values.ToDictionary(v => v.Key, v => Summary(v.Value)),
            new("folds", [.. rows.Select(r => data.RowIds[r])], [.. actual], [.. scores]) { Rows = [.. rows] },
            done < count ? $"Cross-validation was ended after {done} of {count} folds." : null);

        int[] Where(Func<int, bool> isWanted) => [.. Enumerable.Range(0, folds.Length).Where(isWanted)];
    }

    private static FoldMetric Summary(List<double> values)
    {
        var mean = values.Average();
        return new(mean, values.Count > 1 ? Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1)) : 0, values);
    }
}
