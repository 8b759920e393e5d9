using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms;

/// <summary>One way to learn. Every implementation in this assembly is found by itself and goes through the contract test.</summary>
internal interface IAlgorithm
{
    /// <summary>Must not load a native library: catalogs are built in the web process.</summary>
    AlgorithmDescriptor Descriptor { get; }

    FeatureNeeds Needs(TrainingTask task);

    /// <summary>Computes a model; equal requests give equal models.</summary>
    /// <exception cref="OperationCanceledException">Within one iteration where the learner allows it.</exception>
    FitOutcome Fit(FitRequest request, CancellationToken cancellationToken);
}

/// <param name="Classes">Number of classes; 0 where there are none. Binary labels are 0 and 1.</param>
/// <param name="Validation">Rows for early stopping and the validation curve, if any.</param>
/// <param name="Slots">What the columns of the matrices are.</param>
internal sealed record FitRequest(
    TrainingTask Task,
    int Classes,
    LabeledMatrix Train,
    LabeledMatrix? Validation,
    IReadOnlyList<FeatureSlot> Slots,
    ParameterValues Parameters,
    int Seed,
    int Threads,
    FitMonitor Monitor);

internal sealed record FitOutcome(ITrainedModel Model)
{
    public EarlyStop? StoppedEarly { get; init; }

    public int? Iterations { get; init; }

    /// <summary>Curves that were computed after training; live ones are kept by the monitor.</summary>
    public IReadOnlyList<Core.Evaluation.LossSeries> LossCurve { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];
}
