using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>
/// ML.NET's randomised PCA: ordinary rows lie near a plane, unusual ones far from it. The score is the distance itself. ML.NET divides it by
/// the distance from the mean, which makes the most ordinary rows of all, those near the mean, look unusual.
/// </summary>
internal sealed class PcaAnomalyAlgorithm : IAlgorithm
{
    public AlgorithmDescriptor Descriptor { get; } = new(
        "pca-anomaly",
        "PCA distance",
        [TrainingTask.Anomaly],
        "Learns how columns usually go together and flags rows that break the pattern; says which columns do.",
        CurveKind.None,
        [
            Parameter.Integer("components", 5, 1, 200, "Dimensions of the ordinary. At most one less than there are features."),
            Parameter.FlaggedShare,
            Parameter.Integer("oversampling", 20, 1, 200, "More makes the randomised computation more exact.").Advanced(),
        ])
    {
        KeepsModelSoFar = false,
    };

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: true, NativeMissing: false, CategoryForm.OneHot);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        var (rows, p) = (request.Train.Features, request.Parameters);
        if (rows.Columns < 2)
        {
            throw HubException.Field("features", "With a single feature there is no pattern to break. Use more columns, or the isolation forest.", "TOO_FEW_FEATURES");
        }

        var rank = Math.Min(p.Integer("components"), Math.Min(rows.Columns - 1, rows.Rows - 1));
        var options = new RandomizedPcaTrainer.Options
        {
            FeatureColumnName = MatrixView.Features,
            Rank = rank,
            Oversampling = p.Integer("oversampling"),
            EnsureZeroMean = true,
            Seed = request.Seed,
        };
        var model = MLNetRun.Fit(request, context => context.AnomalyDetection.Trainers
            .RandomizedPca(options)
            .Fit(new MatrixView(rows, request.Train.Labels, LabelKind.Number)).Model, cancellationToken);
        var warnings = rank < p.Integer("components") ? [$"There are {rows.Columns} prepared features: {rank} components were used instead of {p.Integer("components")}."] : Array.Empty<string>();
        return new(Take(model)) { Warnings = warnings };
    }

    internal static PlaneModel Take(PcaModelParameters model)
    {
        VBuffer<float>[]? vectors = null;
        VBuffer<float> mean = default;
        model.GetEigenVectors(ref vectors!, out var rank);
        model.GetMean(ref mean);
        return new([.. mean.DenseValues()], [.. vectors.Take(rank).Select(v => v.DenseValues().ToArray())]);
    }
}
