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
    /// <summary>What the server says arrives 0.7 s late; the page tells when it has asked for its circuit and has not got it yet.</summary>
    private const string SlowLine =
        """
        const Native = window.WebSocket;
        window.WebSocket = class extends Native {
            get onmessage() { return super.onmessage; }
            set onmessage(hear) { super.onmessage = hear && (e => setTimeout(() => hear(e), 700)); }
            send(data) {
                if (typeof data !== 'string' && new TextDecoder('latin1').decode(data).includes('StartCircuit')) {
                    window.hasAskedForCircuit = true;
                }
                super.send(data);
            }
        };
        """;

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
            await visit.Page.AddInitScriptAsync(SlowLine);
            foreach (var section in new[] { "Datasets", "Experiments", "Models" })
            {
                await visit.Page.GotoAsync(home);
                await visit.Page.WaitForFunctionAsync("() => window.hasAskedForCircuit");
                await visit.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = section, Exact = true }).ClickAsync();
                await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = section, Exact = true })).ToBeVisibleAsync();
                // Once the page listens, it must not fall back.
                await visit.Page.WaitForTimeoutAsync(4000);
                await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = section, Exact = true })).ToBeVisibleAsync();
                await Expect(visit.Page).ToHaveURLAsync(HubPages.Like($"/{section}$"));
            }
        });
    }

    /// <summary>A hand takes a tenth of a second from down to up, and the first drawing may fall in between.</summary>
    [Fact]
    public async Task A_link_that_is_pressed_before_the_first_drawing_and_let_go_after_it_leads_to_its_page()
    {
        _ = Need.Chromium;
        await using var server = await HubServer.StartAsync();
        await browser.VisitAsync(server.Address, async visit =>
        {
            var page = visit.Page;
            var pages = new HubPages(visit);
            await pages.SignUp.OpenAsync();
            await pages.SignUp.SignUpAsync("ada@example.org", "Ada Example");
            await page.AddInitScriptAsync(SlowLine);
            await page.ReloadAsync();
            var link = page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Datasets", Exact = true });
            await link.EvaluateAsync("link => link.dataset.first = ''");
            await link.HoverAsync();
            await page.Mouse.DownAsync();
            await Expect(page.Locator("[data-first]")).ToHaveCountAsync(0, new() { Timeout = 20_000 });
            await page.Mouse.UpAsync();

            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Datasets", Exact = true })).ToBeVisibleAsync();
            await Expect(page).ToHaveURLAsync(HubPages.Like("/datasets$"));
        });
    }

    [Fact]
    public async Task A_button_that_is_pressed_before_the_page_listens_is_heard_once_it_does()
    {
        _ = Need.Chromium;
        await using var server = await HubServer.StartAsync();
        await browser.VisitAsync(server.Address, async visit =>
        {
            var pages = new HubPages(visit);
            var page = visit.Page;
            await pages.SignUp.OpenAsync();
            await pages.SignUp.SignUpAsync("ada@example.org", "Ada Example");
            await page.AddInitScriptAsync(SlowLine);
            await page.GotoAsync(new Uri(page.Url).AbsolutePath + "/members");
            await page.GetByRole(AriaRole.Button, new() { Name = "Invite…" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync(new() { Timeout = 20_000 });

            // Of two the last one counts.
            await page.ReloadAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Invite…" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { NameRegex = HubPages.Like("^search") }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(1, new() { Timeout = 20_000 });
            await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Search" })).ToBeVisibleAsync();
            await page.WaitForTimeoutAsync(4000);
            await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(1);
        });
    }
}
