using System.Net;
using Microsoft.Playwright;
using MLHub.Tests.Accounts;
using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser;

/// <summary>One person's account: a second factor, the sessions of two browsers, what they did, and how others see them.</summary>
[Trait(Category.Trait, Category.Browser)]
[Trait(Category.Trait, Category.Slow)]
public sealed class ProfileJourneyTests(BrowserFixture browser)
{
    /// <summary>So soon has an ended session left a page that is open elsewhere.</summary>
    private const float EndedWithin = 5000;

    private const string Email = "ada@example.org";

    [Fact]
    public async Task A_second_factor_is_set_up_asked_for_and_replaced_and_an_ended_session_leaves_its_page()
    {
        _ = Need.Chromium;
        await using var server = await HubServer.StartAsync();
        await browser.VisitAsync(server.Address, home => browser.VisitAsync(server.Address, away => SignInAsync(home, away)));
    }

    [Fact]
    public async Task Somebody_sees_what_they_did_and_store_and_what_others_see_of_them()
    {
        _ = Need.Chromium;
        await using var server = await HubServer.StartAsync();
        using var script = server.CreateClient();
        await browser.VisitAsync(server.Address, visit => LookAsync(visit, script));
    }

    private static async Task SignInAsync(Visit home, Visit away)
    {
        await new HubPages(home).SignUp.OpenAsync();
        await new HubPages(home).SignUp.SignUpAsync(Email, "Ada Example");

        // Set it up: password, key, first code, recovery codes.
        await home.Page.GotoAsync("/account/security");
        await Visit.UntilAsync(() => home.Page.GetByRole(AriaRole.Button, new() { Name = "Set up…" }).ClickAsync(), home.Page.GetByLabel("Current password"));
        await home.SeenAsync("security");
        await home.Page.GetByLabel("Current password").FillAsync(HubClient.Password);
        await home.Page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await Expect(home.Page.GetByRole(AriaRole.Img, new() { Name = "QR code" })).ToBeVisibleAsync();
        await home.SeenAsync("scan");
        var app = new AuthenticatorApp((await home.Page.Locator("code.key").InnerTextAsync()).Replace(" ", ""), TimeProvider.System);
        await home.Page.GetByLabel("Code of the app").FillAsync(app.Next());
        await home.Page.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).ClickAsync();
        var codes = home.Page.GetByRole(AriaRole.List, new() { Name = "Recovery codes" }).GetByRole(AriaRole.Listitem);
        await Expect(codes).ToHaveCountAsync(10);
        await home.SeenAsync("recovery-codes");
        var recovery = await codes.AllInnerTextsAsync();
        await home.Page.GetByRole(AriaRole.Button, new() { Name = "I have kept them" }).ClickAsync();
        await Expect(home.Page.GetByText("10 recovery codes are left")).ToBeVisibleAsync();

