using System.Text.RegularExpressions;
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
        var columns = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Columns", Exact = true });
        await Visit.UntilAsync(() => visit.PartOfPage("Profile").ClickAsync(), columns);
        var detail = visit.Page.GetByRole(AriaRole.Region, new() { Name = $"Column {column}", Exact = true });
        await Visit.UntilAsync(() => columns.GetByRole(AriaRole.Link, new() { NameRegex = HubPages.Like($"^{Regex.Escape(column)} ") }).ClickAsync(), detail);
        await Expect(detail.GetByRole(AriaRole.Heading, new() { Name = column, Exact = true })).ToBeVisibleAsync();
        await Expect(detail.GetByText("Missing", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(detail.GetByText("Median", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(detail.GetByRole(AriaRole.Figure, new() { Name = "Distribution" }).Locator("svg path, svg rect").First).ToBeVisibleAsync();
    }

    public async Task TrainAsync()
    {
        var train = visit.Page.GetByRole(AriaRole.Link, new() { Name = "Train", Exact = true }).Or(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true })).First;
        await Visit.UntilAsync(() => train.ClickAsync(), TrainPage.Target(visit));
    }
}
