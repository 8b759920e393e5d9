using Microsoft.ML;
using Microsoft.ML.Trainers;
using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>ML.NET's field-aware factorisation machine with all features in one field: a linear model plus products of every two features.</summary>
internal sealed class FactorisationMachineAlgorithm : IAlgorithm
{
    public AlgorithmDescriptor Descriptor { get; } = new(
        "factorisation-machine",
        "Factorisation machine",
        [TrainingTask.Binary],
        "A linear model that also learns how features work together; for many categories.",
        CurveKind.None,
        [
            Parameter.Integer("passes", 50, 1, 1000, "How often it goes through the rows.", log: true),
            Parameter.Integer("latentDimension", 10, 1, 128, "Numbers per feature that say how it works together with others.", log: true),
            Parameter.Number("learningRate", 0.1, 0.0001, 10, "Size of the first steps; they get smaller.", log: true),
            Parameter.Number("lambdaLinear", 0.0001, 0, 10, "Penalty on the weights.").Advanced(),
            Parameter.Number("lambdaLatent", 0.0001, 0, 10, "Penalty on the products.").Advanced(),
        ])
    {
        KeepsModelSoFar = false,
    };

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: true, NativeMissing: false, CategoryForm.OneHot);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        var p = request.Parameters;
        var options = new FieldAwareFactorizationMachineTrainer.Options
        {
            FeatureColumnName = MatrixView.Features,
            LabelColumnName = MatrixView.Label,
            NumberOfIterations = p.Integer("passes"),
            LatentDimension = p.Integer("latentDimension"),
            LearningRate = p.Single("learningRate"),
            LambdaLinear = p.Single("lambdaLinear"),
            LambdaLatent = p.Single("lambdaLatent"),
        };
        var trained = MLNetRun.Fit(request, context => context.BinaryClassification.Trainers
            .FieldAwareFactorizationMachine(options)
            .Fit(new MatrixView(request.Train, LabelKind.Boolean)).Model, cancellationToken);
        var model = new FactorisationModel([.. trained.GetLinearWeights()], [.. trained.GetLatentWeights()], trained.LatentDimension);
        return Array.TrueForAll(model.Score(request.Train.Features, 1), double.IsFinite)
            ? new(model)
            : throw HubException.Impossible("Training did not converge: the weights grew beyond all bounds. Lower the learning rate.", "DIVERGED");
    }
}
