using Bunit;
using MLHub.Tests.DatasetPages;
using MLHub.Web.Components;

namespace MLHub.Tests.Components;

public sealed class UploadPanelTests : DatasetScene
{
    private static readonly UploadItem Item = new(1, "cities.csv", 10_000_000, 0, "queued", 0, null, Guid.Empty.ToString(), null, 0, null);

    [Fact]
    public void Without_uploads_nothing_is_shown()
    {
        var panel = Open();

        Assert.Equal("", panel.Markup.Trim());
        Assert.Equal("connect", JSInterop.Invocations.Last(i => i.Identifier == "connect").Identifier);
    }

    [Fact]
    public async Task A_file_on_its_way_shows_how_much_how_fast_and_how_long()
    {
        var panel = Open();

        await ShowAsync(panel, Item with { State = "sending", Sent = 4_000_000, Rate = 2_000_000 });

        Assert.Equal("Uploading 1 file", panel.Find("h2").TextContent);
        Assert.Equal("40", panel.Find("[role=progressbar]").GetAttribute("aria-valuenow"));
        Assert.Contains("2.0 MB/s", panel.Markup);
        Assert.Contains("3 s left", panel.Markup);
        Assert.NotEmpty(panel.FindAll("button[aria-label='Pause cities.csv']"));
    }

    [Fact]
    public async Task A_refused_file_says_why_and_can_be_tried_again()
    {
        var panel = Open();

        await ShowAsync(panel, Item with { State = "failed", Error = "The disk is full." });
        panel.Find("button[aria-label='Go on with cities.csv']").Click();

        Assert.Contains("The disk is full.", panel.Markup);
        Assert.Contains(JSInterop.Invocations, i => i.Identifier == "resume");
    }

    [Fact]
    public async Task A_sent_file_is_followed_through_its_import_to_the_dataset()
    {
        var (datasetId, jobId) = await AddImportingAsync("Cities");
        SignInAs(Workspace.Editor);
        var panel = Open();
        await ShowAsync(panel, Item with { State = "sent", Sent = Item.Size, DatasetId = datasetId.ToString("N"), Version = 1, JobId = jobId.ToString("N") });
        Assert.Equal("Importing 1 file", panel.Find("h2").TextContent);

        await CompleteAsync(datasetId);

        panel.WaitForAssertion(() => Assert.Equal($"/datasets/{datasetId:N}?v=1", panel.FindAll("a").Single(a => a.TextContent == "Open dataset").GetAttribute("href")));
    }

    [Fact]
    public async Task A_failed_import_says_why()
    {
        var (datasetId, jobId) = await AddImportingAsync("Cities");
        SignInAs(Workspace.Editor);
        var panel = Open();
        await ShowAsync(panel, Item with { State = "sent", DatasetId = datasetId.ToString("N"), Version = 1, JobId = jobId.ToString("N") });

        await FailAsync(datasetId, "NO_ROWS", "The file has a header and no rows.");

        panel.WaitForAssertion(() => Assert.Contains("The file has a header and no rows.", panel.Markup));
        Assert.Equal("1 file failed", panel.Find("h2").TextContent);
    }

    [Fact]
    public async Task A_stranger_gets_no_ticket_but_the_reason()
    {
        SignInAs(Workspace.Stranger);
        var panel = Open();

        var answer = await panel.InvokeAsync(() => panel.Instance.TicketAsync(Workspace.Id.ToString("N"), null));

        Assert.Null(answer.Ticket);
        Assert.Contains("no such workspace", answer.Error);
    }

    [Fact]
    public async Task A_panel_that_is_taken_away_listens_no_longer()
    {
        var (datasetId, jobId) = await AddImportingAsync("Cities");
        SignInAs(Workspace.Editor);
        var panel = Open();
        await ShowAsync(panel, Item with { State = "sent", DatasetId = datasetId.ToString("N"), Version = 1, JobId = jobId.ToString("N") });
        Assert.Equal(1, News.SubscriptionCount);

        await DisposeComponentsAsync();

        Assert.Equal(0, News.SubscriptionCount);
    }

    private IRenderedComponent<UploadPanel> Open() => Render<UploadPanel>();

    private static Task ShowAsync(IRenderedComponent<UploadPanel> panel, params UploadItem[] items) => panel.InvokeAsync(() => panel.Instance.ShowAsync(items));
}
