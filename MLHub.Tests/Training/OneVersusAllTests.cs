using MLHub.Core.Training;
using MLHub.Training.Algorithms;
using MLHub.Training.Algorithms.MLNet;
using MLHub.Training.Preparation;

namespace MLHub.Tests.Training;

public sealed class OneVersusAllTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_wants_to_finish_hurries_only_learners_that_have_a_model_before_their_end(bool keepsModelSoFar)
    {
        using var reporter = new CollectingReporter();
        reporter.Finish();
        var limits = new List<TimeSpan?>();
        var request = new FitRequest(
            TrainingTask.Multiclass, 3, new(new FeatureMatrix([1, 2, 3], 3, 1), [0, 1, 2]), null, [], new(new Dictionary<string, System.Text.Json.JsonElement>()), 1, 1,
            new(reporter, TimeProvider.System, budget: null));

        var (_, stopped) = OneVersusAll.Fit(
            request,
            r =>
            {
                limits.Add(r.Monitor.Budget);
                return (0, null);
            },
            0, keepsModelSoFar, CancellationToken.None);

        Assert.Equal(3, limits.Count);
        Assert.All(limits, l => Assert.Equal(keepsModelSoFar, l is not null));
        Assert.Equal(keepsModelSoFar ? EarlyStop.FinishRequested : null, stopped);
    }
}
