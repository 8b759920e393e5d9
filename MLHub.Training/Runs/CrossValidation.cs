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
    /// <returns>Metric → values per fold, and every row scored by the model that did not know it.</returns>
    public static (IReadOnlyDictionary<string, FoldMetric> Metrics, ScoredRows Rows) Run(
        TrainingTask task, TrainingRows data, RowSplit split, ModelFitter fitter, int threads, IJobReporter reporter, double progressFrom, double progressTo, CancellationToken cancellationToken)
    {
        var folds = split.Folds!;
        var count = folds.Max() + 1;
        var values = new Dictionary<string, List<double>>();
        var (ids, actual, scores) = (new List<long>(), new List<double>(), new List<double>());
        for (var fold = 0; fold < count; fold++)
        {
            reporter.Progress(progressFrom + ((progressTo - progressFrom) * fold / count), "cross-validation", $"fold {fold + 1} / {count}");
            var held = Where(r => folds[r] == fold);
            var train = Where(r => folds[r] >= 0 && folds[r] != fold && split.Parts[r] == Part.Train);
            var validation = Where(r => folds[r] >= 0 && folds[r] != fold && split.Parts[r] == Part.Validation);
            var fitted = fitter.Fit(train, validation, FitMonitor.Quiet, cancellationToken);
            using var model = fitted.Outcome.Model;
            var foldActual = Array.ConvertAll(held, r => data.Target.Values[r]);
            var foldScores = fitted.Score(data.Table, held, threads, cancellationToken);
            foreach (var (name, value) in MetricSet.Of(task, data.Target.Classes.Count, foldActual, foldScores).Values)
            {
                (values.TryGetValue(name, out var list) ? list : values[name] = []).Add(value);
            }

            ids.AddRange(held.Select(r => data.RowIds[r]));
            actual.AddRange(foldActual);
            scores.AddRange(foldScores);
        }

        return (values.ToDictionary(v => v.Key, v => Summary(v.Value)), new("folds", [.. ids], [.. actual], [.. scores]));

        int[] Where(Func<int, bool> isWanted) => [.. Enumerable.Range(0, folds.Length).Where(isWanted)];
    }

    private static FoldMetric Summary(List<double> values)
    {
        var mean = values.Average();
        return new(mean, values.Count > 1 ? Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1)) : 0, values);
    }
}
