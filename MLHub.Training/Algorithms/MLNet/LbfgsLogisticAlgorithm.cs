using Microsoft.ML;
using Microsoft.ML.Trainers;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>Logistic regression (binary) and maximum entropy (several classes) by L-BFGS.</summary>
internal sealed class LbfgsLogisticAlgorithm : IAlgorithm
{
    public AlgorithmDescriptor Descriptor { get; } = new(
        "lbfgs-logistic",
        "Logistic regression (L-BFGS)",
        [TrainingTask.Binary, TrainingTask.Multiclass],
        "The classical linear classifier: well calibrated probabilities, weights that can be read, hard to overfit.",
        CurveKind.None,
        LbfgsParameters.Of(Parameter.ClassWeights))
    {
        Effort = Effort.Small,
        KeepsModelSoFar = false,
    };

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: true, NativeMissing: false, CategoryForm.OneHot);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        var (features, p) = (request.Train.Features, request.Parameters);
        if (request.Task == TrainingTask.Binary)
        {
            var options = new LbfgsLogisticRegressionBinaryTrainer.Options
            {
                FeatureColumnName = MatrixView.Features,
                LabelColumnName = MatrixView.Label,
                ExampleWeightColumnName = MatrixView.WeightOf(request.Train),
                MaximumNumberOfIterations = p.Integer("iterations"),
                L2Regularization = p.Single("l2"),
                L1Regularization = p.Single("l1"),
                OptimizationTolerance = p.Single("tolerance"),
                NumberOfThreads = 1,
            };
            var binary = MLNetRun.Fit(request, context => context.BinaryClassification.Trainers
                .LbfgsLogisticRegression(options)
                .Fit(new MatrixView(request.Train, LabelKind.Boolean)).Model, cancellationToken);
            return new(Linear.RequireFinite(Linear.Take(Link.Logistic, binary.SubModel), features));
        }

        var several = new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            FeatureColumnName = MatrixView.Features,
            LabelColumnName = MatrixView.Label,
            ExampleWeightColumnName = MatrixView.WeightOf(request.Train),
            MaximumNumberOfIterations = p.Integer("iterations"),
            L2Regularization = p.Single("l2"),
            L1Regularization = p.Single("l1"),
            OptimizationTolerance = p.Single("tolerance"),
            NumberOfThreads = 1,
        };
        var multiclass = MLNetRun.Fit(request, context => context.MulticlassClassification.Trainers
            .LbfgsMaximumEntropy(several)
            .Fit(new MatrixView(request.Train, LabelKind.Key, request.Classes)).Model, cancellationToken);
        return new(Linear.RequireFinite(Linear.Take(multiclass), features));
    }
}
