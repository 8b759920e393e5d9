using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser.Pages;

public sealed class DatasetPage(Visit visit)
{
    private ILocator Grid => visit.Page.GetByRole(AriaRole.Grid).Or(visit.Page.GetByRole(AriaRole.Table)).First;

    public async Task SeesRowsAsync(string column, string cell)
    {
        await Expect(Grid.GetByRole(AriaRole.Columnheader, new() { NameRegex = HubPages.Like(column.Replace(".", "\\.", StringComparison.Ordinal)) }).First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(Grid.GetByText(cell, new() { Exact = true }).First).ToBeVisibleAsync();
    }

    public async Task OpenProfileAsync(string column)
    {
        var tab = visit.Page.GetByRole(AriaRole.Tab, new() { NameRegex = HubPages.Like("profile") });
        await Visit.UntilAsync(() => tab.ClickAsync(), visit.Page.GetByText(HubPages.Like("missing")));
        await Expect(visit.Page.GetByText(column, new() { Exact = true }).First).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText(HubPages.Like("median")).First).ToBeVisibleAsync();
    }

    public async Task TrainAsync()
    {
        var button = visit.Page.GetByRole(AriaRole.Link, new() { Name = "Train", Exact = true }).Or(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true })).First;
        await Visit.UntilAsync(() => button.ClickAsync(), visit.Page.GetByLabel(HubPages.Like("^target")));
    }
}
