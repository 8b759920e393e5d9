using System.Globalization;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser.Pages;

public sealed class RunPage(Visit visit)
{
    /// <summary>Stays on the page, without reloading, until the run is over.</summary>
    public async Task WatchToTheEndAsync()
    {
        await Expect(visit.Page.GetByText(HubPages.Like("^(completed|finished)$")).First).ToBeVisibleAsync(new() { Timeout = 120_000 });
    }

    /// <summary>A chart with this title, drawn and not empty.</summary>
    public async Task SeesChartAsync(string title)
    {
        var chart = visit.Page.GetByRole(AriaRole.Figure, new() { NameRegex = HubPages.Like(title) }).First;
        await chart.ScrollIntoViewIfNeededAsync();
        await Expect(chart.Locator("svg").First).ToBeVisibleAsync();
        Assert.True(await chart.Locator("svg path, svg image, svg rect").CountAsync() > 3, $"The chart '{title}' is empty.");
    }

    /// <summary>The figure shown under a metric's name.</summary>
    public async Task<double> MetricAsync(string name)
    {
        var value = visit.Page.GetByTestId($"metric-{name}");
        await value.First.WaitForAsync();
        return double.Parse(await value.First.InnerTextAsync(), CultureInfo.InvariantCulture);
    }

    public async Task SaveAsModelAsync(string name)
    {
        var field = visit.Page.GetByRole(AriaRole.Dialog).GetByLabel(HubPages.Like("name|model")).First;
        await Visit.UntilAsync(() => visit.Page.GetByRole(AriaRole.Button, new() { NameRegex = HubPages.Like("save as model") }).ClickAsync(), field);
        await field.FillAsync(name);
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { NameRegex = HubPages.Like("^save") }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = name }).First.WaitForAsync();
    }
}
