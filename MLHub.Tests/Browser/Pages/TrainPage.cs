using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser.Pages;

public sealed class TrainPage(Visit visit)
{
    internal static ILocator Target(Visit visit) => visit.Page.GetByLabel("Which column is to be predicted?");

    public Task PickTargetAsync(string column) =>
        Visit.UntilAsync(() => Target(visit).SelectOptionAsync(new[] { column }), visit.Page.GetByText(HubPages.Like("^suggested:")));

    /// <summary>The page says which question it takes the target for, and has chosen it.</summary>
    public Task SuggestsAsync(string question) => Expect(visit.Page.GetByRole(AriaRole.Radio, new() { NameRegex = HubPages.Like(question) })).ToBeCheckedAsync();

    public async Task PickAlgorithmAsync(string name)
    {
        var choice = visit.Page.GetByRole(AriaRole.Radiogroup, new() { Name = "Algorithm" }).GetByRole(AriaRole.Radio, new() { NameRegex = HubPages.Like($"^{name}") });
        await choice.CheckAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { NameRegex = HubPages.Like($"^{name}: parameters") })).ToBeVisibleAsync();
    }

    public async Task StartAsync()
    {
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true }).ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(HubPages.Like("/runs/"), new() { Timeout = 30_000 });
    }
}
