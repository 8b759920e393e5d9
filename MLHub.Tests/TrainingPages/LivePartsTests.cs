using Bunit;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MLHub.Core.Experiments;
using MLHub.Core.Jobs;
using MLHub.Web.Experiments;
using MudBlazor.Services;

namespace MLHub.Tests.TrainingPages;

public sealed class LivePartsTests
{
    [Fact]
    public async Task The_browser_title_tells_how_far_a_run_is_and_how_good_it_became()
    {
        await using var context = Context();
        var header = context.Render<RunHeader>(p => p.Add(h => h.Run, TrainingPagesData.Run(RunState.Running)));
        Assert.Equal("▶ 34 % brave-otter-12", Title(header));

        header.Render(p => p.Add(h => h.Run, TrainingPagesData.Run(RunState.Finished) with { Metrics = new Dictionary<string, RunMetricView> { ["auc"] = new(0.871, 0.871, 0.871, 0) } }));

        Assert.Equal("✓ 0.871 brave-otter-12", Title(header));
    }

    [Fact]
    public async Task A_queued_run_tells_its_place_and_can_only_be_cancelled()
    {
        await using var context = Context();

        var header = context.Render<RunHeader>(p => p.Add(h => h.Run, TrainingPagesData.Run(RunState.Queued)).Add(h => h.Position, 2).Add(h => h.MayEdit, true));

        Assert.Contains("Waiting: 2 before it", header.Markup);
        Assert.Contains(header.FindAll("button"), b => b.TextContent.Contains("Cancel"));
        Assert.DoesNotContain(header.FindAll("button"), b => b.TextContent.Contains("Finish now"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Finishing_early_is_offered_exactly_when_there_is_something_to_keep(bool mayFinish)
    {
        await using var context = Context();

        var header = context.Render<RunHeader>(p => p.Add(h => h.Run, TrainingPagesData.Run(RunState.Running)).Add(h => h.MayEdit, true).Add(h => h.MayFinish, mayFinish));

        Assert.Equal(mayFinish, header.FindAll("button").Any(b => b.TextContent.Contains("Finish now")));
        Assert.Contains(header.FindAll("button"), b => b.TextContent.Contains("Cancel"));
    }

    [Fact]
    public async Task A_reader_sees_no_buttons_that_would_be_refused()
    {
        await using var context = Context();

        var header = context.Render<RunHeader>(p => p.Add(h => h.Run, TrainingPagesData.Run(RunState.Running)).Add(h => h.MayEdit, false));

        Assert.Empty(header.FindAll("button"));
    }

    [Fact]
    public async Task Stages_before_the_present_one_are_done()
    {
        await using var context = Context();

        var live = context.Render<LiveView>(p => p.Add(v => v.Run, TrainingPagesData.Run(RunState.Running)));

        Assert.Equal(["done", "done", "now", "later", "later"], live.FindAll(".stages li").Select(l => l.ClassName));
    }

    [Fact]
    public async Task The_log_shows_only_the_wanted_level()
    {
        await using var context = Context();
        var at = new DateTime(2026, 11, 23, 9, 0, 0, DateTimeKind.Utc);
        var log = context.Render<RunLog>(p => p.Add(l => l.Lines,
        [
            JobLogLine.Create(Guid.Empty, 1, at, JobLogLevel.Information, "100 rows read"),
            JobLogLine.Create(Guid.Empty, 2, at, JobLogLevel.Warning, "5 values are missing"),
        ]));
        Assert.Equal(2, log.FindAll(".line").Count);

        log.Find("select").Change(nameof(JobLogLevel.Warning));

        Assert.Equal("5 values are missing", log.Find(".line span").TextContent);
    }

    [Fact]
    public async Task Elapsed_counts_by_itself_and_stops_with_the_end()
    {
        await using var context = Context();
        var time = (FakeTimeProvider)context.Services.GetRequiredService<TimeProvider>();
        var from = time.GetUtcNow().UtcDateTime;
        var elapsed = context.Render<Elapsed>(p => p.Add(e => e.From, from).Add(e => e.To, null));
        var before = elapsed.Markup;

        time.Advance(TimeSpan.FromSeconds(65));

        elapsed.WaitForAssertion(() => Assert.NotEqual(before, elapsed.Markup));
    }

    [Fact]
    public async Task A_failed_run_tells_why_in_which_stage_and_what_to_do()
    {
        await using var context = Context();
        var failed = TrainingPagesData.Run(RunState.Failed) with { Error = "The training needed more memory than it may use.", ErrorCode = "OUT_OF_MEMORY" };

        var end = context.Render<RunEnd>(p => p.Add(e => e.Run, failed));

        var alert = end.Find("[role=alert]").TextContent;
        Assert.Contains("more memory than it may use", alert);
        Assert.Contains("OUT_OF_MEMORY", alert);
        Assert.Contains("fewer columns or rows", alert);
    }

    private static BunitContext Context()
    {
        var context = new BunitContext();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices();
        context.Services.AddSingleton<TimeProvider>(new FakeTimeProvider());
        return context;
    }

    private static string Title(IRenderedComponent<RunHeader> header)
    {
        var title = header.FindComponent<PageTitle>().Instance.ChildContent!;
        using var texts = new BunitContext();
        return texts.Render(title).Markup;
    }
}
