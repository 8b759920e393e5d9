using Microsoft.ML;
using Microsoft.ML.Trainers;
using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>Poisson regression by L-BFGS.</summary>
internal sealed class LbfgsPoissonAlgorithm : IAlgorithm
{
    public AlgorithmDescriptor Descriptor { get; } = new(
        "lbfgs-poisson",
        "Poisson regression (L-BFGS)",
        [TrainingTask.Regression],
        "A linear model for counts and other numbers that are never negative, whose effects multiply.",
        CurveKind.None,
        LbfgsParameters.Of())
    {
        Effort = Effort.Small,
        KeepsModelSoFar = false,
    };

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: true, NativeMissing: false, CategoryForm.OneHot);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        var (features, labels, p) = (request.Train.Features, request.Train.Labels, request.Parameters);
        if (Array.Exists(labels, l => l < 0))
        {
            throw HubException.Field("algorithm", "Poisson regression needs a target without negative values. Choose another algorithm.", "TARGET_NEGATIVE");
        }

        // The exponential of the first steps overflows when the target is large: its mean is taken out and put back as a bias.
        var mean = labels.Average(l => (double)l);
        if (mean == 0)
        {
            throw HubException.Field("target", "All training values of the target are 0: there is nothing to learn.", "TARGET_CONSTANT");
        }

        var options = new LbfgsPoissonRegressionTrainer.Options
        {
            FeatureColumnName = MatrixView.Features,
            LabelColumnName = MatrixView.Label,
            MaximumNumberOfIterations = p.Integer("iterations"),
            L2Regularization = p.Single("l2"),
            L1Regularization = p.Single("l1"),
            OptimizationTolerance = p.Single("tolerance"),
            NumberOfThreads = 1,
        };
        var model = MLNetRun.Fit(request, context => context.Regression.Trainers
            .LbfgsPoissonRegression(options)
            .Fit(new MatrixView(features, Array.ConvertAll(labels, l => (float)(l / mean)), LabelKind.Number)).Model, cancellationToken);
        var linear = new LinearModel(Link.Exponential, [[.. model.Weights.Select(w => (double)w)]], [model.Bias + Math.Log(mean)]);
        return new(Linear.RequireFinite(linear, features));
    }
}
