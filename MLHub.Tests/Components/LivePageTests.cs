using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MLHub.Core.Common;
using MLHub.Tests.Support;
using MLHub.Web.Components;

namespace MLHub.Tests.Components;

public sealed class LivePageTests : BunitContext
{
    private readonly News _news = new();
    private readonly FakeTimeProvider _time = FakeTime.Create();

    public LivePageTests()
    {
        Services.AddSingleton(_news);
        Services.AddSingleton<TimeProvider>(_time);
    }

    [Fact]
    public void A_page_repaints_when_it_hears_news()
    {
        var page = Render<Counter>(p => p.Add(c => c.Topics, ["run:1"]));

        _news.Publish("run:1");

        page.WaitForAssertion(() => Assert.Equal("1", page.Markup));
    }

    [Fact]
    public void A_hundred_publications_in_a_second_repaint_at_most_five_times()
    {
        var page = Render<Counter>(p => p.Add(c => c.Topics, ["run:1"]));

        for (var i = 0; i < 100; i++)
        {
            _news.Publish("run:1");
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(page.Instance.Refreshes, 4, 5);
    }

    [Fact]
    public void Listening_to_something_else_ends_the_old_subscriptions()
    {
        var page = Render<Counter>(p => p.Add(c => c.Topics, ["run:1", "job:1"]));

        page.Render(p => p.Add(c => c.Topics, ["run:2"]));
        _news.Publish("run:1");

        Assert.Equal(1, _news.SubscriptionCount);
        Assert.Equal(0, page.Instance.Refreshes);
    }

    [Fact]
    public void Listening_to_the_same_again_keeps_one_subscription_each()
    {
        var page = Render<Counter>(p => p.Add(c => c.Topics, ["run:1"]));

        page.Render(p => p.Add(c => c.Topics, ["run:1"]));

        Assert.Equal(1, _news.SubscriptionCount);
    }

    [Fact]
    public async Task A_closed_page_has_unsubscribed_and_hears_nothing()
    {
        var page = Render<Counter>(p => p.Add(c => c.Topics, ["run:1", "job:1"]));
        var counter = page.Instance;

        await DisposeComponentsAsync();
        _news.Publish("run:1");
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0, _news.SubscriptionCount);
        Assert.Equal(0, counter.Refreshes);
    }

    [Fact]
    public async Task A_page_that_was_closed_while_it_loaded_does_not_subscribe_afterwards()
    {
        var page = Render<Counter>(p => p.Add(c => c.Topics, ["run:1"]));
        var counter = page.Instance;
        await DisposeComponentsAsync();

        counter.ListenTo("run:2");

        Assert.Equal(0, _news.SubscriptionCount);
    }

    [Theory]
    [InlineData("run:1", 1, 1)]
    [InlineData("run:2", 1, 0)]
    [InlineData("run:2", 600, 1)] // So much that nobody knows.
    public void News_that_came_while_a_page_was_read_and_did_not_listen_yet_is_not_missed(string topic, int times, int refreshes)
    {
        var page = Render<Counter>(p => p.Add(c => c.Topics, ["run:1"]).Add(c => c.WhileReading, () =>
        {
            for (var i = 0; i < times; i++)
            {
                _news.Publish(topic);
            }
        }));

        page.WaitForAssertion(() => Assert.Equal(refreshes, page.Instance.Refreshes));
    }

    private sealed class Counter : LivePage
    {
        [Parameter]
        public Action? WhileReading { get; set; }

        [Parameter]
        public string[] Topics { get; set; } = [];

        public int Refreshes { get; private set; }

        public void ListenTo(string topic) => Listen(topic);

        protected override void OnParametersSet()
        {
            WhileReading?.Invoke();
            Listen(Topics);
        }

        protected override Task RefreshAsync()
        {
            Refreshes++;
            return Task.CompletedTask;
        }

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, Refreshes);
    }
}
