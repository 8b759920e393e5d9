using System.Globalization;
using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.Neural;

/// <summary>A neural network for tables, computed by ourselves: no native library, the same result for the same seed.</summary>
internal sealed class NeuralNetworkAlgorithm : IAlgorithm
{
    /// <summary>Beyond so many weights a table learner is no longer one.</summary>
    private const long MaxWeights = 50_000_000;

    /// <summary>Numbers that one batch has on its way through: rows × neurons.</summary>
    private const long MaxBatchNumbers = 50_000_000;

    public AlgorithmDescriptor Descriptor { get; } = new(
        "neural-network",
        "Neural network",
        [TrainingTask.Binary, TrainingTask.Multiclass, TrainingTask.Regression],
        "Layers of neurons with embeddings for categories: strong where many columns work together smoothly. Wants some thousand rows.",
        CurveKind.Live,
        [
            Parameter.Text("layers", "128, 64", @"\s*[1-9]\d{0,3}(\s*,\s*[1-9]\d{0,3}){0,7}\s*", "Neurons of each hidden layer, from the input on: up to 8 layers."),
            Parameter.Integer("epochs", 100, 1, 10_000, "How often it goes through the training rows at most. Early stopping usually ends sooner.", log: true),
            Parameter.Integer("batchSize", 256, 1, 65_536, "Rows per step. Larger ones are faster per row and take more epochs.", log: true).Searched(64, 1024),
            Parameter.Number("learningRate", 0.001, 1e-7, 10, "Size of a step. Lower it when the loss jumps.", log: true).Searched(0.0003, 0.01),
            Parameter.Number("dropout", 0.1, 0, 0.9, "Share of the neurons that are left out at random in each step. Raise it against overfitting.").Searched(0, 0.5),
            Parameter.ClassWeights,
            Parameter.Integer("patience", 10, 0, 10_000, "Stop when the validation loss has not fallen for so many epochs and keep the best ones; 0 never stops. Needs validation rows.", log: true),
            Parameter.Choice("activation", "relu", Activations.Names, "What a neuron does with its sum.").Advanced(),
            Parameter.Boolean("batchNorm", true, "Keeps the sums of each layer in an ordinary range: trains faster and more surely.").Advanced(),
            Parameter.Choice("optimiser", "adamw", ["sgd", "momentum", "adam", "adamw"], "How steps are chosen. SGD and momentum want a larger learning rate, like 0.05.").Advanced(),
            Parameter.Number("weightDecay", 0.0001, 0, 10, "Pulls weights to zero, against overfitting.").Searched(0.000001, 0.1, log: true).Advanced(),
            Parameter.Choice("categories", "embedding", ["embedding", "one-hot"], "Texts as learned vectors, or as one input per value.").Advanced(),
            Parameter.Integer("embeddingSize", 0, 0, 256, "Numbers per category; 0 chooses by the number of values.").Advanced(),
        ])
    {
        Effort = Effort.Large,
        Presets =
        [
            Parameter.Preset("Small", "For a few hundred rows.", ("layers", "32"), ("batchSize", 32), ("dropout", 0.0), ("weightDecay", 0.001)),
            Parameter.Preset("Large", "For many rows.", ("layers", "512, 256, 128"), ("batchSize", 1024), ("dropout", 0.2)),
        ],
    };

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: true, NativeMissing: false, CategoryForm.Native);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        var p = request.Parameters;
        var shape = NetworkShape.Of(
            request.Train.Features,
            request.Slots,
            [.. p.Text("layers").Split(',').Select(w => int.Parse(w, CultureInfo.InvariantCulture))],
            Activations.Of(p.Text("activation")),
            p.Boolean("batchNorm"),
            request.Task == TrainingTask.Multiclass ? request.Classes : 1,
            p.Text("categories") == "embedding",
            p.Integer("embeddingSize"));
        if (shape.WeightCount > MaxWeights)
        {
            throw HubException.Field("parameters.layers", $"This network would have {shape.WeightCount / 1_000_000} million weights; at most {MaxWeights / 1_000_000} million are allowed. Use smaller layers, or fewer texts.", "NETWORK_TOO_LARGE");
        }

        var batch = Math.Min(p.Integer("batchSize"), request.Train.Labels.Length);
        if ((long)batch * (shape.InputWidth + shape.Hidden.Sum() + shape.Outputs) > MaxBatchNumbers)
        {
            throw HubException.Field("parameters.batchSize", $"Batches of {batch} rows are too large for layers of this size. Use smaller batches or smaller layers.", "NETWORK_TOO_LARGE");
        }

        return new NeuralTraining(request, shape).Run(cancellationToken);
    }
}
