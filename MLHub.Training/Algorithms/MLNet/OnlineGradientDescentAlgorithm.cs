using Microsoft.ML;
using Microsoft.ML.Trainers;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>Linear regression by gradient steps, row by row; the weights of all steps are averaged.</summary>
internal sealed class OnlineGradientDescentAlgorithm : IAlgorithm
{
    public AlgorithmDescriptor Descriptor { get; } = new(
        "online-gradient-descent",
        "Linear regression (online)",
        [TrainingTask.Regression],
        "A linear model that goes through the rows one by one; very fast on many rows.",
        CurveKind.None,
        [
            Parameter.Integer("passes", 20, 1, 1000, "How often it goes through the rows.", log: true),
            Parameter.Number("learningRate", 0.02, 1e-6, 1, "Size of the first steps; they get smaller.", log: true).Searched(0.001, 0.2),
            Parameter.Number("l2", 0, 0, 10, "L2 penalty on the weights.").Searched(0, 0.1),
        ])
    {
        Effort = Effort.Small,
        KeepsModelSoFar = false,
    };

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: true, NativeMissing: false, CategoryForm.OneHot);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        var p = request.Parameters;
        // Its steps expect targets of ordinary size: the target is standardised too, and the weights are scaled back.
        var (standard, mean, deviation) = Linear.Standardise(request.Train.Labels);
        var options = new OnlineGradientDescentTrainer.Options
        {
            FeatureColumnName = MatrixView.Features,
            LabelColumnName = MatrixView.Label,
            NumberOfIterations = p.Integer("passes"),
            LearningRate = p.Single("learningRate"),
            L2Regularization = p.Single("l2"),
            DecreaseLearningRate = true,
        };
        var model = MLNetRun.Fit(request, context => context.Regression.Trainers
            .OnlineGradientDescent(options)
            .Fit(new MatrixView(request.Train.Features, standard, LabelKind.Number)).Model, cancellationToken);
        var linear = new LinearModel(Link.Identity, [[.. model.Weights.Select(w => w * deviation)]], [(model.Bias * deviation) + mean]);
        return new(Linear.RequireFinite(linear, request.Train.Features));
    }
}
