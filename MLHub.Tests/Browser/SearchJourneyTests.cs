using Microsoft.Playwright;
using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser;

/// <summary>Automatic training as somebody does it who does not want to choose: the leaderboard fills while they look, and the best is kept.</summary>
[Trait(Category.Trait, Category.Browser)]
[Trait(Category.Trait, Category.Slow)]
public sealed class SearchJourneyTests(BrowserFixture browser)
{
    [Fact]
    public async Task Automatic_training_fills_its_leaderboard_live_and_the_best_is_saved()
    {
        _ = Need.Chromium;
        await using var server = await HubServer.StartAsync();
        await browser.VisitAsync(server.Address, async visit =>
        {
            var pages = new HubPages(visit);
            var page = visit.Page;
            await pages.SignUpAsync();
            await pages.Datasets.OpenAsync();
            await pages.Datasets.DropAsync(TestData.Path("diamonds.csv"));
            await pages.Datasets.OpenUploadedAsync();
            await pages.Dataset.TrainAsync();
            await pages.Train.PickTargetAsync("price");
            await pages.Train.SuggestsAsync("^how much");

            // What a search of one algorithm looks like, with the number of its combinations.
            await MethodAsync(page, "Search", page.GetByRole(AriaRole.Heading, new() { NameRegex = HubPages.Like("what to try$") }));
            await page.GetByLabel("Num leaves: value, list or range").SelectOptionAsync("List");
            await page.GetByLabel("Num leaves", new() { Exact = true }).FillAsync("7, 15, 31");
            await page.GetByText("30 trials at most").WaitForAsync();
            await visit.SeenAsync("train-search");
            await page.GetByLabel("Learning rate from").FillAsync("5");
            await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Give a smallest and a greater value." })).ToBeVisibleAsync();

            await MethodAsync(page, "Automatic", page.GetByText("Algorithms that may be tried"));
            await page.GetByLabel(HubPages.Like("^Time budget")).FillAsync("3");
            await page.GetByText("Time budget: 10 minutes").WaitForAsync();
            foreach (var slow in new[] { "Neural network", "FastForest", "Additive model (GAM)", "FastTree Tweedie", "Poisson regression (L-BFGS)", "FastTree" })
            {
                await page.GetByRole(AriaRole.Checkbox, new() { Name = slow, Exact = true }).UncheckAsync();
            }

            await page.GetByText("The best of 3 algorithms, by RMSE,").WaitForAsync();
            await visit.SeenAsync("train-automatic");
            await pages.Train.StartAsync();

            // Row by row, without a reload.
            var rows = page.GetByRole(AriaRole.Region, new() { Name = "Leaderboard" }).GetByRole(AriaRole.Row);
            await rows.Filter(new() { HasText = "Baseline" }).WaitForAsync(new() { Timeout = 60_000 });
            foreach (var algorithm in new[] { "Linear regression (online)", "SDCA linear model", "LightGBM" })
            {
                await rows.Filter(new() { HasText = algorithm }).Filter(new() { HasText = "Finished" }).First.WaitForAsync(new() { Timeout = 60_000 });
            }

            await visit.SeenAsync("search-live");
            await SkipOneAsync(page, rows.Filter(new() { HasText = "Skipped" }).First);
            await page.GetByRole(AriaRole.Button, new() { Name = "Finish now, keep best" }).ClickAsync();

            // Trials are finished before the run is: its model tells.
            await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = HubPages.Like("save as model") }).First).ToBeVisibleAsync(new() { Timeout = 120_000 });
            Assert.True(await pages.Run.MetricAsync("R²") >= 0.95);
            await page.GetByRole(AriaRole.Link, new() { NameRegex = HubPages.Like("^Trials") }).ClickAsync();
            await page.GetByText("won; the model of this run was trained").WaitForAsync();
            await visit.SeenAsync("search-trials");
            var run = page.Url;
            await page.GetByRole(AriaRole.Link, new() { Name = "Compare the best in parallel coordinates" }).ClickAsync();
            await page.GetByRole(AriaRole.Heading, new() { Name = "Parallel coordinates" }).WaitForAsync();
            await page.GotoAsync(run);
            await rows.Nth(1).GetByRole(AriaRole.Link, new() { NameRegex = HubPages.Like("^Trial ") }).ClickAsync();
            await page.GetByText("It was judged without the test rows").WaitForAsync();
            await visit.SeenAsync("search-trial");
            await page.GotoAsync(run.Split('?')[0]);
            await pages.Run.OpenSavingAsync();
            await pages.Run.SaveAsModelAsync("diamonds model");
            await page.GetByRole(AriaRole.Heading, new() { Name = "diamonds model" }).WaitForAsync();
        });
    }

    private static Task MethodAsync(IPage page, string name, ILocator expected) =>
        Visit.UntilAsync(() => page.GetByRole(AriaRole.Radiogroup, new() { Name = "Method" }).GetByRole(AriaRole.Radio, new() { NameRegex = HubPages.Like($"^{name}") }).CheckAsync(), expected);

    /// <summary>A trial of a second may be over before it hears that it is skipped. Then it counts, and the next one is skipped.</summary>
    private static async Task SkipOneAsync(IPage page, ILocator skipped)
    {
        for (var left = 10; ; left--)
        {
            await page.GetByRole(AriaRole.Button, new() { NameRegex = HubPages.Like("^Skip trial") }).First.ClickAsync();
            try
            {
                await skipped.WaitForAsync(new() { Timeout = 10_000 });
                return;
            }
            catch (TimeoutException) when (left > 1)
            {
                // It was over.
            }
        }
    }
}
