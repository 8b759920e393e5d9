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
    public void Maximum_entropy_answers_as_in_ML_NET()
    {
        var labels = Enumerable.Range(0, Rows).Select(r => MathF.Min(2, _features.Row(r)[2] / 2)).Select(MathF.Floor).ToArray();
        var view = new MatrixView(_features, labels, LabelKind.Key, 3);
        var trained = _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(MatrixView.Label, MatrixView.Features).Fit(view);

        var theirs = trained.Transform(view).GetColumn<float[]>("Score").SelectMany(s => s);

        Assert.All(theirs.Zip(Linear.Take(trained.Model).Score(_features, 1)), p => Assert.Equal(p.First, p.Second, 1e-5));
    }

    private void AssertSame(IDataView theirs, string column, ITrainedModel own)
    {
        using var stored = new MemoryStream();
        own.Write(stored);
        stored.Position = 0;
        using var read = TrainedModels.Read(own.Format, stored);

        Assert.All(theirs.GetColumn<float>(column).Zip(read.Score(_features, 1)), p => Assert.Equal(p.First, p.Second, 1e-5));
    }
}
