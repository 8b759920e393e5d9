using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using MLHub.Training.Algorithms;
using MLHub.Training.Algorithms.MLNet;
using MLHub.Training.Preparation;

namespace MLHub.Tests.Training;

/// <summary>We score what ML.NET trained by ourselves: the answers must be ML.NET's.</summary>
public sealed class OwnScoringTests
{
    private const int Rows = 600;

    private readonly FeatureMatrix _features;
    private readonly float[] _labels;
    private readonly MLContext _context = new(5);

    public OwnScoringTests()
    {
        // Few different values: many rows lie exactly on the thresholds of the trees.
        var random = new Random(5);
        _features = new([.. Enumerable.Range(0, Rows * 3).Select(_ => (float)random.Next(6))], Rows, 3);
        _labels = [.. Enumerable.Range(0, Rows).Select(r => _features.Row(r)[0] * _features.Row(r)[1] + random.NextSingle() > 7 ? 1f : 0f)];
    }

    [Fact]
    public void Boosted_trees_answer_as_in_ML_NET()
    {
        var view = new MatrixView(_features, _labels, LabelKind.Boolean);
        var trained = _context.BinaryClassification.Trainers.FastTree(MatrixView.Label, MatrixView.Features).Fit(view);

        var calibrator = (PlattCalibrator)trained.Model.Calibrator;
        var own = new TreeModel(Link.Logistic, [Trees.Take(trained.Model.SubModel.TrainedTreeEnsemble, -calibrator.Slope, -calibrator.Offset)]);

        AssertSame(trained.Transform(view), "Probability", own);
    }

    [Fact]
    public void Forests_answer_as_in_ML_NET()
    {
        var view = new MatrixView(_features, _labels, LabelKind.Number);
        var trained = _context.Regression.Trainers.FastForest(MatrixView.Label, MatrixView.Features).Fit(view);

        var ensemble = trained.Model.TrainedTreeEnsemble;
        var own = new TreeModel(Link.Identity, [Trees.Take(ensemble, 1d / ensemble.Trees.Count, 0)]);

        AssertSame(trained.Transform(view), "Score", own);
    }

    [Fact]
    public void Logistic_regression_answers_as_in_ML_NET()
    {
        var view = new MatrixView(_features, _labels, LabelKind.Boolean);
        var trained = _context.BinaryClassification.Trainers.LbfgsLogisticRegression(MatrixView.Label, MatrixView.Features).Fit(view);

        AssertSame(trained.Transform(view), "Probability", Linear.Take(Link.Logistic, trained.Model.SubModel));
    }

    [Fact]
    public void Poisson_regression_answers_as_in_ML_NET()
    {
        var view = new MatrixView(_features, _labels, LabelKind.Number);
        var trained = _context.Regression.Trainers.LbfgsPoissonRegression(MatrixView.Label, MatrixView.Features).Fit(view);

        AssertSame(trained.Transform(view), "Score", new LinearModel(Link.Exponential, [[.. trained.Model.Weights.Select(w => (double)w)]], [trained.Model.Bias]));
    }

    [Fact]
    public void A_row_far_outside_of_what_was_learned_still_gets_a_number()
    {
        double[] scores = [2000, -2000];

        Links.Apply(Link.Exponential, scores, 1);

        Assert.Equal([double.MaxValue, 0], scores);
    }

    [Fact]
    public void Maximum_entropy_answers_as_in_ML_NET()
    {
        var labels = Enumerable.Range(0, Rows).Select(r => MathF.Min(2, _features.Row(r)[2] / 2)).Select(MathF.Floor).ToArray();
        var view = new MatrixView(_features, labels, LabelKind.Key, 3);
        var trained = _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(MatrixView.Label, MatrixView.Features).Fit(view);

        var theirs = trained.Transform(view).GetColumn<float[]>("Score").SelectMany(s => s);

        Assert.All(theirs.Zip(Linear.Take(trained.Model).Score(_features, 1)), p => Assert.Equal(p.First, p.Second, 1e-5));
    }

