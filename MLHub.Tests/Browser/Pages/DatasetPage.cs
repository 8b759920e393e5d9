using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser.Pages;

public sealed class DatasetPage(Visit visit)
{
    private ILocator Grid => visit.Page.GetByRole(AriaRole.Grid);

    public async Task SeesRowsAsync(string column, string cell)
    {
        await Expect(Grid.GetByRole(AriaRole.Columnheader).Filter(new() { HasText = column }).First).ToBeVisibleAsync();
        await Expect(Grid.GetByText(cell, new() { Exact = true }).First).ToBeVisibleAsync();
    }

    public async Task OpenProfileAsync(string column)
    {
        await Visit.UntilAsync(() => visit.PartOfPage("Profile").ClickAsync(), visit.Page.GetByText(HubPages.Like("median")));
        await Expect(visit.Page.GetByText(column, new() { Exact = true }).First).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText(HubPages.Like("missing")).First).ToBeVisibleAsync();
    }

    public async Task TrainAsync()
    {
        var train = visit.Page.GetByRole(AriaRole.Link, new() { Name = "Train", Exact = true }).Or(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true })).First;
        await Visit.UntilAsync(() => train.ClickAsync(), TrainPage.Target(visit));
    }
}
