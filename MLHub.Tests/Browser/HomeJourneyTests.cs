using System.Net;
using Microsoft.Playwright;
using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser;

/// <summary>The home page: first steps for a newcomer, then what goes on, while it goes on.</summary>
[Trait(Category.Trait, Category.Browser)]
[Trait(Category.Trait, Category.Slow)]
public sealed class HomeJourneyTests(BrowserFixture browser)
{
    private const string Email = "ada@example.org";

    [Fact]
    public async Task A_newcomer_takes_a_sample_and_later_sees_at_home_what_goes_on()
    {
        _ = Need.Chromium;
        await using var server = await HubServer.StartAsync();
        using var script = server.CreateClient();
        await browser.VisitAsync(server.Address, async visit =>
        {
            var pages = new HubPages(visit);
            await pages.SignUp.OpenAsync();
            await pages.SignUp.SignUpAsync(Email, "Ada Example");
            var home = visit.Page.Url;
            var sample = visit.Page.GetByText("predict a price from");
            await Visit.UntilAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Or take a sample" }).ClickAsync(), sample);
            await sample.ClickAsync();
            await visit.Page.GetByRole(AriaRole.Grid).WaitForAsync(new() { Timeout = 90_000 });

            await script.LoginAsync(Email);
            var experiment = await script.CreateExperimentAsync("Prices");
            var going = await LogRunsAsync(script, experiment);

            await visit.Page.GotoAsync(home);
            await Expect(Panel(visit, "From a file to a prediction")).ToContainTextAsync("2 of 4 done");
            await Expect(Panel(visit, "Needs you")).ToContainTextAsync("out of memory");
            await Expect(Panel(visit, "Running now")).ToContainTextAsync("patient owl");
            await Expect(Panel(visit, "Continue").GetByRole(AriaRole.Link).First).ToBeVisibleAsync();
            await Expect(Panel(visit, "Activity")).ToContainTextAsync("You logged 6 runs");
            var best = Panel(visit, "Best results");
            await Expect(best).ToContainTextAsync("0.83");
            await visit.SeenAsync("home");

            // While the page is open, without a reload.
            await script.PostAsync($"runs/{going}/metrics", new { points = new[] { new { key = "r2", value = 0.91, step = 1 } } }, HttpStatusCode.OK);
            await script.SendAsync(HttpMethod.Patch, $"runs/{going}", new { state = "finished" }, HttpStatusCode.OK);
            await Expect(best).ToContainTextAsync("0.91");
            await Expect(best).ToContainTextAsync("+0.08");
            await Expect(Panel(visit, "Running now")).ToHaveCountAsync(0);

            await Panel(visit, "Activity").GetByRole(AriaRole.Link, new() { Name = "Mine" }).ClickAsync();
            await Expect(visit.Page).ToHaveURLAsync(HubPages.Like("activity=mine"));
            await Panel(visit, "Needs you").GetByRole(AriaRole.Link, new() { Name = "unlucky owl" }).ClickAsync();
            await Expect(visit.Page).ToHaveURLAsync(HubPages.Like("/runs/"));
            await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "unlucky owl" })).ToBeVisibleAsync();
            await visit.Page.GotoAsync(home);
            await Expect(Panel(visit, "Continue")).ToContainTextAsync("unlucky owl");
            await Expect(Panel(visit, "Needs you")).ToHaveCountAsync(0);

            await visit.LiveAsync();
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Hide", Exact = true }).ClickAsync();
            await Expect(best).ToBeVisibleAsync();
            await Expect(Panel(visit, "From a file to a prediction")).ToHaveCountAsync(0);
            await visit.Page.ReloadAsync();
            await Expect(best).ToBeVisibleAsync();
            await Expect(Panel(visit, "From a file to a prediction")).ToHaveCountAsync(0);
        });
    }

    /// <returns>The run that is still going on.</returns>
    private static async Task<string> LogRunsAsync(HubClient script, string experiment)
    {
        var going = "";
        foreach (var (name, r2, state) in new[]
        {
            ("early owl", 0.61, "finished"), ("quick owl", 0.74, "finished"), ("odd owl", 0.7, "finished"), ("clever owl", 0.83, "finished"), ("unlucky owl", 0.1, "failed"), ("patient owl", 0.2, "running"),
        })
        {
            going = (await script.PostAsync($"experiments/{experiment}/runs", new { name, algorithm = "own net" }, HttpStatusCode.Created)).GetProperty("id").GetString()!;
            await script.PostAsync($"runs/{going}/metrics", new { points = new[] { new { key = "r2", value = r2, step = 0 } } }, HttpStatusCode.OK);
            if (state != "running")
            {
                await script.SendAsync(HttpMethod.Patch, $"runs/{going}", new { state, error = state == "failed" ? "The machine ran out of memory in epoch 3." : null }, HttpStatusCode.OK);
            }
        }

        return going;
    }

    private static ILocator Panel(Visit visit, string title) =>
        visit.Page.Locator("section.panel").Filter(new() { Has = visit.Page.GetByRole(AriaRole.Heading, new() { Name = title, Exact = true }) });
}
