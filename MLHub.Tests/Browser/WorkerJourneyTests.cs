using Microsoft.Playwright;
using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser;

/// <summary>An administrator lets a worker in, sees it come and work, drains it and removes it.</summary>
[Trait(Category.Trait, Category.Browser)]
[Trait(Category.Trait, Category.Slow)]
public sealed class WorkerJourneyTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_worker_is_let_in_seen_at_work_drained_and_removed()
    {
        _ = Need.Chromium;
        using var folder = new TestFolder();
        await using var server = await HubServer.StartAsync(settings: new Dictionary<string, string> { ["MLHub:Jobs:Slots"] = "0" });
        await browser.VisitAsync(server.Address, async visit =>
        {
            var pages = new HubPages(visit);
            var page = visit.Page;
            await pages.SignUpAsync();
            await page.GotoAsync(new Uri(page.Url).AbsolutePath + "/jobs");
            await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "Workers", Exact = true }).ClickAsync();
            await Expect(page.GetByText("jobs wait until there is a worker")).ToBeVisibleAsync();
            await visit.SeenAsync("none");

            // Made, and its token seen once.
            var dialog = page.GetByRole(AriaRole.Dialog);
            await Visit.UntilAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Add worker…" }).First.ClickAsync(), dialog);
            await dialog.GetByLabel("Name").FillAsync("gpu-1");
            await visit.SeenAsync("add");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Make the token" }).ClickAsync();
            var token = await dialog.Locator("code.secret").First.InnerTextAsync();
            await Expect(dialog.Locator("code.secret").Nth(1)).ToHaveTextAsync($"mlhub worker --hub http://localhost:{server.Port} --token {token}");
            await visit.SeenAsync("token");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
            await Expect(page.GetByText("Awaited")).ToBeVisibleAsync();
            await Expect(page.GetByText(token)).ToHaveCountAsync(0);

            // It comes, and works.
            await using var worker = WorkerProcess.Start(folder.Path, server.Address, token, new Dictionary<string, string> { ["MLHub:Worker:Labels"] = "gpu,cellar" });
            await Expect(page.GetByText("Online")).ToBeVisibleAsync(new() { Timeout = 60_000 });
            await Expect(page.GetByText("cellar")).ToBeVisibleAsync();
            using var script = server.CreateClient();
            await script.LoginAsync("ada@example.org");
            var diamonds = await script.ImportAsync(TestData.Path("diamonds.csv"));
            var experiment = await script.CreateExperimentAsync("far away");
            var started = await script.PostAsync(
                $"experiments/{experiment}/train",
                new { datasetId = diamonds, datasetVersion = 1, task = "regression", target = "price", algorithm = "lightgbm", parameters = new { iterations = 20_000, earlyStoppingRounds = 10_000 } },
                System.Net.HttpStatusCode.Accepted);
            await Expect(page.GetByText("Training ·")).ToBeVisibleAsync(new() { Timeout = 60_000 });
            await page.GetByRole(AriaRole.Button, new() { Name = "Drain gpu-1" }).ClickAsync();
            await Expect(page.GetByText("Draining")).ToBeVisibleAsync();
            await visit.SeenAsync("draining");
            await page.GetByRole(AriaRole.Button, new() { Name = "Resume gpu-1" }).ClickAsync();
            await Expect(page.GetByText("Online")).ToBeVisibleAsync();
            await visit.SeenAsync("working");

            // Cancelled far away, from here.
            await script.PostAsync($"jobs/{started.Text("job", "id")}/cancel", null, System.Net.HttpStatusCode.Accepted);
            Assert.Equal("cancelled", (await script.WaitForEndAsync(started.Text("job", "id"))).Text("state"));

            // Removed: it is turned away and ends by itself.
            await page.GetByRole(AriaRole.Button, new() { Name = "Remove gpu-1" }).ClickAsync();
            await visit.SeenAsync("remove");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).ClickAsync();
            await Expect(page.GetByText("No workers yet")).ToBeVisibleAsync();
            Assert.Equal(1, await worker.WaitForExitAsync());
            Assert.Contains("was turned away", worker.Log, StringComparison.Ordinal);
        });
    }
}
