using Microsoft.ML;
using Microsoft.ML.Trainers;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>Logistic regression by stochastic gradient descent.</summary>
internal sealed class SgdLogisticAlgorithm : IAlgorithm
{
    public AlgorithmDescriptor Descriptor { get; } = new(
        "sgd-logistic",
        "Logistic regression (SGD)",
        [TrainingTask.Binary, TrainingTask.Multiclass],
        "A linear classifier that goes through the rows one by one; for very many rows. L-BFGS is more exact on few.",
        CurveKind.None,
        [
            Parameter.Integer("passes", 20, 1, 1000, "How often it goes through the rows at most.", log: true),
            Parameter.Number("learningRate", 0.01, 1e-6, 10, "Size of the first steps; they get smaller.", log: true).Searched(0.001, 0.3),
            Parameter.Number("l2", 1e-6, 0, 10, "L2 penalty on the weights.").Searched(0.00000001, 0.01, log: true),
            Parameter.ClassWeights,
            Parameter.Number("tolerance", 0.0001, 1e-8, 0.5, "It stops when the weights change by less.", log: true).Advanced(),
        ])
    {
        Effort = Effort.Small,
        KeepsModelSoFar = false,
    };

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: true, NativeMissing: false, CategoryForm.OneHot);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        if (request.Task == TrainingTask.Binary)
        {
            var (weights, bias) = FitBinary(request, cancellationToken);
            return new(Linear.RequireFinite(new(Link.Logistic, [weights], [bias]), request.Train.Features));
        }

        var (models, stopped) = OneVersusAll.Fit(
            request, r => (FitBinary(r, cancellationToken), null), (Weights: new double[request.Train.Features.Columns], Bias: -30d), keepsModelSoFar: false, cancellationToken);
        return new(Linear.RequireFinite(new(Link.LogisticShares, [.. models.Select(m => m.Weights)], [.. models.Select(m => m.Bias)]), request.Train.Features)) { StoppedEarly = stopped };
    }

    private static (double[] Weights, double Bias) FitBinary(FitRequest request, CancellationToken cancellationToken)
    {
        var p = request.Parameters;
        var options = new SgdCalibratedTrainer.Options
        {
            FeatureColumnName = MatrixView.Features,
            LabelColumnName = MatrixView.Label,
            ExampleWeightColumnName = MatrixView.WeightOf(request.Train),
            NumberOfIterations = p.Integer("passes"),
            LearningRate = p.Number("learningRate"),
            L2Regularization = p.Single("l2"),
            ConvergenceTolerance = p.Number("tolerance"),
            // Several threads would change the same weights without locks, and the result would depend on chance.
            NumberOfThreads = 1,
        };
        var model = MLNetRun.Fit(request, context => context.BinaryClassification.Trainers
            .SgdCalibrated(options)
            .Fit(new MatrixView(request.Train, LabelKind.Boolean)).Model, cancellationToken);
        var slope = -model.Calibrator.Slope;
        return ([.. model.SubModel.Weights.Select(w => slope * w)], (slope * model.SubModel.Bias) - model.Calibrator.Offset);
    }
}
