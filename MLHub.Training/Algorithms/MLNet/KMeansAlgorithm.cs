using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.MLNet;

/// <summary>ML.NET's k-means, from several starts: the one with the closest rows is kept. The largest group comes first.</summary>
internal sealed class KMeansAlgorithm : IAlgorithm
{
    public AlgorithmDescriptor Descriptor { get; } = new(
        "k-means",
        "k-means",
        [TrainingTask.Clustering],
        "Puts each row to the nearest of a given number of centres. Columns count equally; leave out those that should not.",
        CurveKind.None,
        [
            Parameter.Integer("clusters", 5, 2, 200, "How many groups."),
            Parameter.Integer("starts", 5, 1, 100, "From how many random starts; the best result is kept."),
            Parameter.Integer("iterations", 1000, 1, 100_000, "How many rounds per start at most.", log: true).Advanced(),
        ]);

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: true, NativeMissing: false, CategoryForm.OneHot);

    public FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        var (rows, p) = (request.Train.Features, request.Parameters);
        var clusters = p.Integer("clusters");
        RequireDifferentRows(rows, clusters);
        var (starts, best, bestDistance) = (p.Integer("starts"), (CentreModel?)null, double.PositiveInfinity);
        EarlyStop? stopped = null;
        for (var start = 0; start < starts && stopped is null; start++)
        {
            try
            {
                var model = FitOnce(request with { Seed = unchecked(request.Seed + start) }, clusters, cancellationToken);
                var distance = model.MeanSquare(rows);
                if (distance < bestDistance)
                {
                    (best, bestDistance) = (model, distance);
                }
            }
            catch (HubException cut) when (cut.Code == "OUT_OF_TIME" && best is not null)
            {
                // An earlier start has made a model.
                stopped = EarlyStop.OutOfTime;
            }

            request.Monitor.Iteration(start + 1, starts, "start");
            stopped ??= start + 1 < starts ? request.Monitor.ShouldStop() : null;
        }

        return new(best!.OrderedBySize(rows)) { StoppedEarly = stopped };
    }

    private static CentreModel FitOnce(FitRequest request, int clusters, CancellationToken cancellationToken)
    {
        var rows = request.Train.Features;
        var options = new KMeansTrainer.Options
        {
            FeatureColumnName = MatrixView.Features,
            NumberOfClusters = clusters,
            MaximumNumberOfIterations = request.Parameters.Integer("iterations"),
            InitializationAlgorithm = KMeansTrainer.InitializationAlgorithm.KMeansPlusPlus,
            // With several threads sums depend on who comes first.
            NumberOfThreads = 1,
        };
        var model = MLNetRun.Fit(request, context => context.Clustering.Trainers.KMeans(options).Fit(new MatrixView(rows, request.Train.Labels, LabelKind.Number)).Model, cancellationToken);
        VBuffer<float>[]? centres = null;
        model.GetClusterCentroids(ref centres!, out _);
        var taken = new CentreModel([.. centres.Select(c => c.DenseValues().ToArray())]);
        return taken.IsFinite ? taken : throw HubException.Impossible("k-means found no finite centres. Remove extreme values or use fewer groups.", "DIVERGED");
    }

    private static void RequireDifferentRows(FeatureMatrix rows, int clusters)
    {
        var seen = new HashSet<ulong>();
        for (var r = 0; r < rows.Rows && seen.Count < clusters; r++)
        {
            var hash = 1469598103934665603ul;
            foreach (var value in rows.Row(r))
            {
                hash = (hash ^ BitConverter.SingleToUInt32Bits(value)) * 1099511628211ul;
            }

            seen.Add(hash);
        }

        if (seen.Count < clusters)
        {
            throw HubException.Field("parameters.clusters", $"The training rows have {seen.Count} different contents: {clusters} groups cannot be told apart. Use fewer groups.", "TOO_MANY_CLUSTERS");
        }
    }
}
