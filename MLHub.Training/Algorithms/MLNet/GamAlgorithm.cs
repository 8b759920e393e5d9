using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>A generalised additive model. ML.NET's cannot be stopped from inside, so its work is limited beforehand; the job's process can be ended.</summary>
internal sealed class GamAlgorithm : IAlgorithm
{
    /// <summary>Rows × features × rounds: less than ten seconds.</summary>
    public const double MaxWork = 1e9;

    public AlgorithmDescriptor Descriptor { get; } = new(
        "gam",
        "Additive model (GAM)",
        [TrainingTask.Binary, TrainingTask.Regression],
        "One curve per column, added up: nearly as readable as a linear model, but bends. For small tables only; it cannot be finished early.",
        CurveKind.None,
        [
            Parameter.Integer("rounds", 1000, 1, 20_000, "How often it improves each curve.", log: true),
            Parameter.Number("learningRate", 0.01, 0.0001, 1, "How much each round may change a curve.", log: true).Searched(0.002, 0.1),
            Parameter.Integer("maxBin", 255, 3, 1024, "Into how many steps a curve is divided.").Advanced(),
        ])
    {
        Effort = Effort.Large,
        KeepsModelSoFar = false,
    };

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: false, NativeMissing: false, CategoryForm.OneHotOrOrdinal);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        var (rows, p) = (request.Train.Features, request.Parameters);
        var rounds = p.Integer("rounds");
        if ((double)rows.Rows * rows.Columns * rounds > MaxWork)
        {
            throw HubException.Field(
                "algorithm",
                $"{rows.Rows} rows with {rows.Columns} prepared features are too many for {rounds} rounds of an additive model, which cannot be stopped. Use at most {(long)(MaxWork / rows.Rows / rows.Columns)} rounds, or another algorithm.",
                "TOO_LARGE_FOR_ALGORITHM");
        }

        if (request.Task == TrainingTask.Regression)
        {
            // It starts from zero: without the mean it would need many rounds to get there.
            var (standard, mean, deviation) = Linear.Standardise(request.Train.Labels);
            var numbers = new GamRegressionTrainer.Options
            {
                FeatureColumnName = MatrixView.Features,
                LabelColumnName = MatrixView.Label,
                NumberOfIterations = rounds,
                LearningRate = p.Number("learningRate"),
                MaximumBinCountPerFeature = p.Integer("maxBin"),
                // With more it adds up in another order each time.
                NumberOfThreads = 1,
                Seed = request.Seed,
            };
            var regression = MLNetRun.Fit(request, context => context.Regression.Trainers
                .Gam(numbers)
                .Fit(new MatrixView(rows, standard, LabelKind.Number)).Model, cancellationToken);
            return new(Take(Link.Identity, regression, rows.Columns, deviation, mean));
        }

        var classes = new GamBinaryTrainer.Options
        {
            FeatureColumnName = MatrixView.Features,
            LabelColumnName = MatrixView.Label,
            NumberOfIterations = rounds,
            LearningRate = p.Number("learningRate"),
            MaximumBinCountPerFeature = p.Integer("maxBin"),
            NumberOfThreads = 1,
            Seed = request.Seed,
        };
        var binary = MLNetRun.Fit(request, context => context.BinaryClassification.Trainers
            .Gam(classes)
            .Fit(new MatrixView(request.Train, LabelKind.Boolean)).Model, cancellationToken);
        var calibrator = (Microsoft.ML.Calibrators.PlattCalibrator)binary.Calibrator;
        return new(Take(Link.Logistic, binary.SubModel, rows.Columns, -calibrator.Slope, -calibrator.Offset));
    }

    internal static AdditiveModel Take(Link link, GamModelParametersBase model, int columns, double scale, double shift)
    {
        var shapes = new Shape[columns];
        Array.Fill(shapes, new([], []));
        var (inputs, bounds, effects) = Curves(model, columns);
        for (var s = 0; s < inputs.Count; s++)
        {
            shapes[inputs[s]] = new([.. bounds[s]], [.. effects[s].Select(e => e * scale)]);
        }

        return new(link, (model.Bias * scale) + shift, shapes);
    }

    /// <summary>
    /// Which feature each curve is about, and the curves. Features that cannot be split have none; then ML.NET's public methods refuse the last
    /// features, because they count curves where they mean features.
    /// </summary>
    private static (IReadOnlyList<int> Inputs, IReadOnlyList<IReadOnlyList<double>> Bounds, IReadOnlyList<IReadOnlyList<double>> Effects) Curves(GamModelParametersBase model, int columns)
    {
        var all = Enumerable.Range(0, columns).ToList();
        if (model.NumberOfShapeFunctions == columns)
        {
            return (all, [.. all.Select(model.GetBinUpperBounds)], [.. all.Select(model.GetBinEffects)]);
        }

        return (Field("_shapeToInputMap"), Field("_binUpperBounds"), Field("_binEffects")) is (int[] inputs, double[][] bounds, double[][] effects)
            ? (inputs, bounds, effects)
            : throw new NotSupportedException("This version of ML.NET does not tell which feature a curve belongs to.");

        object? Field(string name) => typeof(GamModelParametersBase).GetField(name, BindingFlags.NonPublic | BindingFlags.Instance)?.GetValue(model);
    }
}
