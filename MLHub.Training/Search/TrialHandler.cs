using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Jobs;
using MLHub.Core.Training;
using MLHub.Core.Training.Search;
using MLHub.Training.Algorithms;
using MLHub.Training.Evaluation;
using MLHub.Training.Runs;
using MLHub.Training.Splits;

namespace MLHub.Training.Search;

/// <summary>One trial of a search: trains as a run would and tells what it is worth on validation rows or folds. The test rows are not even scored.</summary>
internal sealed class TrialHandler(AlgorithmCatalog catalog, IEnumerable<IAlgorithm> algorithms, TimeProvider time) : IJobHandler
{
    public string Kind => TrialSpec.JobKind;

    public async Task<JsonElement> RunAsync(JobTask task, IJobReporter reporter, CancellationToken cancellationToken)
    {
        var spec = task.Spec.Deserialize<TrialSpec>(HubJson.Options) ?? throw new JsonException("A trial's specification was expected.");
        var result = await Task.Run(() => Try(spec, task, reporter, cancellationToken), cancellationToken);
        return JsonSerializer.SerializeToElement(result, HubJson.Options);
    }

    private TrialResult Try(TrialSpec spec, JobTask task, IJobReporter reporter, CancellationToken cancellationToken)
    {
        var configuration = spec.Configuration;
        TrainingConfigurationCheck.Require(catalog, spec.Columns, configuration);
        var algorithm = algorithms.Single(a => a.Descriptor.Name == configuration.Algorithm);
        var training = new TrainingSpec(configuration, spec.Columns);
        var path = task.Inputs[TrainingSpec.RowsInput];

        reporter.Progress(0, "reading");
        var data = TrainingRows.Read(training, path, task.ScratchFolder, task.Threads, task.MemoryBytes, cancellationToken);
        reporter.Progress(0.1, "preparing");
        var split = data.Divide(configuration);
        using var recipe = RecipeFitter.Of(training, data, path, task.ScratchFolder, task.Threads, task.MemoryBytes);
        var fitter = new ModelFitter(algorithm, configuration, data, task.Threads, task.MemoryBytes, recipe);
        var monitor = new FitMonitor(reporter, time, configuration.MaxSeconds is { } limit ? TimeSpan.FromSeconds(limit) : null, 0.15, 0.9);
        reporter.Log(JobLogLevel.Information, $"Trying {algorithm.Descriptor.DisplayName} on {data.Table.Rows} rows with {task.Threads} threads.");
        return split.Folds is null
            ? OnValidationRows(spec, data, split, fitter, monitor, task.Threads, reporter, cancellationToken)
            : OnFolds(spec, data, split, fitter, monitor, task.Threads, reporter, cancellationToken);
    }

    private static TrialResult OnValidationRows(
        TrialSpec spec, TrainingRows data, RowSplit split, ModelFitter fitter, FitMonitor monitor, int threads, IJobReporter reporter, CancellationToken cancellationToken)
    {
        var (train, validation) = (split.Rows(Part.Train), split.Rows(Part.Validation));
        if (validation.Length == 0)
        {
            throw HubException.Impossible("The split leaves no validation rows to judge trials by. Give a larger fraction, or take a k-fold split.", "NO_VALIDATION_ROWS");
        }

        reporter.Progress(0.15, "training");
        var fitted = fitter.Fit(train, validation, monitor, cancellationToken);
        using var model = fitted.Outcome.Model;
        reporter.Progress(0.9, "evaluating");
        var metrics = new Dictionary<string, double>();
        foreach (var (prefix, rows) in new[] { ("val", validation), ("train", train) })
        {
            foreach (var (name, value) in MetricSet.Of(spec.Configuration.Task, data.Target.Classes.Count, Array.ConvertAll(rows, r => data.Target.Values[r]), fitted.Score(rows, threads, cancellationToken)).Values)
            {
                metrics[$"{prefix}_{name}"] = value;
            }
        }

        return new()
        {
            Score = metrics.TryGetValue($"val_{spec.Metric}", out var score) ? score : throw Undefined(spec.Metric, "validation rows"),
            Metrics = metrics,
            Parameters = fitter.Parameters.All,
            StoppedEarly = fitted.Outcome.StoppedEarly,
            Iterations = fitted.Outcome.Iterations,
        };
    }

    private static TrialResult OnFolds(
        TrialSpec spec, TrainingRows data, RowSplit split, ModelFitter fitter, FitMonitor monitor, int threads, IJobReporter reporter, CancellationToken cancellationToken)
    {
        var folds = CrossValidation.Run(spec.Configuration.Task, data, split, fitter, monitor, threads, reporter, 0.15, 0.95, cancellationToken);
        var wanted = split.Folds!.Max() + 1;
        if (folds.Metrics is null)
        {
            throw HubException.Impossible("It was ended before its first fold was done.", "NO_FOLD_DONE");
        }

        if (!folds.Metrics.TryGetValue(spec.Metric, out var score))
        {
            throw Undefined(spec.Metric, "folds");
        }

        if (score.Values.Count < wanted)
        {
            if (folds.Warning is null)
            {
                throw Undefined(spec.Metric, $"rows of {wanted - score.Values.Count} of {wanted} folds");
            }

            // The mean of fewer folds is another yardstick than that of the other trials.
            throw HubException.Impossible($"It was ended after {score.Values.Count} of {wanted} folds.", "FOLDS_MISSING");
        }

        var metrics = new Dictionary<string, double>();
        foreach (var (name, fold) in folds.Metrics)
        {
            metrics[$"cv_{name}"] = fold.Mean;
            metrics[$"cv_{name}_sd"] = fold.StdDev;
        }

        return new() { Score = score.Mean, ScoreDeviation = score.StdDev, Metrics = metrics, Parameters = fitter.Parameters.All };
    }

    private static HubException Undefined(string metric, string rows) =>
        HubException.Impossible($"{metric} is not defined on the {rows}: most likely they hold one class only. Take more of them, or another metric.", "METRIC_UNDEFINED");
}
