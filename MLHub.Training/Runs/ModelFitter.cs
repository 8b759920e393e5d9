using MLHub.Core.Common;
using MLHub.Core.Recipes;
using MLHub.Core.Training;
using MLHub.Training.Algorithms;
using MLHub.Training.Preparation;

namespace MLHub.Training.Runs;

/// <summary>A model that was fitted together with its preparation.</summary>
/// <param name="Table">All rows as the pipeline takes them.</param>
/// <param name="Recipe">What was done to them before; <c>null</c> when the run has no recipe.</param>
internal sealed record FittedModel(FeaturePipeline Pipeline, FitOutcome Outcome, IReadOnlyList<string> Warnings, RawTable Table, FittedRecipe? Recipe)
{
    private const int ChunkRows = 50_000;

    public double[] Score(int[] rows, int threads, CancellationToken cancellationToken)
    {
        var outputs = Outcome.Model.Outputs;
        var scores = new double[rows.Length * outputs];
        for (var from = 0; from < rows.Length; from += ChunkRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var chunk = rows.AsSpan(from, Math.Min(ChunkRows, rows.Length - from));
            Outcome.Model.Score(Pipeline.Transform(Table, chunk), threads).CopyTo(scores, from * outputs);
        }

        return scores;
    }
}

/// <summary>Preparation fitted on the training rows, then the algorithm on the prepared rows: the same for the final model and for every fold.</summary>
internal sealed class ModelFitter(IAlgorithm algorithm, TrainingConfiguration configuration, TrainingRows rows, int threads, long memoryBytes, RecipeFitter? recipe)
{
    public ParameterValues Parameters { get; } = new(TrainingConfigurationCheck.Complete(algorithm.Descriptor, configuration.Task, configuration.Parameters));

    public FittedModel Fit(int[] train, int[] validation, FitMonitor monitor, CancellationToken cancellationToken)
    {
        var fitter = new PipelineFitter(algorithm.Needs(configuration.Task), configuration.Features is not null);
        var prepared = recipe?.Fit(train, cancellationToken);
        var table = prepared?.All ?? rows.Table;
        // Where in the table that is learned from the training rows stand, and which rows they are.
        var places = prepared is null ? train : [.. Enumerable.Range(0, prepared.Positions.Length)];
        train = prepared?.Positions ?? train;
        var pipeline = fitter.Fit(prepared?.Taught ?? table, prepared is null ? rows.Features : prepared.Recipe.Output.Select(c => c.Name), places);
        RequireRoom(pipeline, train.Length + validation.Length);
        RequireClasses(train);
        var request = new FitRequest(
            configuration.Task,
            rows.Target.Classes.Count,
            Labeled(pipeline, prepared?.Taught ?? table, places, train) with { Weights = Weights(train) },
            validation.Length > 0 ? Labeled(pipeline, table, validation, validation) : null,
            pipeline.Slots,
            Parameters,
            configuration.Split.Seed,
            threads,
            monitor);
        var outcome = algorithm.Fit(request, cancellationToken);
        return new(pipeline, outcome, [.. fitter.Warnings, .. outcome.Warnings], table, prepared?.Recipe);
    }

    private LabeledMatrix Labeled(FeaturePipeline pipeline, RawTable table, int[] places, int[] some) =>
        new(pipeline.Transform(table, places), Array.ConvertAll(some, r => (float)rows.Target.Values[r]));

    /// <summary>Balanced: every class has the same sum of weights, and their mean is 1.</summary>
    private float[]? Weights(int[] train)
    {
        if (!Parameters.All.TryGetValue(Parameter.ClassWeightsName, out var wanted) || wanted.GetString() != Parameter.Balanced)
        {
            return null;
        }

        var counts = new int[rows.Target.Classes.Count];
        foreach (var row in train)
        {
            counts[(int)rows.Target.Values[row]]++;
        }

        var present = counts.Count(c => c > 0);
        return Array.ConvertAll(train, r => (float)((double)train.Length / present / counts[(int)rows.Target.Values[r]]));
    }

    /// <summary>The prepared rows, and about as much again inside the learner.</summary>
    private void RequireRoom(FeaturePipeline pipeline, int count)
    {
        var needed = (long)count * pipeline.Slots.Count * sizeof(float) * 2;
        if (needed + GC.GetTotalMemory(false) > memoryBytes)
        {
            throw HubException.Impossible(
                $"{count} rows with {pipeline.Slots.Count} prepared features need about {needed / 1_000_000} MB, but the job may use {memoryBytes / 1_000_000} MB. Use fewer columns, a sample of the rows, or raise the limit.",
                "TOO_LARGE_FOR_MEMORY");
        }
    }

    private void RequireClasses(int[] train)
    {
        if (configuration.Task is TrainingTask.Binary or TrainingTask.Multiclass && train.Select(r => rows.Target.Values[r]).Distinct().Take(2).Count() < 2)
        {
            throw HubException.Impossible("All training rows have the same class after the split. Use a stratified split, or another split column.", "SPLIT_ONE_CLASS");
        }
    }
}
