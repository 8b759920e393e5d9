using Microsoft.ML;
using Microsoft.ML.Trainers;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>A linear support vector machine (Pegasos). Its scores are no probabilities; Platt's scaling makes them some.</summary>
internal sealed class LinearSvmAlgorithm : IAlgorithm
{
    public AlgorithmDescriptor Descriptor { get; } = new(
        "linear-svm",
        "Linear SVM",
        [TrainingTask.Binary, TrainingTask.Multiclass],
        "A linear classifier that looks for the widest gap between the classes; very fast.",
        CurveKind.None,
        [
            Parameter.Integer("passes", 20, 1, 1000, "How often it goes through the rows.", log: true),
            Parameter.Number("lambda", 0.001, 1e-7, 10, "Penalty on the weights. Larger values give a wider gap with more rows inside.", log: true).Searched(0.00001, 0.1),
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
        var options = new LinearSvmTrainer.Options
        {
            FeatureColumnName = MatrixView.Features,
            LabelColumnName = MatrixView.Label,
            NumberOfIterations = p.Integer("passes"),
            Lambda = p.Single("lambda"),
        };
        var model = MLNetRun.Fit(request, context => context.BinaryClassification.Trainers
            .LinearSvm(options)
            .Fit(new MatrixView(request.Train, LabelKind.Boolean)).Model, cancellationToken);
        return Linear.Calibrate(model, request);
    }
}
