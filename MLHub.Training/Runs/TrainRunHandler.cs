using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Evaluation;
using MLHub.Core.Jobs;
using MLHub.Core.Training;
using MLHub.Training.Algorithms;
using MLHub.Training.Evaluation;
using MLHub.Training.Explanation;
using MLHub.Training.Models;
using MLHub.Training.Preparation;
using MLHub.Training.Splits;

namespace MLHub.Training.Runs;

/// <summary>One training run, from rows to a stored model. Read <see cref="Train"/> from top to bottom.</summary>
internal sealed class TrainRunHandler(AlgorithmCatalog catalog, IEnumerable<IAlgorithm> algorithms, TimeProvider time) : IJobHandler
{
    private const int GoldenRowCount = 20;

    public string Kind => TrainingSpec.JobKind;

    public async Task<JsonElement> RunAsync(JobTask task, IJobReporter reporter, CancellationToken cancellationToken)
    {
        var spec = task.Spec.Deserialize<TrainingSpec>(HubJson.Options) ?? throw new JsonException("A training specification was expected.");
        // Training computes for minutes without awaiting anything; the caller's thread stays free to hear "cancel".
        var result = await Task.Run(() => Train(spec, task, reporter, cancellationToken), cancellationToken);
        return JsonSerializer.SerializeToElement(result, HubJson.Options);
    }

