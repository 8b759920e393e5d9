using Microsoft.ML;
using Microsoft.ML.Trainers;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>Linear and logistic regression by stochastic dual coordinate ascent.</summary>
internal sealed class SdcaAlgorithm : IAlgorithm
{
    /// <summary>Several threads would update the same weights without locks, and the result would depend on chance.</summary>
    private const int Threads = 1;

    public AlgorithmDescriptor Descriptor { get; } = new(
        "sdca",
        "SDCA linear model",
        [TrainingTask.Binary, TrainingTask.Multiclass, TrainingTask.Regression],
        "A linear model that scales to many rows and columns; its weights can be read.",
        CurveKind.None,
        [
            Parameter.Integer("passes", 100, 1, 5000, "How often it goes through the rows at most.", log: true),
            Parameter.Number("l2", 0.0001, 1e-9, 10, "L2 penalty on the weights.", log: true).Searched(0.0000001, 0.1),
            Parameter.Number("l1", 0, 0, 10, "L1 penalty: drives weights of useless features to zero.").Searched(0, 0.5),
            Parameter.ClassWeights,
            Parameter.Number("tolerance", 0.001, 1e-7, 0.5, "It stops when the gap to the optimum falls below this share.", log: true).Advanced(),
        ])
    {
        Effort = Effort.Small,
        KeepsModelSoFar = false,
    };

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: true, NativeMissing: false, CategoryForm.OneHot);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken) =>
        new(Linear.RequireFinite(FitModel(request, cancellationToken), request.Train.Features));

    private static LinearModel FitModel(FitRequest request, CancellationToken cancellationToken)
    {
        var (features, labels, p) = (request.Train.Features, request.Train.Labels, request.Parameters);
        switch (request.Task)
        {
            case TrainingTask.Binary:
                var binary = MLNetRun.Fit(request, context => context.BinaryClassification.Trainers
                    .SdcaLogisticRegression(new SdcaLogisticRegressionBinaryTrainer.Options
                    {
                        FeatureColumnName = MatrixView.Features,
                        LabelColumnName = MatrixView.Label,
                        ExampleWeightColumnName = MatrixView.WeightOf(request.Train),
                        MaximumNumberOfIterations = p.Integer("passes"),
                        L2Regularization = p.Single("l2"),
                        L1Regularization = p.Single("l1"),
                        ConvergenceTolerance = p.Single("tolerance"),
                        NumberOfThreads = Threads,
                    })
                    .Fit(new MatrixView(request.Train, LabelKind.Boolean)).Model, cancellationToken);
                return Linear.Take(Link.Logistic, binary.SubModel);
            case TrainingTask.Multiclass:
                var multiclass = MLNetRun.Fit(request, context => context.MulticlassClassification.Trainers
                    .SdcaMaximumEntropy(new SdcaMaximumEntropyMulticlassTrainer.Options
                    {
                        FeatureColumnName = MatrixView.Features,
                        LabelColumnName = MatrixView.Label,
                        ExampleWeightColumnName = MatrixView.WeightOf(request.Train),
                        MaximumNumberOfIterations = p.Integer("passes"),
                        L2Regularization = p.Single("l2"),
                        L1Regularization = p.Single("l1"),
                        ConvergenceTolerance = p.Single("tolerance"),
                        NumberOfThreads = Threads,
                    })
                    .Fit(new MatrixView(request.Train, LabelKind.Key, request.Classes)).Model, cancellationToken);
                return Linear.Take(multiclass);
            default:
                // Its step sizes expect targets of ordinary size: the target is standardised too, and the weights are scaled back.
                var (standard, mean, deviation) = Linear.Standardise(labels);
                var regression = MLNetRun.Fit(request, context => context.Regression.Trainers
                    .Sdca(new SdcaRegressionTrainer.Options
                    {
                        FeatureColumnName = MatrixView.Features,
                        LabelColumnName = MatrixView.Label,
                        ExampleWeightColumnName = MatrixView.WeightOf(request.Train),
                        MaximumNumberOfIterations = p.Integer("passes"),
                        L2Regularization = p.Single("l2"),
                        L1Regularization = p.Single("l1"),
                        ConvergenceTolerance = p.Single("tolerance"),
                        NumberOfThreads = Threads,
                    })
                    .Fit(new MatrixView(features, standard, LabelKind.Number)).Model, cancellationToken);
                return new(Link.Identity, [[.. regression.Weights.Select(w => w * deviation)]], [(regression.Bias * deviation) + mean]);
        }
    }
}
