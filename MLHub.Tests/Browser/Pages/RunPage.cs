using System.Globalization;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser.Pages;

public sealed class RunPage(Visit visit)
{
    private ILocator NewModelName => visit.Page.GetByRole(AriaRole.Dialog).GetByLabel("Name of the new model");

    /// <summary>Stays on the page, without reloading, until the run is over.</summary>
    public async Task WatchToTheEndAsync()
    {
        await Expect(visit.Page.GetByText(HubPages.Like("^(completed|finished)$")).First).ToBeVisibleAsync(new() { Timeout = 120_000 });
    }

    /// <summary>A panel with this title that shows a picture or a table, and not an empty one.</summary>
    public async Task SeesChartAsync(string title)
    {
        var panel = visit.Page.Locator("section").Filter(new() { Has = visit.Page.GetByRole(AriaRole.Heading, new() { Name = title, Exact = true }) }).Last;
        await panel.ScrollIntoViewIfNeededAsync();
        await Expect(panel.Locator("svg, table").First).ToBeVisibleAsync();
        Assert.True(await panel.Locator("svg path, svg image, svg rect, td").CountAsync() > 3, $"The chart '{title}' is empty.");
    }

    /// <summary>The figure shown under a metric's name, unrounded.</summary>
    public async Task<double> MetricAsync(string name)
    {
        var tile = visit.Page.Locator(".tile").Filter(new() { HasTextRegex = HubPages.Like($"^\\s*{name}") }).First;
        return double.Parse(await tile.Locator(".value").First.GetAttributeAsync("title") ?? "", CultureInfo.InvariantCulture);
    }

    public Task OpenSavingAsync() =>
        Visit.UntilAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { NameRegex = HubPages.Like("save as model") }).ClickAsync(), NewModelName);

    public async Task SaveAsModelAsync(string name)
    {
        await NewModelName.FillAsync(name);
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { NameRegex = HubPages.Like("^save") }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true }).First.WaitForAsync();
    }
}