    private TrainingResult Train(TrainingSpec spec, JobTask task, IJobReporter reporter, CancellationToken cancellationToken)
    {
        var configuration = spec.Configuration;
        TrainingConfigurationCheck.Require(catalog, spec.Columns, configuration);
        var algorithm = algorithms.Single(a => a.Descriptor.Name == configuration.Algorithm);
        var clock = new StageClock(time);

        reporter.Progress(0, "reading");
        var data = TrainingRows.Read(spec, task.Inputs[TrainingSpec.RowsInput], task.ScratchFolder, task.Threads, task.MemoryBytes, cancellationToken);
        clock.Done("reading");
        reporter.Log(JobLogLevel.Information, $"Read {data.Table.Rows} rows and {data.Features.Count} columns to learn from in {clock.Seconds["reading"]} s{(data.Dropped > 0 ? $"; {data.Dropped} rows without a target were left out" : "")}.");

        reporter.Progress(0.1, "preparing", $"{data.Table.Rows} rows, {data.Features.Count} columns");
        var split = data.Divide(configuration);
        var (train, validation, test) = (split.Rows(Part.Train), split.Rows(Part.Validation), split.Rows(Part.Test));
        var warnings = data.Warnings.ToList();
        if (configuration.Task is not (TrainingTask.Clustering or TrainingTask.Anomaly))
        {
            warnings.AddRange(LeakHint.Find(data.Table, data.Features, data.Target.Values, data.Target.Classes.Count, train));
        }

        using var recipe = RecipeFitter.Of(spec, data, task.Inputs[TrainingSpec.RowsInput], task.ScratchFolder, task.Threads, task.MemoryBytes);
        var fitter = new ModelFitter(algorithm, configuration, data, task.Threads, task.MemoryBytes, recipe);
        clock.Done("preparing");
        reporter.Log(JobLogLevel.Information, $"Divided into {train.Length} training, {validation.Length} validation and {test.Length} test rows (seed {configuration.Split.Seed}).");

        var monitor = new FitMonitor(reporter, time, configuration.MaxSeconds is { } limit ? TimeSpan.FromSeconds(limit) : null, split.Folds is null ? 0.15 : 0.5, 0.8);
        var folds = split.Folds is null
            ? default
            : CrossValidation.Run(configuration.Task, data, split, fitter, monitor, task.Threads, reporter, 0.15, 0.5, cancellationToken);
        if (folds.Warning is not null)
        {
            warnings.Add(folds.Warning);
        }

        reporter.Progress(split.Folds is null ? 0.15 : 0.5, "training", algorithm.Descriptor.DisplayName);
        reporter.Log(JobLogLevel.Information, $"Training {algorithm.Descriptor.DisplayName} with {task.Threads} threads.");
        var fitted = fitter.Fit(train, validation, monitor, cancellationToken);
        warnings.AddRange(fitted.Warnings);
        clock.Done("training");
        reporter.Log(JobLogLevel.Information, $"Trained in {clock.Seconds["training"]} s{(fitted.Outcome.Iterations is { } iterations ? $"; {iterations} iterations were kept" : "")}.");

        reporter.Progress(0.8, "saving");
        using var trained = fitted.Outcome.Model;
        var output = configuration.Task switch
        {
            TrainingTask.Clustering => ModelOutput.Cluster,
            TrainingTask.Anomaly => ModelOutput.Unusual(AnomalyMetrics.Threshold(
                fitted.Score(train, task.Threads, cancellationToken), fitter.Parameters.Number(Parameter.FlaggedShareName))),
            _ => new ModelOutput(data.Target.Column!.Name, data.Target.Column.Type, configuration.Task, data.Target.HasClasses ? data.Target.Classes : null),
        };
        var parts = new ModelParts(
            configuration.Algorithm,
            SignatureBuilder.Build(fitted.Recipe is { } learned ? learned.Input.Select(c => c.Name) : fitted.Pipeline.Columns.Select(c => c.Schema.Name), data.Table, train, output),
            fitted.Pipeline,
            trained,
            fitter.Parameters.All,
            configuration.Split.Seed,
            fitted.Recipe);
        using var saved = SavedModel.Write(task.OutputPath(TrainingSpec.ModelOutput), parts, Golden(parts, data, train));
        clock.Done("saving");
        reporter.Log(JobLogLevel.Information, $"Stored the model and read it back in {clock.Seconds["saving"]} s; its answers are the same.");

        reporter.Progress(0.85, "evaluating");
        // The model as it was read back is judged, not the one in memory: what is reported is what will predict.
        var judged = fitted with { Outcome = fitted.Outcome with { Model = saved.Model } };
        var scored = new List<ScoredRows>();
        AddPart("test", test);
        if (folds.Rows is not null)
        {
            scored.Add(folds.Rows);
        }

        AddPart("validation", validation);
        AddPart("train", train);
        var report = new ReportBuilder(configuration.Task, data.Target.Column?.Name ?? "", data.Target.Classes, configuration.Split.Seed)
            .Build(scored, Array.ConvertAll(train, r => data.Target.Values[r]), cancellationToken);
        report = configuration.Task switch
        {
            TrainingTask.Clustering => report with { Clusters = ClusterMetrics.Describe(scored.Single(p => p.Part == "train"), saved.Pipeline, judged.Table) },
            TrainingTask.Anomaly => report with { Anomalies = AnomalyMetrics.Evaluate(scored[0], output.Threshold!.Value, data.Target.Classes, saved.Pipeline, saved.Model, judged.Table, task.Threads) },
            _ => report with { Groups = GroupMetrics.Of(configuration.Task, data.Target.Classes.Count, scored[0], data.Table, saved.Signature.Inputs.Select(i => i.Name), cancellationToken) },
        };
        reporter.Progress(0.92, "explaining");
        var explained = test.Length > 0 ? test : validation.Length > 0 ? validation : train;
        var importance = fitted.Recipe is null
            ? PermutationImportance.Compute(
                configuration.Task,
                data.Target.Classes.Count,
                saved.Pipeline,
                saved.Model,
                data.Table,
                data.Target.Values,
                explained,
                configuration.Split.Seed,
                task.Threads,
                cancellationToken)
            : PermutationImportance.Compute(
                configuration.Task,
                data.Target.Classes.Count,
                [.. saved.Signature.Inputs.Select(i => i.Name)],
                cells => saved.Score(cells, task.Threads),
                rows => CellTable.Cells([.. saved.Signature.Inputs.Select(i => data.Table[i.Name])], rows),
                data.Target.Values,
                explained,
                configuration.Split.Seed,
                cancellationToken);
        AddAdvice(configuration.Task, report, warnings);
        report = report with
        {
            FeatureImportance = importance,
            ImportanceMetric = importance.Count > 0 ? PermutationImportance.Metric(configuration.Task, PermutationImportance.HasLabels(Array.ConvertAll(explained, r => data.Target.Values[r]))) : null,
            LossCurve = Thin([.. monitor.Curves, .. fitted.Outcome.LossCurve]),
            Folds = folds.Metrics,
            Warnings = [.. warnings, .. report.Warnings],
        };
        PredictionsFile.Write(task.OutputPath(TrainingSpec.PredictionsOutput), configuration.Task, data.Target.Classes, output.Threshold, scored, task.ScratchFolder);
        File.WriteAllBytes(task.OutputPath(TrainingSpec.EvaluationOutput), JsonSerializer.SerializeToUtf8Bytes(report, HubJson.Options));
        clock.Done("evaluating");
        reporter.Log(JobLogLevel.Information, $"Judged and explained in {clock.Seconds["evaluating"]} s.");
        foreach (var warning in report.Warnings)
        {
            reporter.Log(JobLogLevel.Warning, warning);
        }

        var metrics = ReportBuilder.Flatten(report);
        foreach (var (name, fold) in report.Folds ?? new Dictionary<string, FoldMetric>())
        {
            metrics[$"cv_{name}"] = fold.Mean;
            metrics[$"cv_{name}_sd"] = fold.StdDev;
        }

        reporter.Progress(1, "done");
        return new()
        {
            Metrics = metrics,
            Signature = saved.Signature,
            Warnings = report.Warnings,
            Rows = new Dictionary<string, long> { ["train"] = train.Length, ["validation"] = validation.Length, ["test"] = test.Length, ["dropped"] = data.Dropped },
            PositiveClass = configuration.Task == TrainingTask.Binary ? data.Target.Classes[1] : null,
            Classes = data.Target.Classes,
            StoppedEarly = fitted.Outcome.StoppedEarly,
            Iterations = fitted.Outcome.Iterations,
            Seconds = clock.Seconds,
            Parameters = fitter.Parameters.All,
        };

        void AddPart(string name, int[] rows)
        {
            if (rows.Length > 0)
            {
                scored.Add(new(
                    name,
                    Array.ConvertAll(rows, r => data.RowIds[r]),
                    Array.ConvertAll(rows, r => data.Target.Values[r]),
                    judged.Score(rows, task.Threads, cancellationToken))
                {
                    Rows = rows,
                    Features = configuration.Task == TrainingTask.Clustering ? saved.Pipeline.Transform(judged.Table, rows) : null,
                });
            }
        }
    }

