using System.Globalization;
using System.Text;
using MLHub.Core.Jobs;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Algorithms.LightGbm;

/// <summary>Gradient-boosted trees through LightGBM's own interface: true loss per iteration, and it can stop at any of them.</summary>
internal sealed class LightGbmAlgorithm : IAlgorithm
{
    public AlgorithmDescriptor Descriptor { get; } = new(
        "lightgbm",
        "LightGBM",
        [TrainingTask.Binary, TrainingTask.Multiclass, TrainingTask.Regression],
        "The best first choice for most tables: accurate, fast, takes missing values and categories as they are.",
        CurveKind.Live,
        [
            Parameter.Integer("iterations", 500, 1, 20_000, "How many trees at most (per class, for several classes). Early stopping usually ends sooner.", log: true),
            Parameter.Number("learningRate", 0.05, 0.0001, 1, "How much each tree may change the model. Smaller values need more iterations and often generalise better.", log: true).Searched(0.01, 0.3),
            Parameter.Integer("numLeaves", 31, 2, 4096, "Leaves per tree. More leaves fit finer detail and overfit sooner.", log: true).Searched(4, 256),
            Parameter.ClassWeights,
            Parameter.Integer("maxDepth", 0, 0, 64, "Deepest tree; 0 leaves it open.").Advanced(),
            Parameter.Integer("minDataInLeaf", 20, 1, 100_000, "Fewest training rows in a leaf (in small tables at most a twentieth of the rows). Raise it against overfitting.", log: true).Searched(2, 100),
            Parameter.Number("featureFraction", 0.8, 0.05, 1, "Share of the features that each tree may use.").Searched(0.4, 1).Advanced(),
            Parameter.Number("baggingFraction", 0.8, 0.05, 1, "Share of the rows that each tree sees.").Advanced(),
            Parameter.Number("lambdaL1", 0, 0, 1000, "L1 penalty on leaf values.").Advanced(),
            Parameter.Number("lambdaL2", 1, 0, 10_000, "L2 penalty on leaf values.").Searched(0.01, 100, log: true).Advanced(),
            Parameter.Integer("maxBin", 255, 3, 4095, "Into how many ranges a number is divided before splits are sought.").Advanced(),
            Parameter.Integer("earlyStoppingRounds", 50, 0, 10_000, "Stop when the validation loss has not fallen for so many iterations and keep the best ones; 0 never stops."),
        ])
    {
        Presets =
        [
            Parameter.Preset("Quick", "A first impression.", ("iterations", 100), ("learningRate", 0.1)),
            Parameter.Preset("Thorough", "Many small steps; takes several times as long.", ("iterations", 3000), ("learningRate", 0.02), ("earlyStoppingRounds", 100)),
        ],
    };

    public FeatureNeeds Needs(TrainingTask task) => new(Standardise: false, NativeMissing: true, CategoryForm.Native);

    public unsafe FitOutcome Fit(FitRequest request, CancellationToken cancellationToken)
    {
        // It says "no further splits" anew for each small tree; once is enough of anything.
        var said = new HashSet<string>(StringComparer.Ordinal);
        using var log = LightGbmNative.RouteLog(line =>
        {
            if (said.Add(line))
            {
                request.Monitor.Log(JobLogLevel.Information, line);
            }
        });
        var parameters = Describe(request);
        nint train = 0, validation = 0, booster = 0;
        try
        {
            train = CreateDataset(request.Train, parameters, 0);
            LightGbmNative.Require(LightGbmNative.BoosterCreate(train, parameters, out booster));
            if (request.Validation is not null)
            {
                validation = CreateDataset(request.Validation, parameters, train);
                LightGbmNative.Require(LightGbmNative.BoosterAddValidData(booster, validation));
            }

            var (best, stopped) = Boost(booster, request, cancellationToken);
            // Read back from its text: what is evaluated is then exactly what is stored.
            var model = new LightGbmModel(SaveToString(booster, best));
            return new(model) { StoppedEarly = stopped, Iterations = best };
        }
        finally
        {
            Free(booster, LightGbmNative.BoosterFree);
            Free(validation, LightGbmNative.DatasetFree);
            Free(train, LightGbmNative.DatasetFree);
        }
    }

