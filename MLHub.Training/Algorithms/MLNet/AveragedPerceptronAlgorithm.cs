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
            Parameter.Integer("rounds", 20, 1, 1000, "How often it goes through the rows.", log: true),
            Parameter.Number("learningRate", 1, 0.0001, 100, "Size of a correction.", log: true),
            Parameter.Number("l2", 0, 0, 0.5, "L2 penalty on the weights."),
        ]);

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: true, NativeMissing: false, CategoryForm.OneHot);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        if (request.Task == TrainingTask.Binary)
        {
            var (weights, bias, rounds, stopped) = FitBinary(request, isAlone: true, cancellationToken);
            return new(Linear.RequireFinite(new(Link.Logistic, [weights], [bias]), request.Train.Features)) { Iterations = rounds, StoppedEarly = stopped };
        }

        var never = (Weights: new double[request.Train.Features.Columns], Bias: -30d, Rounds: 0, Stopped: (EarlyStop?)null);
        var models = OneVersusAll.Fit(request, r => FitBinary(r, isAlone: false, cancellationToken), never, cancellationToken);
        return new(Linear.RequireFinite(new(Link.LogisticShares, [.. models.Select(m => m.Weights)], [.. models.Select(m => m.Bias)]), request.Train.Features))
        {
            Iterations = models.Max(m => m.Rounds),
            StoppedEarly = models.Select(m => m.Stopped).FirstOrDefault(s => s is not null),
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
                var (weights, bias) = Calibrate(model, request);
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

    private static (double[] Weights, double Bias) Calibrate(LinearBinaryModelParameters model, FitRequest request)
    {
        var raw = new LinearModel(Link.Identity, [[.. model.Weights.Select(w => (double)w)]], [model.Bias]);
        // Rows that the weights do not know give the honest slope; a handful of them would not.
        var rows = request.Validation is { Labels.Length: >= 100 } validation && validation.Labels.Distinct().Count() == 2 ? validation : request.Train;
        var (a, b) = PlattScaling.Fit(raw.Score(rows.Features, 1), rows.Labels);
        return ([.. model.Weights.Select(w => -a * w)], (-a * model.Bias) - b);
    }

    private static double LogLoss(double[] weights, double bias, LabeledMatrix rows)
    {
        var p = new LinearModel(Link.Logistic, [weights], [bias]).Score(rows.Features, 1);
        var sum = 0d;
        for (var r = 0; r < p.Length; r++)
        {
            sum -= Math.Log(Math.Clamp(rows.Labels[r] > 0.5f ? p[r] : 1 - p[r], 1e-15, 1));
        }

        return sum / p.Length;
    }
}