    /// <summary>Training rows that the model answers again whenever it is loaded.</summary>
    private static List<IReadOnlyDictionary<string, JsonElement>> Golden(ModelParts parts, TrainingRows data, int[] train)
    {
        var step = Math.Max(1, train.Length / GoldenRowCount);
        return
        [
            .. train.Where((_, i) => i % step == 0).Take(GoldenRowCount).Select(r =>
                parts.Signature.Inputs.ToDictionary(i => i.Name, i => RawValues.Of(data.Table[i.Name], r))),
        ];
    }

    private static void AddAdvice(TrainingTask task, EvaluationReport report, List<string> warnings)
    {
        if (task is TrainingTask.Clustering or TrainingTask.Anomaly)
        {
            return;
        }

        if (report.Part is "validation" or "train")
        {
            warnings.Add(report.Part == "validation"
                ? "No test rows were held out: the figures are those of the validation rows, which early stopping has seen."
                : "No rows were held out: the figures are those of the training rows and look better than they are.");
        }

        var rows = report.Parts[report.Part].Rows;
        if (rows < 30)
        {
            warnings.Add($"Only {rows} rows were used to judge the model: the figures depend much on chance. Cross-validation would use all rows.");
        }
    }

    private static IReadOnlyList<LossSeries> Thin(IReadOnlyList<LossSeries> curves) =>
        [.. curves.Select(c => c with { Points = CurveThinning.Thin(c.Points, Place(c.Points), EvaluationReport.MaxCurvePoints) })];

    /// <summary>Scaled to a unit square, as it will be seen.</summary>
    private static Func<LossPoint, (double X, double Y)> Place(IReadOnlyList<LossPoint> points)
    {
        var (steps, low, high) = (Math.Max(1, points[^1].Step), points.Min(p => p.Value), points.Max(p => p.Value));
        return p => ((double)p.Step / steps, high > low ? (p.Value - low) / (high - low) : 0);
    }
}
