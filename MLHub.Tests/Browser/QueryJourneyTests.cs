using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser;

/// <summary>Somebody asks a dataset by SQL in a real browser, tries what is not allowed, and keeps an answer.</summary>
[Trait(Category.Trait, Category.Browser)]
[Trait(Category.Trait, Category.Slow)]
public sealed class QueryJourneyTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_query_is_written_answered_refused_shared_and_saved()
    {
        _ = Need.Chromium;
        await using var server = await HubServer.StartAsync();
        await browser.VisitAsync(server.Address, async visit =>
        {
            var pages = new HubPages(visit);
            var page = visit.Page;
            await pages.SignUpAsync();
            await pages.Datasets.OpenAsync();
            await pages.Datasets.DropAsync(TestData.Path("BreastCancer.csv"));
            await pages.Datasets.OpenUploadedAsync();

            await page.GetByRole(AriaRole.Button, new() { Name = "Query with SQL" }).ClickAsync();
            var editor = page.GetByRole(AriaRole.Textbox, new() { Name = "SQL" });
            await editor.FillAsync("SELECT \"Class\", count(*) AS n, round(avg(\"Cell.size\"), 2) AS size\nFROM dataset\nGROUP BY ALL\nORDER BY n DESC");
            await editor.PressAsync("Control+Enter");
            var result = page.GetByRole(AriaRole.Grid, new() { Name = "Result of the query" });
            // Each answer and each refusal is a process of its own.
            await Expect(result).ToContainTextAsync("benign", new() { Timeout = 60_000 });
            await Expect(result).ToContainTextAsync("458");
            await Expect(page).ToHaveURLAsync(new Regex("sql=SELECT"));
            await visit.SeenAsync("answer");
            var link = page.Url;

            await editor.FillAsync("SELECT *\nFROM read_text('/etc/passwd')");
            await editor.PressAsync("Control+Enter");
            await Expect(page.Locator("#query-problem")).ToContainTextAsync("read_text is not allowed (line 2, column 6)", new() { Timeout = 60_000 });
            await visit.SeenAsync("refused");

            // The page is drawn again and again; what was typed since the link was opened stays.
            await page.EvaluateAsync("() => Blazor.navigateTo(location.pathname + location.search + '&anew=1')");
            await Expect(page).ToHaveURLAsync(new Regex("anew=1"));
            await editor.PressAsync("Control+Enter");
            await Expect(page.Locator("#query-problem")).ToContainTextAsync("read_text", new() { Timeout = 60_000 });
            await Expect(editor).ToHaveValueAsync(new Regex("read_text"));
            await Expect(result).ToHaveCountAsync(0);

            await page.GotoAsync(link);
            await Expect(page.GetByRole(AriaRole.Grid, new() { Name = "Result of the query" })).ToContainTextAsync("458", new() { Timeout = 60_000 });
            var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download CSV" }).ClickAsync());
            Assert.StartsWith("Class,n,size\nbenign,458,", await File.ReadAllTextAsync(await download.PathAsync()));

            await page.GetByRole(AriaRole.Button, new() { Name = "Save result" }).ClickAsync();
            await page.GetByText("As new dataset…").ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Textbox).FillAsync("Classes");
            await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Classes" })).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Grid)).ToContainTextAsync("malignant", new() { Timeout = 60_000 });
            await visit.SeenAsync("saved");
        });
    }
}
