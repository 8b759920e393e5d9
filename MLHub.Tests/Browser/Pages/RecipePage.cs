using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser.Pages;

/// <summary>The Recipe tab of a dataset.</summary>
public sealed class RecipePage(Visit visit)
{
    private ILocator Steps => visit.Page.GetByRole(AriaRole.Region, new() { Name = "Steps", Exact = true });

    private ILocator Cards => Steps.Locator(".card");

    public async Task OpenAsync()
    {
        await Visit.UntilAsync(() => visit.PartOfPage("Recipe").ClickAsync(), Steps);
        await visit.Page.GetByRole(AriaRole.Grid, new() { Name = "Preview of the rows" }).WaitForAsync();
    }

    /// <summary>Finds a step by a word and adds it.</summary>
    public async Task AddAsync(string word, string title)
    {
        var found = visit.Page.GetByRole(AriaRole.Option, new() { NameRegex = HubPages.Like(title) });
        await Visit.UntilAsync(() => Steps.GetByRole(AriaRole.Button, new() { NameRegex = HubPages.Like("^add a step") }).ClickAsync(), visit.Page.GetByRole(AriaRole.Combobox, new() { Name = "Find a step" }));
        await visit.Page.GetByRole(AriaRole.Combobox, new() { Name = "Find a step" }).FillAsync(word);
        await found.First.ClickAsync();
        await visit.Page.GetByRole(AriaRole.Region, new() { NameRegex = HubPages.Like($"^step \\d+: {title}") }).WaitForAsync();
    }

    public ILocator Field(string name) => visit.Page.Locator(".editor").GetByLabel(name, new() { Exact = true });

    public Task TickAsync(string group, string column) => visit.Page.Locator(".editor").GetByRole(AriaRole.Group, new() { Name = group, Exact = true }).GetByLabel(column, new() { Exact = true }).CheckAsync();

    public async Task PasteAsync(string json)
    {
        await visit.Page.GetByRole(AriaRole.Toolbar, new() { Name = "Recipe" }).GetByRole(AriaRole.Button, new() { Name = "Templates" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Menuitem, new() { NameRegex = HubPages.Like("paste steps") }).Or(visit.Page.GetByText("Paste steps as JSON…")).First.ClickAsync();
        await visit.Page.GetByRole(AriaRole.Textbox, new() { Name = "Steps as JSON" }).FillAsync(json);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add the steps" }).ClickAsync();
    }

    /// <summary>What the card of a step says that it did.</summary>
    public Task SeesEffectAsync(int step, string effect) =>
        Expect(Cards.Nth(step - 1).Locator(".effect")).ToContainTextAsync(effect, new() { Timeout = 30_000 });

    public Task ChooseAsync(int step) => Cards.Nth(step - 1).Locator("button.main").ClickAsync();

    public Task DeleteAsync(int step) => Steps.GetByRole(AriaRole.Button, new() { Name = $"Delete step {step}" }).ClickAsync();

    public Task ShowAsync(string side) => visit.Page.GetByRole(AriaRole.Group, new() { Name = "What is shown" }).GetByRole(AriaRole.Button, new() { Name = side, Exact = true }).ClickAsync();

    public Task SeesStepsAsync(int count) => Expect(Cards).ToHaveCountAsync(count);

    /// <summary>Waits until the server keeps the steps.</summary>
    public Task IsKeptAsync() => Expect(visit.Page.GetByText("Draft kept", new() { Exact = true })).ToBeVisibleAsync();

    public async Task SaveAsync(string message)
    {
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Save as new version…" }).ClickAsync();
        await visit.Page.GetByLabel("Message").FillAsync(message);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Save version" }).ClickAsync();
    }

    public Task IsMadeAsync(int version) => Expect(visit.Page.GetByText($"Version {version} is ready")).ToBeVisibleAsync(new() { Timeout = 90_000 });

    /// <summary>Waits for the version and opens it.</summary>
    public async Task OpenMadeAsync(int version)
    {
        await IsMadeAsync(version);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = $"Open v{version}", Exact = true }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Grid).WaitForAsync();
    }

    public Task OpenVersionsAsync() => Visit.UntilAsync(() => visit.PartOfPage("Versions").ClickAsync(), Version(1));

    /// <summary>The time line tells the steps that made a version.</summary>
    public async Task SeesStepsOfAsync(int version, int count)
    {
        await Version(version).GetByText($"{count} steps made it").ClickAsync();
        await Expect(Version(version).GetByRole(AriaRole.List, new() { Name = "Steps of the recipe" }).GetByRole(AriaRole.Listitem)).ToHaveCountAsync(count);
    }

    public async Task CompareAsync(string link)
    {
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Region, new() { Name = "Columns, what moved most first" }).WaitForAsync(new() { Timeout = 60_000 });
    }

    /// <summary>Takes an earlier version back, from the page that compares.</summary>
    public async Task RestoreAsync(int version, int madeAs)
    {
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = $"Restore v{version}" }).ClickAsync();
        await Version(madeAs).GetByText($"Restored from v{version}").WaitForAsync();
    }

    public async Task OpenVersionAsync(int version)
    {
        await Version(version).GetByRole(AriaRole.Link, new() { Name = $"v{version}", Exact = true }).First.ClickAsync();
        await visit.Page.GetByRole(AriaRole.Grid).WaitForAsync();
    }

    private ILocator Version(int number) => visit.Page.GetByRole(AriaRole.Article, new() { Name = $"Version {number}" });
}
