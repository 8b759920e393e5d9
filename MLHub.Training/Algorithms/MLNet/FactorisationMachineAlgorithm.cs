using Microsoft.ML;
using Microsoft.ML.Trainers;
using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>
/// ML.NET's field-aware factorisation machine with all features in one field: a linear model plus products of every two features. It hears nothing
/// while it learns, so it goes in rounds of a few passes, each on from the weights of the one before.
/// </summary>
internal sealed class FactorisationMachineAlgorithm : IAlgorithm
{
    private const int PassesPerRound = 5;

    public AlgorithmDescriptor Descriptor { get; } = new(
        "factorisation-machine",
        "Factorisation machine",
        [TrainingTask.Binary],
        "A linear model that also learns how features work together; for many categories.",
        CurveKind.Live,
        [
            Parameter.Integer("passes", 50, 1, 1000, "How often it goes through the rows.", log: true),
            Parameter.Integer("latentDimension", 10, 1, 128, "Numbers per feature that say how it works together with others.", log: true),
            Parameter.Number("learningRate", 0.1, 0.0001, 10, "Size of the first steps; they get smaller.", log: true),
            Parameter.Number("lambdaLinear", 0.0001, 0, 10, "Penalty on the weights.").Advanced(),
            Parameter.Number("lambdaLatent", 0.0001, 0, 10, "Penalty on the products.").Advanced(),
        ]);

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: true, NativeMissing: false, CategoryForm.OneHot);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        var passes = request.Parameters.Integer("passes");
        var rows = new MatrixView(request.Train, LabelKind.Boolean);
        FieldAwareFactorizationMachineModelParameters? trained = null;
        for (var done = 0; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var some = Math.Min(PassesPerRound, passes - done);
            trained = new MLContext(unchecked(request.Seed + done)).BinaryClassification.Trainers
                .FieldAwareFactorizationMachine(Options(request.Parameters, some))
                .Fit(rows, modelParameters: trained).Model;
            done += some;
            var model = new FactorisationModel([.. trained.GetLinearWeights()], [.. trained.GetLatentWeights()], trained.LatentDimension);
            request.Monitor.Loss("train_log_loss", done, Loss(model, request.Train));
            if (request.Validation is not null)
            {
                request.Monitor.Loss("val_log_loss", done, Loss(model, request.Validation));
            }

            request.Monitor.Iteration(done, passes, "pass");
            var stopped = done < passes ? request.Monitor.ShouldStop() : null;
            if (done == passes || stopped is not null)
            {
                return new(model) { Iterations = done, StoppedEarly = stopped };
            }
        }
    }

    private static double Loss(FactorisationModel model, LabeledMatrix rows)
    {
        var loss = Losses.Mean(TrainingTask.Binary, model.Score(rows.Features, 1), rows.Labels, 1);
        return double.IsFinite(loss) ? loss : throw HubException.Impossible("Training did not converge: the weights grew beyond all bounds. Lower the learning rate.", "DIVERGED");
    }

    private static FieldAwareFactorizationMachineTrainer.Options Options(ParameterValues p, int passes) => new()
    {
        FeatureColumnName = MatrixView.Features,
        LabelColumnName = MatrixView.Label,
        NumberOfIterations = passes,
        LatentDimension = p.Integer("latentDimension"),
        LearningRate = p.Single("learningRate"),
        LambdaLinear = p.Single("lambdaLinear"),
        LambdaLatent = p.Single("lambdaLatent"),
    };
}
