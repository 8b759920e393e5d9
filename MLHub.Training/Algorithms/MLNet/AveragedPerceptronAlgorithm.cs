using Microsoft.ML;
using Microsoft.ML.Trainers;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>
/// The averaged perceptron, round by round: each round goes on from the weights of the one before, so there is a true loss after
/// every round and it can stop there. Its scores are no probabilities; Platt's scaling makes them some.
/// </summary>
internal sealed class AveragedPerceptronAlgorithm : IAlgorithm
{
    public AlgorithmDescriptor Descriptor { get; } = new(
        "averaged-perceptron",
        "Averaged perceptron",
        [TrainingTask.Binary, TrainingTask.Multiclass],
        "A simple and very fast linear classifier that learns row by row.",
        CurveKind.Live,
        [
            Parameter.Integer("rounds", 20, 1, 1000, "How often it goes through the rows.", log: true).Searched(5, 100),
            Parameter.Number("learningRate", 1, 0.0001, 100, "Size of a correction.", log: true).Searched(0.01, 10),
            Parameter.Number("l2", 0, 0, 0.5, "L2 penalty on the weights."),
        ])
    {
        Effort = Effort.Small,
    };

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: true, NativeMissing: false, CategoryForm.OneHot);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        if (request.Task == TrainingTask.Binary)
        {
            var (weights, bias, rounds, stopped) = FitBinary(request, isAlone: true, cancellationToken);
            return new(Linear.RequireFinite(new(Link.Logistic, [weights], [bias]), request.Train.Features)) { Iterations = rounds, StoppedEarly = stopped };
        }

        var never = (Weights: new double[request.Train.Features.Columns], Bias: -30d, Rounds: 0, Stopped: (EarlyStop?)null);
        var (models, early) = OneVersusAll.Fit(
            request,
            r =>
            {
                var fitted = FitBinary(r, isAlone: false, cancellationToken);
                return (fitted, fitted.Stopped);
            },
            never,
            keepsModelSoFar: true,
            cancellationToken);
        return new(Linear.RequireFinite(new(Link.LogisticShares, [.. models.Select(m => m.Weights)], [.. models.Select(m => m.Bias)]), request.Train.Features))
        {
            Iterations = models.Max(m => m.Rounds),
            StoppedEarly = early,
        };
    }

    /// <param name="isAlone">Not one of several classes: its loss is the loss of the whole model and may be shown.</param>
    private static (double[] Weights, double Bias, int Rounds, EarlyStop? Stopped) FitBinary(FitRequest request, bool isAlone, CancellationToken cancellationToken)
    {
        var p = request.Parameters;
        var rounds = p.Integer("rounds");
        var data = new MatrixView(request.Train.Features, request.Train.Labels, LabelKind.Boolean);
        LinearBinaryModelParameters? model = null;
        for (var round = 1; round <= rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var context = new MLContext(unchecked(request.Seed + round));
            model = context.BinaryClassification.Trainers.AveragedPerceptron(new AveragedPerceptronTrainer.Options
            {
                FeatureColumnName = MatrixView.Features,
                LabelColumnName = MatrixView.Label,
                NumberOfIterations = 1,
                LearningRate = p.Single("learningRate"),
                L2Regularization = p.Single("l2"),
            }).Fit(data, model).Model;

            var isLast = round == rounds || request.Monitor.ShouldStop() is not null;
            if (isAlone || isLast)
            {
                var (weights, bias) = Linear.Calibrate(model, request);
                if (isAlone)
                {
                    request.Monitor.Iteration(round, rounds, "round");
                    request.Monitor.Loss("train_log_loss", round, LogLoss(weights, bias, request.Train));
                    if (request.Validation is not null)
                    {
                        request.Monitor.Loss("val_log_loss", round, LogLoss(weights, bias, request.Validation));
                    }
                }

                if (isLast)
                {
                    return (weights, bias, round, round == rounds ? null : request.Monitor.ShouldStop());
                }
            }
        }

        throw new InvalidOperationException("There is at least one round.");
    }

    private static double LogLoss(double[] weights, double bias, LabeledMatrix rows) =>
        Losses.Mean(TrainingTask.Binary, new LinearModel(Link.Logistic, [weights], [bias]).Score(rows.Features, 1), rows.Labels, 1);
}
