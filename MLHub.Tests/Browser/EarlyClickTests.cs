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
    /// <summary>What the server says about the circuit that the page has asked for is held back until <c>release()</c>.</summary>
    private const string SlowLine =
        """
        const Native = window.WebSocket;
        const held = [];
        let isHeld = false;
        window.release = () => { isHeld = false; held.splice(0).forEach(hear => hear()); };
        window.WebSocket = class extends Native {
            get onmessage() { return super.onmessage; }
            set onmessage(hear) { super.onmessage = hear && (e => isHeld ? held.push(() => hear(e)) : hear(e)); }
            send(data) {
                if (typeof data !== 'string' && new TextDecoder('latin1').decode(data).includes('StartCircuit')) {
                    window.hasAskedForCircuit = isHeld = true;
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
            await pages.SignUpAsync();
            var home = visit.Page.Url;
            await visit.Page.AddInitScriptAsync(SlowLine);
            foreach (var section in new[] { "Datasets", "Experiments", "Models" })
            {
                await visit.Page.GotoAsync(home);
                await AskedAsync(visit.Page);
                await visit.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = section, Exact = true }).ClickAsync();
                await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = section, Exact = true })).ToBeVisibleAsync();
                // Once the page listens, it must not fall back.
                await ReleaseAsync(visit.Page);
                await visit.LiveAsync();
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
            await pages.SignUpAsync();
            await page.AddInitScriptAsync(SlowLine);
            await page.ReloadAsync();
            await AskedAsync(page);
            var link = page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Datasets", Exact = true });
            await link.EvaluateAsync("link => link.dataset.first = ''");
            await link.HoverAsync();
            await page.Mouse.DownAsync();
            await ReleaseAsync(page);
            await Expect(page.Locator("[data-first]")).ToHaveCountAsync(0);
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
            await pages.SignUpAsync();
            await page.AddInitScriptAsync(SlowLine);
            await page.GotoAsync(new Uri(page.Url).AbsolutePath + "/members");
            await page.GetByRole(AriaRole.Button, new() { Name = "Invite…" }).ClickAsync();
            await ReleaseAsync(page);
            await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();

            // Of two the last one counts.
            await page.ReloadAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Invite…" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { NameRegex = HubPages.Like("^search") }).ClickAsync();
            await ReleaseAsync(page);
            await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Search" })).ToBeVisibleAsync();
            await visit.LiveAsync();
            await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(1);
        });
    }

    private static Task AskedAsync(IPage page) => page.WaitForFunctionAsync("() => window.hasAskedForCircuit");

    private static async Task ReleaseAsync(IPage page)
    {
        await AskedAsync(page);
        await page.EvaluateAsync("() => window.release()");
    }
}