        // Elsewhere the password leads to the code; a wrong one does not help, the next one does.
        await PasswordAsync(away);
        await away.SeenAsync("code");
        await CodeAsync(away, "000000");
        await Expect(away.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not right");
        await CodeAsync(away, app.Next());
        await Expect(away.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" })).ToBeVisibleAsync();

        // Both sessions are listed; ending the other one leaves its open page.
        await Expect(home.Page.GetByText("this one")).ToBeVisibleAsync();
        await home.Page.ReloadAsync();
        var end = home.Page.GetByRole(AriaRole.Button, new() { NameRegex = HubPages.Like("^End Chrome") });
        await Expect(end).ToHaveCountAsync(1);
        await home.SeenAsync("sessions");
        await away.Page.GotoAsync("/account/storage");
        await Expect(away.Page.GetByText("You store nothing yet")).ToBeVisibleAsync();
        await end.ClickAsync();
        await Expect(away.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in", Exact = true })).ToBeVisibleAsync(new() { Timeout = EndedWithin });

        // A recovery code stands in for the telephone.
        await PasswordAsync(away);
        await CodeAsync(away, recovery[0]);
        await Expect(away.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" })).ToBeVisibleAsync();
        await home.Page.ReloadAsync();
        await Expect(home.Page.GetByText("9 recovery codes are left")).ToBeVisibleAsync();

        // A new token asks for the second factor again.
        await home.Page.GotoAsync("/account/tokens");
        await Visit.UntilAsync(
            async () =>
            {
                await home.Page.GetByLabel("What is it for?").FillAsync("nightly job");
                await home.Page.GetByRole(AriaRole.Button, new() { Name = "Create token" }).ClickAsync();
            },
            home.Page.GetByLabel("Code of your authenticator app"));
        await home.Page.GetByLabel("Code of your authenticator app").FillAsync(recovery[1]);
        await home.SeenAsync("confirm");
        await home.Page.GetByRole(AriaRole.Button, new() { Name = "Confirm", Exact = true }).ClickAsync();
        await Expect(home.Page.GetByText("It is not shown again")).ToBeVisibleAsync();
        await home.SeenAsync("tokens");
    }

    private static async Task LookAsync(Visit visit, HubClient script)
    {
        var pages = new HubPages(visit);
        await pages.SignUp.OpenAsync();
        await pages.SignUp.SignUpAsync(Email, "Ada Example");
        await script.LoginAsync(Email);
        var dataset = await script.ImportAsync(TestData.Path("iris.csv"));
        var experiment = await script.CreateExperimentAsync("Which iris is it?");
        foreach (var algorithm in new[] { "neural-network", "lightgbm" })
        {
            var started = await script.PostAsync(
                $"experiments/{experiment}/train",
                new { name = algorithm, datasetId = dataset, task = "multiclass", target = "Species", algorithm, split = new { kind = "stratified", testFraction = 0.2, validationFraction = 0.0 } },
                HttpStatusCode.Accepted);
            await script.WaitForJobAsync(started.Text("job", "id"));
            if (algorithm == "lightgbm")
            {
                var model = (await script.PostAsync($"workspaces/{script.WorkspaceId}/models", new { name = "Iris", task = "multiclass" }, HttpStatusCode.Created)).Text("id");
                await script.PostAsync($"models/{model}/versions", new { runId = started.Text("run", "id") }, HttpStatusCode.Created);
                await script.PutAsync($"models/{model}/visibility", new { visibility = "public" }, HttpStatusCode.NoContent);
            }
        }

        await script.PutAsync($"datasets/{dataset}/visibility", new { visibility = "public" }, HttpStatusCode.NoContent);

        await visit.Page.GotoAsync("/account");
        await Visit.UntilAsync(() => visit.Page.GetByLabel("About you").FillAsync("Numbers and engines.\nFlowers, too."), visit.Page.GetByRole(AriaRole.Button, new() { Name = "Save", Disabled = false }));
        await visit.SeenAsync("account");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(visit.Page.GetByText("Saved.")).ToBeVisibleAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Delete…" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByLabel("Current password").FillAsync(HubClient.Password);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Delete the account" }).ClickAsync();
        await Expect(visit.Page.GetByText("You are the only administrator")).ToBeVisibleAsync();
        await visit.SeenAsync("delete");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Keep" }).ClickAsync();

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "What others see" }).ClickAsync();
        await Expect(visit.Page.GetByText("Flowers, too.")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "iris", Exact = true })).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("Accuracy 0.")).ToBeVisibleAsync();
        await visit.SeenAsync("person");

        await visit.Page.GotoAsync("/account/work");
        await Expect(visit.Page.GetByText("2 in 26 weeks · 2 finished · 0 failed")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Which iris is it?" })).ToBeVisibleAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "iris", Exact = true })).ToBeVisibleAsync();
        await visit.SeenAsync("work");
        await visit.Page.GotoAsync("/account/storage");
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "iris", Exact = true })).ToBeVisibleAsync();
        await visit.SeenAsync("storage");
    }

    private static async Task PasswordAsync(Visit visit)
    {
        await visit.Page.GotoAsync("/account/login");
        await visit.Page.GetByLabel("E-mail").FillAsync(Email);
        await visit.Page.GetByLabel("Password").FillAsync(HubClient.Password);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Confirm it is you" })).ToBeVisibleAsync();
    }

    private static async Task CodeAsync(Visit visit, string code)
    {
        await visit.Page.GetByLabel("Code").FillAsync(code);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
