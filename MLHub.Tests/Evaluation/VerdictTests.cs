using MLHub.Core.Evaluation;
using MLHub.Core.Training;
using MLHub.Web.Evaluation;

namespace MLHub.Tests.Evaluation;

public sealed class VerdictTests
{
    [Fact]
    public void A_sure_gain_is_praised_and_a_doubtful_one_is_not()
    {
        var sure = Verdict.Of(Report(0.8, new(0.75, 0.85)));
        var doubtful = Verdict.Of(Report(0.55, new(0.45, 0.65)));

        Assert.Equal(Tone.Good, sure[0].Tone);
        Assert.Contains("surely so: 95 % of the time AUC lies between 0.75 and 0.85", sure[0].Text, StringComparison.Ordinal);
        Assert.Equal(Tone.Bad, doubtful[0].Tone);
        Assert.StartsWith("No surer than a model that looks at nothing", doubtful[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_only_known_by_heart_is_said_so()
    {
        var report = Report(0.7, new(0.65, 0.75)) with
        {
            Parts = new Dictionary<string, PartEvaluation> { ["test"] = new(100, Metrics(0.7)), ["train"] = new(400, Metrics(0.99)) },
        };

        Assert.Contains(Verdict.Of(report), s => s.Tone == Tone.Bad && s.Text.Contains("learnt by heart", StringComparison.Ordinal));
    }

    [Fact]
    public void The_weakest_group_is_named_but_not_for_a_handful_of_rows()
    {
        var report = Report(0.8, new(0.75, 0.85)) with
        {
            Groups = [new("region", [new("north", 50, Metrics(0.6)), new("south", 45, Metrics(0.9)), new("island", 5, Metrics(0.1))])],
        };

        var said = Verdict.Of(report)[^1];

        Assert.Equal(Tone.Bad, said.Tone);
        Assert.StartsWith("Weakest where region is north: AUC 0.6 on 50 rows", said.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_threshold_makes_a_confusion_matrix()
    {
        var report = Report(0.8, new(0.75, 0.85)) with
        {
            ConfusionMatrix = new(["no", "yes"], [[60, 10], [12, 18]]),
            Thresholds = [new(0, 30, 70), new(0.3, 25, 20), new(0.5, 18, 10), new(1, 0, 0)],
        };

        Assert.Equal([[50, 20], [5, 25]], ThresholdPanel.Confusion(report, 0.31).Counts);
    }

    private static Dictionary<string, double> Metrics(double auc) => new() { ["auc"] = auc };

    private static EvaluationReport Report(double auc, MetricInterval interval) => new()
    {
        Task = TrainingTask.Binary,
        Target = "y",
        Part = "test",
        Metrics = Metrics(auc),
        Baseline = new("guesses", Metrics(0.5)),
        Parts = new Dictionary<string, PartEvaluation> { ["test"] = new(100, Metrics(auc)) },
        Intervals = new Dictionary<string, MetricInterval> { ["auc"] = interval },
    };
}
