using Microsoft.Playwright;
using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser;

/// <summary>Pages can be read before they can be used. Whoever clicks in between, because the line is slow, gets where they wanted to.</summary>
[Trait(Category.Trait, Category.Browser)]
[Trait(Category.Trait, Category.Slow)]
public sealed class EarlyClickTests(BrowserFixture browser)
{
    private const int Delay = 1500;

    [Fact]
    public async Task A_link_that_is_clicked_before_the_page_listens_leads_to_its_page()
    {
        _ = Need.Chromium;
        await using var server = await HubServer.StartAsync();
        await browser.VisitAsync(server.Address, async visit =>
        {
            var pages = new HubPages(visit);
            await pages.SignUp.OpenAsync();
            await pages.SignUp.SignUpAsync("ada@example.org", "Ada Example");
            var home = visit.Page.Url;
            await visit.Page.RouteAsync("**/_blazor/negotiate**", async route =>
            {
                await Task.Delay(Delay);
                await route.ContinueAsync();
            });
            foreach (var section in new[] { "Datasets", "Experiments", "Models" })
            {
                await visit.Page.GotoAsync(home);
                await visit.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = section, Exact = true }).ClickAsync();
                await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = section, Exact = true })).ToBeVisibleAsync();
                // Once the page listens, it must not fall back.
                await visit.Page.WaitForTimeoutAsync(2 * Delay);
                await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = section, Exact = true })).ToBeVisibleAsync();
                await Expect(visit.Page).ToHaveURLAsync(HubPages.Like($"/{section}$"));
            }
        });
    }
}