    [Fact]
    public void Additive_models_answer_as_in_ML_NET()
    {
        var view = new MatrixView(_features, _labels, LabelKind.Number);
        var trained = _context.Regression.Trainers.Gam(MatrixView.Label, MatrixView.Features, numberOfIterations: 50).Fit(view);

        AssertSame(trained.Transform(view), "Score", GamAlgorithm.Take(Link.Identity, trained.Model, 3, 1, 0));
    }

    [Fact]
    public void Additive_models_answer_as_in_ML_NET_also_when_a_feature_has_no_curve()
    {
        var values = (float[])_features.Values.Clone();
        for (var r = 0; r < Rows; r++)
        {
            values[r * 3] = r == 0 ? 1 : 0;
        }

        var features = new FeatureMatrix(values, Rows, 3);
        var view = new MatrixView(features, [.. Enumerable.Range(0, Rows).Select(r => features.Row(r)[1] - (2 * features.Row(r)[2]))], LabelKind.Number);
        var trained = _context.Regression.Trainers.Gam(MatrixView.Label, MatrixView.Features, numberOfIterations: 50).Fit(view);
        using var own = GamAlgorithm.Take(Link.Identity, trained.Model, 3, 1, 0);

        Assert.Equal(2, trained.Model.NumberOfShapeFunctions);
        Assert.All(trained.Transform(view).GetColumn<float>("Score").Zip(own.Score(features, 1)), p => Assert.Equal(p.First, p.Second, 1e-5));
    }

    [Fact]
    public void Trees_that_were_stopped_half_way_answer_as_finished_ones_of_that_number()
    {
        var view = new MatrixView(_features, _labels, LabelKind.Number);
        var request = Request();

        var (grown, _) = GrownTrees.Fit(
            request with { Monitor = new(null, TimeProvider.System, TimeSpan.FromMilliseconds(1)) },
            context => context.Regression.Trainers.FastTree(BoostedTrees.Options<Microsoft.ML.Trainers.FastTree.FastTreeRegressionTrainer.Options>(request)),
            trainer => Trees.Take(trainer.Fit(view).Model.TrainedTreeEnsemble, 1, 0),
            ensemble => Trees.Take(ensemble, 1, 0),
            CancellationToken.None);
        var whole = Trees.Take(
            new MLContext(1).Regression.Trainers.FastTree(BoostedTrees.Options<Microsoft.ML.Trainers.FastTree.FastTreeRegressionTrainer.Options>(request)).Fit(view).Model.TrainedTreeEnsemble, 1, 0);

        Assert.InRange(grown.Trees.Length, 1, whole.Trees.Length - 1);
        using var first = new TreeModel(Link.Identity, [grown]);
        using var same = new TreeModel(Link.Identity, [whole with { Trees = whole.Trees[..grown.Trees.Length] }]);
        Assert.Equal(same.Score(_features, 1), first.Score(_features, 1));
    }

    private FitRequest Request() => new(
        Core.Training.TrainingTask.Regression,
        0,
        new(_features, _labels),
        null,
        [new("a", 0, false), new("b", 1, false), new("c", 2, false)],
        new(Core.Training.TrainingConfigurationCheck.Complete(
            new FastTreeAlgorithm().Descriptor, Core.Training.TrainingTask.Regression, new Dictionary<string, System.Text.Json.JsonElement> { ["trees"] = System.Text.Json.JsonSerializer.SerializeToElement(5000) })),
        1,
        1,
        FitMonitor.Quiet);

    private void AssertSame(IDataView theirs, string column, ITrainedModel own)
    {
        using var stored = new MemoryStream();
        own.Write(stored);
        stored.Position = 0;
        using var read = TrainedModels.Read(own.Format, stored);

        Assert.All(theirs.GetColumn<float>(column).Zip(read.Score(_features, 1)), p => Assert.Equal(p.First, p.Second, 1e-5));
    }
}
