using System.Collections.Concurrent;
using Microsoft.Playwright;
using MLHub.Tests.Support;

namespace MLHub.Tests.Browser;

/// <summary>One person's browser during one test, and the evidence of what they saw.</summary>
public sealed class Visit
{
    public const int Wide = 1440;
    public const int Narrow = 390;

    private readonly ConcurrentQueue<string> _problems = new();
    private int _shots;

    public Visit(IPage page, Uri address)
    {
        Page = page;
        var test = TestContext.Current.TestCase?.TestCaseDisplayName ?? "visit";
        Folder = Path.Combine(Repository.Artifacts, "screenshots", FileName(test));
        Directory.CreateDirectory(Folder);

        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _problems.Enqueue($"console: {message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => _problems.Enqueue($"script: {error}");
        page.Response += (_, response) =>
        {
            if (response.Status >= 400)
            {
                _problems.Enqueue($"{response.Request.Method} {response.Url} answered {response.Status}");
            }
        };
        page.RequestFailed += (_, request) =>
        {
            // Leaving a page aborts what it was loading.
            if (request.Failure is { } failure && !failure.Contains("ERR_ABORTED", StringComparison.Ordinal))
            {
                _problems.Enqueue($"{request.Method} {request.Url} failed: {failure}");
            }
        };
        page.Request += (_, request) =>
        {
            if (Uri.TryCreate(request.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host != address.Host)
            {
                _problems.Enqueue($"a request to another host: {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Where this test's pictures are kept.</summary>
    public string Folder { get; }

    /// <summary>Problems that the test brings about on purpose.</summary>
    public IReadOnlyList<string> Expected { get; set; } = [];

    /// <summary>Keeps the page as evidence and asks whether everybody can use it.</summary>
    public async Task SeenAsync(string name)
    {
        await ShootAsync(name, () => Axe.AssertContrastAsync(Page, $"{name}, dark"));
        await Axe.AssertNoSeriousAsync(Page, name);
    }

    /// <summary>Takes the page in both themes and at both widths, whole height.</summary>
    /// <param name="inTheDark">What to do once the page is dark and wide.</param>
    public async Task ShootAsync(string name, Func<Task>? inTheDark = null)
    {
        var number = Interlocked.Increment(ref _shots);
        await TakeAsync(Wide);
        await TakeAsync(Narrow);
        await TurnAsync(ColorScheme.Dark);
        await TakeAsync(Narrow);
        await TakeAsync(Wide);
        await (inTheDark?.Invoke() ?? Task.CompletedTask);
        await TurnAsync(ColorScheme.Light);

        async Task TakeAsync(int width)
        {
            await Page.SetViewportSizeAsync(width, 900);
            // Bars that stick to the edge would lie in the middle of a picture of the whole height.
            await Page.EvaluateAsync("() => window.scrollTo(0, 0)");
            // Charts are drawn anew for the width.
            await Page.WaitForTimeoutAsync(400);
            var theme = await Page.EvaluateAsync<bool>("() => matchMedia('(prefers-color-scheme: dark)').matches") ? "dark" : "light";
            await Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{number:00}-{name}-{theme}-{width}.png"), FullPage = true });
            await AssertNoSidewaysScrollingAsync(name, width);
        }
    }

    /// <summary>A tab of a page; tabs that keep their state in the address are links.</summary>
    public ILocator PartOfPage(string name) =>
        Page.GetByRole(AriaRole.Tab, new() { Name = name }).Or(Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true })).First;

    /// <summary>Waits until the page hears what is done on it: before its circuit is up, it only looks ready.</summary>
    public async Task LiveAsync() => await Page.Locator("html[data-live]").WaitForAsync(new() { Timeout = (float)(30_000 * Patience.Factor) });

    /// <summary>Does something on a page that listens, once, and waits until it shows.</summary>
    public static async Task UntilAsync(Func<Task> action, ILocator expected, int seconds = 30)
    {
        await expected.Page.Locator("html[data-live]").WaitForAsync(new() { Timeout = (float)(30_000 * Patience.Factor) });
        await action();
        await expected.First.WaitForAsync(new() { Timeout = (float)(seconds * 1000 * Patience.Factor) });
    }

    internal void AssertClean()
    {
        var unexpected = _problems.Where(p => !Expected.Any(e => p.Contains(e, StringComparison.Ordinal))).Distinct().ToList();
        Assert.True(unexpected.Count == 0, "The browser met problems:\n" + string.Join('\n', unexpected));
    }

    internal async Task KeepFailureAsync()
    {
        await File.WriteAllLinesAsync(Path.Combine(Folder, "problems.txt"), [Page.Url, .. _problems]);
        try
        {
            await File.WriteAllTextAsync(Path.Combine(Folder, "page.html"), await Page.ContentAsync());
        }
        catch (PlaywrightException moving)
        {
            // The page was on its way elsewhere; what failed before must still be told.
            await File.AppendAllTextAsync(Path.Combine(Folder, "problems.txt"), moving.Message);
        }

        await Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, "99-failure.png"), FullPage = true });
    }

    /// <summary>The page hears of another theme with its next frame.</summary>
    private async Task TurnAsync(ColorScheme theme)
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = theme });
        await Page.WaitForFunctionAsync(
            "dark => matchMedia('(prefers-color-scheme: dark)').matches === dark && (document.documentElement.dataset.theme ?? (dark ? 'dark' : 'light')) === (dark ? 'dark' : 'light')",
            theme == ColorScheme.Dark);
        await Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
    }

    private async Task AssertNoSidewaysScrollingAsync(string name, int width)
    {
        var excess = await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(excess <= 1, $"At a width of {width} px the page '{name}' is {excess} px too wide.");
    }

    private static string FileName(string test)
    {
        var name = test.Split("Tests.")[^1];
        var clean = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_')).Trim('_');
        return clean.Length > 100 ? clean[..100] : clean;
    }
}
