using System.Net;
using Microsoft.Playwright;
using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser;

/// <summary>The life of a model: several algorithms compete, two become versions, one is taken back, and the model answers one row and a whole table.</summary>
[Trait(Category.Trait, Category.Browser)]
[Trait(Category.Trait, Category.Slow)]
public sealed class ModelJourneyTests(BrowserFixture browser)
{
    private const string Email = "ada@example.org";

    [Fact]
    public async Task Three_algorithms_compete_and_the_champion_is_rolled_back_and_asked()
    {
        _ = Need.Chromium;
        await using var server = await HubServer.StartAsync();
        using var script = server.CreateClient();
        await browser.VisitAsync(server.Address, async visit =>
        {
            var pages = new HubPages(visit);
            await pages.SignUp.OpenAsync();
            await pages.SignUp.SignUpAsync(Email, "Ada Example");
            await script.LoginAsync(Email);
            var dataset = await script.ImportAsync(TestData.Path("PimaIndiansDiabetes2.csv"));
            var experiment = await script.CreateExperimentAsync("Diabetes");

            await WatchAndCancelAsync(visit, script, experiment, dataset);
            await TrainWithRecipeAsync(visit, pages, script, dataset);
            var runs = new List<string>();
            foreach (var algorithm in new[] { "lightgbm", "lbfgs-logistic", "fast-forest" })
            {
                var started = await StartAsync(script, experiment, dataset, algorithm, new { });
                await script.WaitForJobAsync(started.Text("job", "id"));
                runs.Add(started.Text("run", "id"));
            }

            await visit.Page.GotoAsync($"/runs/compare?ids={string.Join(',', runs)}");
            await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "ROC curves" }).WaitForAsync();
            var model = (await script.PostAsync($"workspaces/{script.WorkspaceId}/models", new { name = "Diabetes risk", task = "binary" }, HttpStatusCode.Created)).Text("id");
            foreach (var run in runs.Take(2))
            {
                await script.PostAsync($"models/{model}/versions", new { runId = run }, HttpStatusCode.Created);
            }

            await script.PutAsync($"models/{model}/aliases/champion", new { version = 2, reason = "Better calibrated" });
            await CompareVersionsAsync(visit, model);
            await RollBackAsync(visit, model);
            var answer = await pages.Model.PredictAsync(new Dictionary<string, string>
            {
                ["pregnant"] = "6",
                ["glucose"] = "148",
                ["pressure"] = "72",
                ["triceps"] = "35",
                ["mass"] = "33.6",
                ["pedigree"] = "0.627",
                ["age"] = "50",
            });
            Assert.Contains(answer.Trim(), new[] { "pos", "neg" });
            await visit.SeenAsync("predict");
            await PredictDatasetAsync(visit, model);
        });
    }

    private static async Task WatchAndCancelAsync(Visit visit, HubClient script, string experiment, string dataset)
    {
        var started = await StartAsync(script, experiment, dataset, "lightgbm", new { iterations = 20_000, numLeaves = 255, learningRate = 0.001 });
        await visit.Page.GotoAsync($"/runs/{started.Text("run", "id")}");
        await visit.Page.Locator("section svg path").First.WaitForAsync(new() { Timeout = 60_000 });
        await visit.ShootAsync("curve-arrives");
        var confirm = visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { NameRegex = HubPages.Like("^cancel") });
        await Visit.UntilAsync(() => visit.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).ClickAsync(), confirm);
        await confirm.ClickAsync();
        await Expect(visit.Page.GetByText("Cancelled", new() { Exact = true }).First).ToBeVisibleAsync(new() { Timeout = 20_000 });
    }

    /// <summary>A recipe that the workspace keeps goes before the learning.</summary>
    private static async Task TrainWithRecipeAsync(Visit visit, HubPages pages, HubClient script, string dataset)
    {
        object step = new { step = "fill_missing", parameters = new { columns = new[] { "glucose", "mass" }, method = "median" } };
        await script.PostAsync($"workspaces/{script.WorkspaceId}/recipes", new { name = "Fill gaps", steps = new[] { step } }, HttpStatusCode.Created);
        await visit.Page.GotoAsync($"/datasets/{dataset}/train?target=diabetes");
        var steps = visit.Page.Locator("#preparation li");
        await Visit.UntilAsync(() => visit.Page.GetByLabel("Recipe", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "Fill gaps (1 step)" }), steps);
        await visit.SeenAsync("train-with-recipe");
        await pages.Train.StartAsync();
        await pages.Run.WatchToTheEndAsync();
    }

    private static async Task CompareVersionsAsync(Visit visit, string model)
    {
        await visit.Page.GotoAsync($"/models/{model}");
        await visit.Page.GetByLabel("Compare version 2").WaitForAsync();
        var compare = visit.Page.GetByRole(AriaRole.Button, new() { Name = "Compare 2 versions" });
        await Visit.UntilAsync(async () =>
        {
            await visit.Page.GetByLabel("Compare version 1").CheckAsync();
            await visit.Page.GetByLabel("Compare version 2").CheckAsync();
        }, compare);
        await visit.SeenAsync("versions");
        await compare.ClickAsync();
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "ROC curves" }).WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Differences" }).WaitForAsync();
        await visit.SeenAsync("compare");
    }

    private static async Task RollBackAsync(Visit visit, string model)
    {
        await visit.Page.GotoAsync($"/models/{model}");
        var item = visit.Page.GetByText("Roll back: make it the champion");
        await Visit.UntilAsync(() => visit.Page.GetByLabel("Actions for version 1").ClickAsync(), item);
        await item.ClickAsync();
        await visit.Page.GetByLabel("Why?").FillAsync("Wrong on the new patients");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Roll back", Exact = true }).ClickAsync();
        await Expect(visit.Page.GetByText("champion v1")).ToBeVisibleAsync();
        await Visit.UntilAsync(() => visit.PartOfPage("History").ClickAsync(), visit.Page.GetByText("v2 → v1 (rolled back)"));
        await Expect(visit.Page.GetByText("Wrong on the new patients")).ToBeVisibleAsync();
        await visit.SeenAsync("history");
    }

    private static async Task PredictDatasetAsync(Visit visit, string model)
    {
        await visit.Page.GotoAsync($"/models/{model}?tab=batch");
        await Visit.UntilAsync(
            () => visit.Page.GetByLabel("Dataset", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "PimaIndiansDiabetes2" }), visit.Page.Locator("button:enabled", new() { HasText = "Predict all rows" }));
        await visit.SeenAsync("batch");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Predict all rows" }).ClickAsync();
        // Without a reload: the page hears of the job.
        var result = visit.Page.GetByRole(AriaRole.Link, new() { Name = "PimaIndiansDiabetes2 predictions" });
        await result.WaitForAsync();
        await Expect(visit.Page.GetByText("Ready", new() { Exact = true }).First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await visit.SeenAsync("batch-done");
        await result.ClickAsync();
        await visit.Page.GetByText("probability_pos").First.WaitForAsync();
        await visit.SeenAsync("batch-rows");
    }

    private static async Task<System.Text.Json.JsonElement> StartAsync(HubClient script, string experiment, string dataset, string algorithm, object parameters) =>
        await script.PostAsync(
            $"experiments/{experiment}/train",
            new
            {
                name = $"own {algorithm}",
                datasetId = dataset,
                task = "binary",
                target = "diabetes",
                positiveClass = "pos",
                algorithm,
                parameters,
                split = new { kind = "stratified", testFraction = 0.2, validationFraction = 0.0 },
            },
            HttpStatusCode.Accepted);
}
