using Microsoft.Playwright;
using MLHub.Tests.Support;

[assembly: AssemblyFixture(typeof(MLHub.Tests.Browser.BrowserFixture))]

namespace MLHub.Tests.Browser;

/// <summary>One Chromium for all browser tests, started by the first that asks. Each visit has a profile of its own.</summary>
public sealed class BrowserFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>
    /// Opens a server in a fresh profile and does something there. Leaves screenshots and, on failure, a trace under
    /// <c>artifacts/screenshots</c>. An error in the console or a request that failed fails the test at its end.
    /// </summary>
    public async Task VisitAsync(Uri address, Func<Visit, Task> visiting)
    {
        var browser = await BrowserAsync(Need.Chromium);
        await using var context = await browser.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            ViewportSize = new() { Width = Visit.Wide, Height = 900 },
            ColorScheme = ColorScheme.Light,
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
            ReducedMotion = ReducedMotion.Reduce,
            // Certificates of tests are of their own making.
            IgnoreHTTPSErrors = true,
        });
        context.SetDefaultTimeout((float)(15_000 * Patience.Factor));
        // Without a film of it, which costs a fifth of the browser's time; the pages themselves are kept.
        await context.Tracing.StartAsync(new() { Screenshots = false, Snapshots = true });
        Assertions.SetDefaultExpectTimeout((float)(5000 * Patience.Factor));
        var visit = new Visit(await context.NewPageAsync(), address);
        try
        {
            await visiting(visit);
            visit.AssertClean();
        }
        catch
        {
            await visit.KeepFailureAsync();
            await context.Tracing.StopAsync(new() { Path = Path.Combine(visit.Folder, "trace.zip") });
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _gate.Dispose();
    }

    private async Task<IBrowser> BrowserAsync(string chromium)
    {
        await _gate.WaitAsync();
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            // The flags keep it off the network and inside a container; its sandbox needs rights that root in a container lacks.
            return _browser ??= await _playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = chromium,
                Headless = true,
                Args =
                [
                    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                ],
            });
        }
        finally
        {
            _gate.Release();
        }
    }
}
