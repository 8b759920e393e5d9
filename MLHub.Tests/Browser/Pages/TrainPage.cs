using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser.Pages;

public sealed class TrainPage(Visit visit)
{
    public Task PickTargetAsync(string column) => HubPages.ChooseAsync(visit, visit.Page.GetByLabel(HubPages.Like("^target")).First, column);

    /// <summary>The page says which question it takes the target for.</summary>
    public Task SuggestsAsync(string task) => Expect(visit.Page.GetByRole(AriaRole.Radio, new() { NameRegex = HubPages.Like(task), Checked = true })).ToBeVisibleAsync();

    public Task PickAlgorithmAsync(string name) => HubPages.ChooseAsync(visit, visit.Page.GetByLabel(HubPages.Like("^algorithm")).First, name);

    public Task StartAsync() => visit.Page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true }).ClickAsync();
}
