using System.Net;
using Microsoft.Playwright;
using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;

namespace MLHub.Tests.Browser;

/// <summary>Runs of a program elsewhere beside MLHub's own: they appear while somebody looks, are found and are compared.</summary>
[Trait(Category.Trait, Category.Browser)]
[Trait(Category.Trait, Category.Slow)]
public sealed class ExperimentJourneyTests(BrowserFixture browser)
{
    private const string Email = "ada@example.org";

    [Fact]
    public async Task Runs_logged_by_a_script_appear_live_and_are_compared_with_one_of_mlhub()
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
            var experiment = await script.CreateExperimentAsync("Diabetes");
            await visit.Page.GotoAsync($"/experiments/{experiment}");
            await visit.Page.GetByText("No runs yet").WaitForAsync();
            await visit.SeenAsync("empty");

            await TrainAsync(script, experiment);
            await visit.Page.GotoAsync($"/experiments/{experiment}");
            await Row(visit, "own lightgbm").WaitForAsync();

            // While the page is open, without a reload.
            var outside = await LogAsync(script, experiment, "outside net", 0.05, 40, ends: false);
            await Row(visit, "outside net").WaitForAsync();
            await LogAsync(script, experiment, "outside small", 0.2, 40, ends: true);
            await Row(visit, "outside small").WaitForAsync();
            await visit.SeenAsync("table");

            await FilterAsync(visit);

            await visit.Page.GetByRole(AriaRole.Link, new() { Name = "outside net" }).ClickAsync();
            await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Parameters" }).WaitForAsync();
            await script.PostAsync($"runs/{outside}/metrics", new { points = new[] { new { key = "fresh", value = 0.123, step = 7 } } }, HttpStatusCode.OK);
            await visit.Page.GetByText("0.123").First.WaitForAsync();
            await visit.SeenAsync("outside-run");
            await script.SendAsync(HttpMethod.Patch, $"runs/{outside}", new { state = "finished" }, HttpStatusCode.OK);
            await visit.Page.GetByText("Finished").First.WaitForAsync();
            await visit.Page.GetByLabel("New tag").FillAsync("team: blue");
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add tag" }).ClickAsync();
            await visit.Page.GetByText("team: blue").First.WaitForAsync();

            await visit.Page.GotoAsync($"/experiments/{experiment}");
            await visit.LiveAsync();
            foreach (var run in new[] { "own lightgbm", "outside net", "outside small" })
            {
                await visit.Page.GetByLabel($"Select {run}").CheckAsync();
            }

