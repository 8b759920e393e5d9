using System.Net;
using Microsoft.Playwright;
using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser;

/// <summary>Takes the pictures of <c>README.md</c> from the running program. Not a test of its own: <c>scripts/pictures.sh</c> runs it.</summary>
[Trait(Category.Trait, Category.Browser)]
public sealed class ReadmePictures(BrowserFixture browser)
{
    private const string Email = "ada@example.org";

    private static readonly (string Algorithm, string Name)[] Candidates =
        [("lbfgs-logistic", "straight line"), ("fast-forest", "many trees"), ("lightgbm", "boosted trees"), ("neural-network", "small network")];

    [Fact(Explicit = true)]
    public async Task Take()
    {
        _ = Need.Chromium;
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "docs", "images")).FullName;
        await using var server = await HubServer.StartAsync();
        using var script = server.CreateClient();
        await browser.VisitAsync(server.Address, async visit =>
        {
            var pages = new HubPages(visit);
            await visit.Page.SetViewportSizeAsync(1280, 800);
            Task ShootAsync(string name) => visit.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.jpg"), Type = ScreenshotType.Jpeg, Quality = 82 });

            await pages.SignUp.OpenAsync();
            await pages.SignUp.SignUpAsync(Email, "Ada Example");
            var home = visit.Page.Url;
            await script.LoginAsync(Email);
            var diabetes = await script.ImportAsync(TestData.Path("PimaIndiansDiabetes2.csv"), "diabetes");
            var diamonds = await script.ImportAsync(TestData.Path("diamonds.csv"), "diamonds");
            var experiment = await script.CreateExperimentAsync("Who gets diabetes");
            var runs = await TrainAsync(script, experiment, diabetes);
            await LogAsync(script, await script.CreateExperimentAsync("Price of a diamond"));

            await visit.Page.GotoAsync($"/datasets/{diamonds}");
            await visit.Page.GetByRole(AriaRole.Grid).GetByText("Ideal").First.WaitForAsync();
            await ShootAsync("data");
            await visit.Page.GotoAsync($"/datasets/{diabetes}?tab=profile&column=glucose");
            await visit.Page.Locator("main svg path").First.WaitForAsync();
            await ShootAsync("profile");
            await visit.Page.GotoAsync($"/runs/{runs[2]}");
            await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "ROC curve" }).First.WaitForAsync();
            await ShootAsync("evaluation");
            await visit.Page.GotoAsync($"/runs/compare?ids={string.Join(',', runs)}");
            await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "ROC curves" }).WaitForAsync();
            await ShootAsync("compare");
            await visit.Page.GotoAsync(home);
            await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Best results" })).ToBeVisibleAsync();
            await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Activity" })).ToBeVisibleAsync();
            await visit.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
            await ShootAsync("home");
        });
    }

    private static async Task<List<string>> TrainAsync(HubClient script, string experiment, string dataset)
    {
        var runs = new List<string>();
        foreach (var (algorithm, name) in Candidates)
        {
            var started = await script.PostAsync(
                $"experiments/{experiment}/train",
                new { name, datasetId = dataset, task = "binary", target = "diabetes", positiveClass = "pos", algorithm, registerAs = algorithm == "lightgbm" ? "diabetes" : null },
                HttpStatusCode.Accepted);
            await script.WaitForJobAsync(started.Text("job", "id"));
            runs.Add(started.Text("run", "id"));
        }

        return runs;
    }

    private static async Task LogAsync(HubClient script, string experiment)
    {
        foreach (var (name, r2) in new[] { ("first net", 0.91), ("wider net", 0.95), ("deeper net", 0.94), ("longer net", 0.97) })
        {
            var run = (await script.PostAsync($"experiments/{experiment}/runs", new { name, algorithm = "own network" }, HttpStatusCode.Created)).Text("id");
            await script.PostAsync($"runs/{run}/metrics", new { points = new[] { new { key = "r2", value = r2, step = 0 } } }, HttpStatusCode.OK);
            await script.SendAsync(HttpMethod.Patch, $"runs/{run}", new { state = "finished" }, HttpStatusCode.OK);
        }
    }
}
