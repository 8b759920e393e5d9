using System.Net;
using Microsoft.Playwright;
using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;

namespace MLHub.Tests.Browser;

/// <summary>Looking back on a table: what changed, going back, taking away, deleting and thinking better of it.</summary>
[Trait(Category.Trait, Category.Browser)]
[Trait(Category.Trait, Category.Slow)]
public sealed class VersionJourneyTests(BrowserFixture browser)
{
    private const string Email = "ada@example.org";

    [Fact]
    public async Task An_edited_table_is_compared_restored_downloaded_and_saved_from_the_trash()
    {
        _ = Need.Chromium;
        await using var server = await HubServer.StartAsync();
        await browser.VisitAsync(server.Address, async visit =>
        {
            var pages = new HubPages(visit);
            var page = visit.Page;
            await pages.SignUp.OpenAsync();
            await pages.SignUp.SignUpAsync(Email, "Ada Example");
            var dataset = await TwoVersionsAsync(server);

            await page.GotoAsync($"/datasets/{dataset}?tab=versions");
            await page.GetByRole(AriaRole.Article, new() { Name = "Version 2" }).WaitForAsync();
            await visit.SeenAsync("versions");

            await page.GetByRole(AriaRole.Link, new() { Name = "Compare with v1: version 2" }).ClickAsync();
            await page.GetByRole(AriaRole.Region, new() { Name = "Columns, what moved most first" }).WaitForAsync(new() { Timeout = (float)(60_000 * Patience.Factor) });
            Assert.Contains("the whole row", await page.GetByRole(AriaRole.Group, new() { NameRegex = HubPages.Like("^key") }).InnerTextAsync());
            var add = page.GetByLabel("Add a column to the key");
            await add.SelectOptionAsync("Month");
            await page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "share their Month" }).WaitForAsync();
            Assert.Equal("", await add.InputValueAsync());
            await visit.SeenAsync("key-refused");
            await add.SelectOptionAsync("Day");
            await page.GetByText("7", new() { Exact = true }).First.WaitForAsync();
            await page.GetByRole(AriaRole.Link, new() { NameRegex = HubPages.Like("rows? changed") }).First.WaitForAsync();
            await visit.SeenAsync("compare");
            await page.GetByRole(AriaRole.Link, new() { NameRegex = HubPages.Like("show the rows that changed in Temp$") }).ClickAsync();
            await page.Locator("ins", new() { HasText = "74.5" }).WaitForAsync();
            await visit.SeenAsync("compare-cells");

            await page.GetByRole(AriaRole.Button, new() { Name = "Restore v1" }).ClickAsync();
            await page.GetByRole(AriaRole.Article, new() { Name = "Version 3" }).GetByText("Restored from v1").WaitForAsync();
            await visit.SeenAsync("restored");

            await DownloadAsync(page);
            await DeleteVersionAsync(visit);
            await DeleteDatasetAsync(visit);
        });
    }

    private static async Task DownloadAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Actions for v2" }).ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByText("Download as JSON").ClickAsync());
        var text = await File.ReadAllTextAsync((await download.PathAsync())!);
        Assert.Equal("airquality-v2.json", download.SuggestedFilename);
        Assert.Equal(151, System.Text.Json.JsonDocument.Parse(text).RootElement.GetArrayLength());
    }

    private static async Task DeleteVersionAsync(Visit visit)
    {
        var page = visit.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Actions for v3" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Delete" }).Or(page.Locator(".mud-popover-open .mud-menu-item", new() { HasText = "Delete" })).First.ClickAsync();
        var undo = page.GetByRole(AriaRole.Button, new() { Name = "Undo" });
        await undo.WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Article, new() { Name = "Version 3" })).ToHaveCountAsync(0);
        await undo.ClickAsync();
        await page.GetByRole(AriaRole.Article, new() { Name = "Version 3" }).WaitForAsync();
    }

    private static async Task DeleteDatasetAsync(Visit visit)
    {
        var page = visit.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "More actions" }).ClickAsync();
        await page.GetByText("Delete…").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Trash" }).First.ClickAsync();
        var back = page.GetByRole(AriaRole.Button, new() { Name = "Restore airquality" });
        await back.WaitForAsync();
        await visit.SeenAsync("trash");
        await back.ClickAsync();
        await page.GetByText("The trash is empty").WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToHaveCountAsync(0);
        await visit.SeenAsync("trash-empty");
    }

    /// <summary>The airquality table, and the one that reference_diffs.py made of it.</summary>
    private static async Task<string> TwoVersionsAsync(HubServer server)
    {
        using var ada = server.CreateClient();
        await ada.LoginAsync(Email);
        var dataset = await ada.ImportAsync(TestData.Path("airquality.csv"));
        await using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Datasets", "files", "airquality_v2.csv"));
        using var form = new MultipartFormDataContent { { new StringContent("Some days corrected"), "message" }, { new StreamContent(file), "file", "airquality_v2.csv" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"datasets/{dataset}/versions") { Content = form };
        var accepted = await ada.TryAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        await ada.WaitForJobAsync(accepted.Body.Text("job", "id"));
        return dataset;
    }
}