            await Assertions.Expect(visit.Page.GetByRole(AriaRole.Region, new() { Name = "Selected runs" })).ToContainTextAsync("3 selected");
            await visit.SeenAsync("selected");
            await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Compare", Exact = true }).ClickAsync();
            await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Differences" }).WaitForAsync();
            await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "ROC curves" }).WaitForAsync();
            await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Parallel coordinates" }).WaitForAsync();
            await visit.SeenAsync("compare");
        });
    }

    [Fact]
    public async Task Two_thousand_runs_open_fast_and_only_what_is_in_sight_is_on_the_page()
    {
        _ = Need.Chromium;
        await using var server = await HubServer.StartAsync(settings: new Dictionary<string, string> { ["MLHub__RateLimits__UserBurst"] = "100000" });
        using var script = server.CreateClient();
        await browser.VisitAsync(server.Address, async visit =>
        {
            var pages = new HubPages(visit);
            await pages.SignUp.OpenAsync();
            await pages.SignUp.SignUpAsync(Email, "Ada Example");
            await script.LoginAsync(Email);
            var experiment = await script.CreateExperimentAsync("Many");
            await Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
                await script.PostAsync(
                    $"experiments/{experiment}/runs", new { name = $"run {i:0000}", parameters = new { lr = i / 1000.0, batch = i % 7 } }, HttpStatusCode.Created));

            var bytes = 0;
            visit.Page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) => bytes += frame.Binary?.Length ?? frame.Text?.Length ?? 0;
            await visit.Page.GotoAsync($"/experiments/{experiment}?s=name");
            await Row(visit, "run 0000").WaitForAsync();

            Assert.InRange(await visit.Page.Locator(".run-grid tbody tr").CountAsync(), 10, 80);
            Assert.True(bytes < 600_000, $"{bytes} bytes came to show the first lines of 2000");
            await visit.Page.GetByText("2,000 runs").WaitForAsync();
            await visit.Page.Locator(".run-grid").EvaluateAsync("grid => grid.scrollTop = grid.scrollHeight");
            await Row(visit, "run 1999").WaitForAsync();
            Assert.InRange(await visit.Page.Locator(".run-grid tbody tr").CountAsync(), 5, 80);

            // News of another run, sorted above, neither moves the lines in sight nor unticks them.
            await visit.Page.GetByLabel("Select run 1999").ClickAsync();
            await visit.Page.GetByRole(AriaRole.Region, new() { Name = "Selected runs" }).WaitForAsync();
            var before = await PlacesAsync(visit);
            await script.PostAsync($"experiments/{experiment}/runs", new { name = "a new one" }, HttpStatusCode.Created);
            var more = visit.Page.GetByRole(AriaRole.Button, new() { Name = "1 new run", Exact = true });
            await more.WaitForAsync();
            await visit.Page.GetByText("2,001 runs").WaitForAsync();
            Assert.Equal(before, await PlacesAsync(visit));
            Assert.True(await visit.Page.GetByLabel("Select run 1999").IsCheckedAsync());
            await visit.SeenAsync("many");

            await more.ClickAsync();
            await Row(visit, "a new one").WaitForAsync();
            await more.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
            await visit.Page.GetByText("1 selected").WaitForAsync();

            // At the top they come by themselves.
            await script.PostAsync($"experiments/{experiment}/runs", new { name = "a newer one" }, HttpStatusCode.Created);
            await Row(visit, "a newer one").WaitForAsync();
        });
    }

    [Fact]
    public async Task Whoever_is_put_out_of_a_workspace_sees_nothing_of_its_experiments_five_seconds_later()
    {
        _ = Need.Chromium;
        await using var server = await HubServer.StartAsync();
        using var owner = server.CreateClient();
        await owner.RegisterAsync();
        var experiment = await owner.CreateExperimentAsync("Guarded plans");
        var first = await LogAsync(owner, experiment, "guarded a", 0.05, 5, ends: true);
        var second = await LogAsync(owner, experiment, "guarded b", 0.1, 5, ends: true);
        var slug = (await owner.GetAsync($"workspaces/{owner.WorkspaceId}")).Text("slug");
        await browser.VisitAsync(server.Address, async visit =>
        {
            var pages = new HubPages(visit);
            await pages.SignUp.OpenAsync();
            await pages.SignUp.SignUpAsync(Email, "Ada Example");
            foreach (var path in new[] { $"/experiments/{experiment}", $"/runs/compare?ids={first},{second}", $"/w/{slug}/experiments" })
            {
                var member = await owner.PutAsync($"workspaces/{owner.WorkspaceId}/members", new { email = Email, role = "editor" });
                await visit.Page.GotoAsync(path);
                await visit.Page.Locator(".hub-sheet").GetByText("guarded").First.WaitForAsync();
                // Only a page that is alive can hear anything.
                await Visit.UntilAsync(() => visit.Page.Keyboard.PressAsync("?"), visit.Page.GetByRole(AriaRole.Dialog));
                await visit.Page.Keyboard.PressAsync("Escape");
                await visit.Page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Hidden });
                await visit.Page.Locator(".hub-sheet").GetByText("guarded").First.WaitForAsync();

                await owner.SendAsync(HttpMethod.Delete, $"workspaces/{owner.WorkspaceId}/members/{member.Text("userId")}", null, HttpStatusCode.NoContent);

                await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Retry" }).WaitForAsync();
                Assert.DoesNotContain("guarded", await visit.Page.Locator("main").InnerTextAsync(), StringComparison.OrdinalIgnoreCase);
            }
        });
    }

    private static async Task FilterAsync(Visit visit)
    {
        var filter = visit.Page.GetByLabel("Filter runs");
        await filter.FillAsync("metric.auk > 0.5 and paramm.lr = 1");
        await filter.PressAsync("Enter");
        await visit.Page.GetByText("There is no field").WaitForAsync();
        await visit.SeenAsync("filter-error");
        await filter.FillAsync("source = external and param.lr < 0.1");
        await filter.PressAsync("Enter");
        await visit.Page.GetByText("1 of 3 match").WaitForAsync();
        Assert.Contains("f=source", visit.Page.Url, StringComparison.Ordinal);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Best per algorithm" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "cnn" }).WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "All", Exact = true }).ClickAsync();
        await Row(visit, "own lightgbm").WaitForAsync();
        await visit.SeenAsync("grouped");
        await visit.Page.GetByLabel("Group by").SelectOptionAsync("");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Peek at outside net" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Complementary, new() { Name = "outside net" }).WaitForAsync();
        await visit.SeenAsync("peek");
    }

    /// <summary>How far the table is scrolled, and which lines stand where in it.</summary>
    private static Task<string> PlacesAsync(Visit visit) => visit.Page.Locator(".run-grid").EvaluateAsync<string>(
        """
        grid => [Math.round(grid.scrollTop), ...[...grid.querySelectorAll("tbody a.quiet[href^='/runs/']")]
          .map(a => `${a.textContent} ${Math.round(a.getBoundingClientRect().top - grid.getBoundingClientRect().top)}`)].join("\n")
        """);

    private static ILocator Row(Visit visit, string run) => visit.Page.Locator(".run-grid").GetByRole(AriaRole.Link, new() { Name = run, Exact = true });

    private static async Task TrainAsync(HubClient script, string experiment)
    {
        var dataset = await script.ImportAsync(TestData.Path("PimaIndiansDiabetes2.csv"));
        var started = await script.PostAsync(
            $"experiments/{experiment}/train",
            new { name = "own lightgbm", datasetId = dataset, task = "binary", target = "diabetes", positiveClass = "pos", algorithm = "lightgbm" },
            HttpStatusCode.Accepted);
        await script.WaitForJobAsync(started.Text("job", "id"));
    }

    private static async Task<string> LogAsync(HubClient script, string experiment, string name, double rate, int steps, bool ends)
    {
        var run = (await script.PostAsync($"experiments/{experiment}/runs", new { name, algorithm = "cnn", parameters = new { lr = rate, optimizer = "adam" }, tags = new { baseline = "" } }, HttpStatusCode.Created)).Text("id");
        var points = Enumerable.Range(0, steps).SelectMany(i => new[]
        {
            new { key = "train_loss", value = Math.Exp(-rate * i), step = i },
            new { key = "val_loss", value = Math.Exp(-rate * i) + (0.002 * i), step = i },
            new { key = "auc", value = 1 - (0.4 * Math.Exp(-rate * i)), step = i },
        });
        await script.PostAsync($"runs/{run}/metrics", new { points }, HttpStatusCode.OK);
        if (ends)
        {
            await script.SendAsync(HttpMethod.Patch, $"runs/{run}", new { state = "finished" }, HttpStatusCode.OK);
        }

        return run;
    }
}
