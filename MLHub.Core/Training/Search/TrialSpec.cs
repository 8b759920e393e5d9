using MLHub.Core.Common;

namespace MLHub.Core.Training.Search;

/// <summary>The document that a <c>run.trial</c> job is given. Its input is that of a training, <see cref="TrainingSpec.RowsInput"/>; it has no outputs.</summary>
public sealed record TrialSpec(TrainingConfiguration Configuration, IReadOnlyList<ColumnSchema> Columns, string Metric)
{
    public const string JobKind = "run.trial";
}

/// <summary>What a trial is worth. The test rows have no part in it.</summary>
public sealed record TrialResult
{
    public required double Score { get; init; }

    /// <summary>Standard deviation over the folds; <c>null</c> without folds.</summary>
    public double? ScoreDeviation { get; init; }

    /// <summary>Under the names of the REST contract: <c>val_auc</c>, <c>train_auc</c>, or <c>cv_auc</c> and <c>cv_auc_sd</c>.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>Every hyper-parameter that was used, defaults included.</summary>
    public required IReadOnlyDictionary<string, System.Text.Json.JsonElement> Parameters { get; init; }

    public EarlyStop? StoppedEarly { get; init; }

    public int? Iterations { get; init; }
}