    private static unsafe (int Best, EarlyStop? Stopped) Boost(nint booster, FitRequest request, CancellationToken cancellationToken)
    {
        var iterations = request.Parameters.Integer("iterations");
        var patience = request.Parameters.Integer("earlyStoppingRounds");
        var loss = request.Task == TrainingTask.Regression ? "rmse" : "log_loss";
        var (best, bestLoss) = (0, double.PositiveInfinity);
        for (var iteration = 1; iteration <= iterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LightGbmNative.Require(LightGbmNative.BoosterUpdateOneIter(booster, out var isFinished));
            double trainLoss, validationLoss = double.NaN;
            LightGbmNative.Require(LightGbmNative.BoosterGetEval(booster, 0, out _, &trainLoss));
            request.Monitor.Loss($"train_{loss}", iteration, trainLoss);
            if (request.Validation is not null)
            {
                LightGbmNative.Require(LightGbmNative.BoosterGetEval(booster, 1, out _, &validationLoss));
                request.Monitor.Loss($"val_{loss}", iteration, validationLoss);
            }

            request.Monitor.Iteration(iteration, iterations, "iteration");
            if (request.Validation is null || patience == 0 || validationLoss < bestLoss)
            {
                (best, bestLoss) = (iteration, validationLoss);
            }

            if (request.Monitor.ShouldStop() is { } stop)
            {
                return (best, stop);
            }

            if (isFinished == 1 || (patience > 0 && request.Validation is not null && iteration - best >= patience))
            {
                return (best, EarlyStop.NoImprovement);
            }
        }

        return (best, null);
    }

    private static unsafe nint CreateDataset(LabeledMatrix rows, string parameters, nint reference)
    {
        nint dataset;
        fixed (float* values = rows.Features.Values)
        {
            LightGbmNative.Require(LightGbmNative.DatasetCreateFromMat(
                values, LightGbmNative.Float32, rows.Features.Rows, rows.Features.Columns, 1, parameters, reference, out dataset));
        }

        fixed (float* labels = rows.Labels)
        {
            LightGbmNative.Require(LightGbmNative.DatasetSetField(dataset, "label", labels, rows.Labels.Length, LightGbmNative.Float32));
        }

        if (rows.Weights is not null)
        {
            fixed (float* weights = rows.Weights)
            {
                LightGbmNative.Require(LightGbmNative.DatasetSetField(dataset, "weight", weights, rows.Weights.Length, LightGbmNative.Float32));
            }
        }

        return dataset;
    }

    private static unsafe string SaveToString(nint booster, int iterations)
    {
        LightGbmNative.Require(LightGbmNative.BoosterSaveModelToString(booster, 0, iterations, 0, 0, out var length, null));
        var buffer = new byte[length];
        fixed (byte* to = buffer)
        {
            LightGbmNative.Require(LightGbmNative.BoosterSaveModelToString(booster, 0, iterations, 0, length, out length, to));
        }

        return Encoding.UTF8.GetString(buffer, 0, (int)length - 1);
    }

    private static string Describe(FitRequest request)
    {
        var p = request.Parameters;
        var text = new StringBuilder();
        text.Append(request.Task switch
        {
            TrainingTask.Binary => "objective=binary metric=binary_logloss",
            TrainingTask.Multiclass => $"objective=multiclass metric=multi_logloss num_class={request.Classes}",
            _ => "objective=regression metric=rmse",
        });
        Add("learning_rate", p.Number("learningRate"));
        Add("num_leaves", p.Integer("numLeaves"));
        Add("max_depth", p.Integer("maxDepth") is var depth and > 0 ? depth : -1);
        // Leaves that each need a large share of all rows could not tell anything apart.
        Add("min_data_in_leaf", Math.Min(p.Integer("minDataInLeaf"), Math.Max(1, request.Train.Features.Rows / 20)));
        Add("feature_fraction", p.Number("featureFraction"));
        Add("bagging_fraction", p.Number("baggingFraction"));
        Add("bagging_freq", p.Number("baggingFraction") < 1 ? 1 : 0);
        Add("lambda_l1", p.Number("lambdaL1"));
        Add("lambda_l2", p.Number("lambdaL2"));
        Add("max_bin", p.Integer("maxBin"));
        Add("seed", Math.Abs((long)request.Seed) % int.MaxValue);
        Add("num_threads", request.Threads);
        // Equal configurations give equal models, also with several threads.
        text.Append(" deterministic=true force_row_wise=true verbosity=0");
        var categories = string.Join(',', request.Slots.Index().Where(s => s.Item.IsCategory).Select(s => s.Index));
        if (categories.Length > 0)
        {
            text.Append(" categorical_feature=").Append(categories);
        }

        return text.ToString();

        void Add(string name, double value) => text.Append(' ').Append(name).Append('=').Append(value.ToString("R", CultureInfo.InvariantCulture));
    }

    private static void Free(nint handle, Func<nint, int> free)
    {
        if (handle != 0)
        {
            _ = free(handle);
        }
    }
}
