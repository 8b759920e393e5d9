using MLHub.Core.Common;

namespace MLHub.Tests.Jobs;

public sealed class NewsTests
{
    [Fact]
    public void Who_listens_to_a_topic_hears_it_and_nothing_else()
    {
        var news = new News();
        var heard = 0;
        using var subscription = news.Subscribe("run:1", () => heard++);

        news.Publish("run:1", "run:2");

        Assert.Equal(1, heard);
    }

    [Fact]
    public void Who_stopped_listening_hears_nothing_and_leaves_nothing_behind()
    {
        var news = new News();
        var heard = 0;
        news.Subscribe("run:1", () => heard++).Dispose();

        news.Publish("run:1");

        Assert.Equal(0, heard);
        Assert.Equal(0, news.SubscriptionCount);
        Assert.False(news.HasSubscribers);
    }
}
