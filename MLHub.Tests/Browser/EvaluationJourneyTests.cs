using Microsoft.Playwright;
using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser;

/// <summary>All kinds of questions on one table, and what an evaluation lets somebody do: move the threshold, follow a cell to its rows.</summary>
[Trait(Category.Trait, Category.Browser)]
[Trait(Category.Trait, Category.Slow)]
public sealed class EvaluationJourneyTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_network_is_watched_and_judged_then_groups_and_unusual_rows_are_found()
    {
        _ = Need.Chromium;
        await using var server = await HubServer.StartAsync();
        await browser.VisitAsync(server.Address, async visit =>
        {
            var pages = new HubPages(visit);
            await pages.SignUpAsync();
            await pages.Datasets.OpenAsync();
            await pages.Datasets.DropAsync(TestData.Path("PimaIndiansDiabetes2.csv"));
            await pages.Datasets.OpenUploadedAsync();
            await pages.Dataset.TrainAsync();
            var training = new Uri(visit.Page.Url).GetLeftPart(UriPartial.Path);

            await pages.Train.PickTargetAsync("diabetes");
            await pages.Train.PickAlgorithmAsync("Neural network");
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Small", Exact = true }).ClickAsync();
            await Expect(visit.Page.GetByLabel("Layers", new() { Exact = true })).ToHaveValueAsync("32");
            await visit.SeenAsync("train-network");
            await pages.Train.StartAsync();
            await pages.Run.WatchToTheEndAsync();
            await pages.Run.SeesChartAsync("Learning curve");
            await pages.Run.SeesChartAsync("Gains");
            await visit.SeenAsync("network");

            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Highest F1" }).ClickAsync();
            await Expect(visit.Page).ToHaveURLAsync(HubPages.Like("threshold="));
            await visit.Page.GetByLabel("Column of the groups").SelectOptionAsync("age");
            await Expect(visit.Page).ToHaveURLAsync(HubPages.Like("group=age"));
            await visit.SeenAsync("threshold");
            await visit.Page.GetByRole(AriaRole.Button, new() { NameRegex = HubPages.Like("^show the rows of neg called pos") }).ClickAsync();
            await Expect(visit.Page.GetByText(HubPages.Like("“neg” called “pos”"))).ToBeVisibleAsync();
            await visit.SeenAsync("rows");

            await visit.Page.GotoAsync($"{training}?task=clustering");
            await Expect(visit.Page.GetByText(HubPages.Like("^nothing is predicted"))).ToBeVisibleAsync();
            await visit.SeenAsync("train-groups");
            await pages.Train.StartAsync();
            await pages.Run.WatchToTheEndAsync();
            await pages.Run.SeesChartAsync("Map of the groups");
            await visit.SeenAsync("groups");

            await visit.Page.GotoAsync($"{training}?task=anomaly&target=diabetes&algorithm=pca-anomaly");
            await Expect(visit.Page.GetByLabel("Does a column say which rows are unusual?")).ToHaveValueAsync("diabetes");
            await pages.Train.StartAsync();
            await pages.Run.WatchToTheEndAsync();
            await pages.Run.SeesChartAsync("How unusual rows are");
            await visit.SeenAsync("unusual");
        });
    }
}
