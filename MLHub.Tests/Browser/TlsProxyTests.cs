using System.Collections.Concurrent;
using Microsoft.Playwright;
using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser;

/// <summary>A server as it stands on a network: behind a proxy that ends TLS.</summary>
[Trait(Category.Trait, Category.Browser)]
[Trait(Category.Trait, Category.Oidc)]
[Trait(Category.Trait, Category.Slow)]
public sealed class TlsProxyTests(BrowserFixture browser)
{
    [Fact]
    public async Task Behind_a_proxy_somebody_comes_in_with_google_and_works_over_a_safe_socket()
    {
        _ = Need.Chromium;
        var settings = OidcPeople.Settings().ToDictionary(s => s.Key, s => s.Value ?? "");
        settings["MLHub:Proxy:Networks"] = "127.0.0.1, ::1";
        await using var server = await HubServer.StartAsync(settings: settings);
        using (var administrator = server.CreateClient())
        {
            await administrator.RegisterAsync();
        }

        await using var proxy = await TlsProxy.StartAsync(server.Address);
        var grace = await OidcPeople.AddAsync("Grace");
        await browser.VisitAsync(proxy.Address, async visit =>
        {
            // The pages of the other service have no picture for the tab.
            visit.Expected = ["favicon.ico"];
            var page = visit.Page;
            var sockets = new ConcurrentQueue<string>();
            page.WebSocket += (_, socket) => sockets.Enqueue(socket.Url);
            await page.GotoAsync("/account/login");
            await page.GetByRole(AriaRole.Link, new() { Name = "Continue with Google" }).ClickAsync();
            await page.GetByLabel("Login").FillAsync(grace.Login);
            await page.GetByLabel("Password").FillAsync(OidcPerson.Password);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
            await Expect(page).ToHaveURLAsync(HubPages.Like("/w/"), new() { Timeout = 30_000 });
            await Visit.UntilAsync(() => page.GetByRole(AriaRole.Button, new() { NameRegex = HubPages.Like("your menu") }).ClickAsync(), page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }));

            // Written by a script once the circuit has drawn the page.
            await page.WaitForFunctionAsync("() => document.cookie.includes('mlhub-workspace=')");
            Assert.StartsWith(proxy.Address.ToString(), page.Url, StringComparison.Ordinal);
            Assert.Contains(sockets, s => s.StartsWith("wss://", StringComparison.Ordinal));
            var cookies = (await page.Context.CookiesAsync([proxy.Address.ToString()])).Where(c => c.Name.Contains("mlhub", StringComparison.Ordinal)).ToList();
            Assert.Contains(cookies, c => c.Name == "__Host-mlhub");
            Assert.All(cookies, c => Assert.True(c.Secure, c.Name));
        });
    }
}
