namespace MLHub.Core.Training;

/// <summary>Why training ended before its last iteration.</summary>
public enum EarlyStop
{
    /// <summary>The validation loss had stopped falling; the best model is kept.</summary>
    NoImprovement,

    /// <summary>The time budget was used up; the model so far is kept.</summary>
    OutOfTime,

    /// <summary>The user asked to finish; the model so far is kept.</summary>
    FinishRequested,
}

/// <summary>What a <c>run.train</c> job returns when it succeeds. Its files carry the rest.</summary>
public sealed record TrainingResult
{
    /// <summary>
    /// Final values under the names of the REST contract: <c>auc</c> (test), <c>train_auc</c>, <c>val_auc</c>. Cross-validation adds
    /// <c>cv_auc</c> and <c>cv_auc_sd</c>. Only finite values; a metric that is not defined on these rows is absent and a warning says why.
    /// </summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    public required ModelSignature Signature { get; init; }

    /// <summary>Sentences for the user, most important first.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Rows per part: <c>train</c>, <c>validation</c>, <c>test</c>; <c>dropped</c> are those without a target.</summary>
    public required IReadOnlyDictionary<string, long> Rows { get; init; }

    /// <summary>Binary only: the class that counts as positive, chosen by MLHub when the configuration left it open.</summary>
    public string? PositiveClass { get; init; }

    /// <summary>Classes in the order of the confusion matrix; empty for regression.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    public EarlyStop? StoppedEarly { get; init; }

    /// <summary>Iterations, trees or rounds of the model that was kept; <c>null</c> where the word has no meaning.</summary>
    public int? Iterations { get; init; }

    /// <summary>Seconds per stage: <c>reading</c>, <c>preparing</c>, <c>training</c>, <c>evaluating</c>, <c>saving</c>.</summary>
    public required IReadOnlyDictionary<string, double> Seconds { get; init; }

    /// <summary>Every hyper-parameter that was used, defaults included.</summary>
    public required IReadOnlyDictionary<string, System.Text.Json.JsonElement> Parameters { get; init; }
}
