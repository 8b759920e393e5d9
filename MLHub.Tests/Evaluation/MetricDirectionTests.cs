using MLHub.Core.Evaluation;

namespace MLHub.Tests.Evaluation;

public sealed class MetricDirectionTests
{
    [Theory]
    [InlineData("auc", true)]
    [InlineData("cv_accuracy", true)]
    [InlineData("lossless", true)]
    [InlineData("val/log_loss", false)]
    [InlineData("davies-bouldin", false)]
    [InlineData("cv_accuracy_sd", false)]
    [InlineData("reward.std", false)]
    public void The_name_tells_which_way_is_better(string key, bool isHigherBetter) => Assert.Equal(isHigherBetter, MetricDirection.IsHigherBetter(key));
}
