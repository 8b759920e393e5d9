using Microsoft.Playwright;
using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser;

/// <summary>Two people in two browsers: one makes a workspace and lets the other in, shares, and takes it back.</summary>
[Trait(Category.Trait, Category.Browser)]
[Trait(Category.Trait, Category.Slow)]
public sealed class PeopleJourneyTests(BrowserFixture browser)
{
    /// <summary>So soon has a taken right gone from a page that is open elsewhere.</summary>
    private const float RevokedWithin = 5000;

    [Fact]
    public async Task A_colleague_is_invited_works_along_and_loses_the_role_in_an_open_page()
    {
        _ = Need.Chromium;
        await using var server = await HubServer.StartAsync();
        await browser.VisitAsync(server.Address, ada => browser.VisitAsync(server.Address, bob => TogetherAsync(ada, bob)));
    }

    private static async Task TogetherAsync(Visit ada, Visit bob)
    {
        var (adas, bobs) = (new HubPages(ada), new HubPages(bob));
        await adas.SignUp.OpenAsync();
        await adas.SignUp.SignUpAsync("ada@example.org", "Ada Example");
        await bobs.SignUp.OpenAsync();
        await bobs.SignUp.SignUpAsync("bob@example.org", "Bob Builder");

        // A workspace, and a link into it.
        await ada.Page.GotoAsync("/workspaces/new");
        await Visit.UntilAsync(() => ada.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Churn team"), ada.Page.GetByRole(AriaRole.Button, new() { Name = "Create workspace", Disabled = false }));
        await ada.SeenAsync("new-workspace");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Create workspace" }).ClickAsync();
        await Expect(ada.Page.GetByRole(AriaRole.Heading, new() { Name = "Members", Exact = true })).ToBeVisibleAsync();
        await Visit.UntilAsync(() => ada.Page.GetByRole(AriaRole.Button, new() { Name = "Invite…" }).ClickAsync(), ada.Page.GetByRole(AriaRole.Dialog));
        var dialog = ada.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("A link for whoever has it").CheckAsync();
        await dialog.GetByLabel("Role").SelectOptionAsync("Editor");
        await ada.SeenAsync("invite");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        var link = await dialog.Locator("code.secret").InnerTextAsync();
        await ada.SeenAsync("invite-link");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await ada.SeenAsync("members");

        await bob.Page.GotoAsync(link);
        await Expect(bob.Page.GetByRole(AriaRole.Heading, new() { Name = "Join Churn team" })).ToBeVisibleAsync();
        await bob.SeenAsync("invitation");
        await bob.Page.GetByRole(AriaRole.Button, new() { Name = "Join", Exact = true }).ClickAsync();
        await Expect(bob.Page.Locator(".hub-workspace", new() { HasText = "Churn team" })).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Expect(ada.Page.GetByText("Bob Builder").First).ToBeVisibleAsync();

        // Bob may upload; Ada sees it and shares it.
        await bobs.Datasets.OpenAsync();
        await bobs.Datasets.DropAsync(TestData.Path("iris.csv"));
        await bobs.Datasets.OpenUploadedAsync();
        var dataset = new Uri(bob.Page.Url).AbsolutePath;
        await ada.Page.GotoAsync(dataset);
        await ada.Page.GetByRole(AriaRole.Grid).WaitForAsync();
        await Visit.UntilAsync(() => ada.Page.GetByRole(AriaRole.Button, new() { Name = "Share…" }).ClickAsync(), ada.Page.GetByText("Who can see it, and why"));
        await ada.Page.GetByLabel("Everybody who is signed in to this server").CheckAsync();
        await Expect(ada.Page.GetByRole(AriaRole.Dialog).GetByText("Bob Builder")).ToBeVisibleAsync();
        await ada.SeenAsync("share");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Expect(ada.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await ada.Page.GotoAsync("/explore");
        await Expect(ada.Page.GetByRole(AriaRole.Link, new() { NameRegex = HubPages.Like("^iris") })).ToBeVisibleAsync();
        await ada.SeenAsync("explore");

        // Private again, and Bob is no member any more: his open page loses it.
        await ada.Page.GotoAsync(dataset);
        await ada.Page.GetByRole(AriaRole.Grid).WaitForAsync();
        await Visit.UntilAsync(() => ada.Page.GetByRole(AriaRole.Button, new() { Name = "Share…" }).ClickAsync(), ada.Page.GetByText("Who can see it, and why"));
        await ada.Page.GetByLabel("Members of the workspace, and the people below").CheckAsync();
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await ada.Page.GotoAsync("/w/churn-team/members");
        await ada.Page.GetByLabel("Role of Bob Builder").WaitForAsync();
        await Visit.UntilAsync(() => ada.Page.GetByRole(AriaRole.Button, new() { Name = "Remove Bob Builder" }).ClickAsync(), ada.Page.GetByRole(AriaRole.Dialog));
        await Expect(bob.Page.GetByRole(AriaRole.Grid)).ToBeVisibleAsync();
        await ada.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(bob.Page.GetByRole(AriaRole.Grid)).ToBeHiddenAsync(new() { Timeout = RevokedWithin });
        await bob.SeenAsync("revoked");

        // As a collaborator he gets this one thing back, and only this one.
        await ada.Page.GotoAsync(dataset);
        await ada.Page.GetByRole(AriaRole.Grid).WaitForAsync();
        await Visit.UntilAsync(() => ada.Page.GetByRole(AriaRole.Button, new() { Name = "Share…" }).ClickAsync(), ada.Page.GetByText("Who can see it, and why"));
        await ada.Page.GetByLabel("Let somebody in").FillAsync("bob@example.org");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(ada.Page.GetByText("Reader of this dataset")).ToBeVisibleAsync();
        await bob.Page.GotoAsync("/explore?from=shared");
        await bob.Page.GetByRole(AriaRole.Link, new() { NameRegex = HubPages.Like("^iris") }).ClickAsync();
        await Expect(bob.Page.GetByRole(AriaRole.Grid)).ToBeVisibleAsync();
        await bob.SeenAsync("collaborator");

        await ada.Page.GotoAsync("/w/churn-team/audit");
        await Expect(ada.Page.GetByText("dataset.share")).ToBeVisibleAsync();
        await ada.SeenAsync("audit");
        await ada.Page.GotoAsync("/w/churn-team/settings");
        await Expect(ada.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Churn team");
        await ada.SeenAsync("settings");
    }
}
