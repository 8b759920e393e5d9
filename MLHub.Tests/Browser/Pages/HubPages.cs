using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser.Pages;

/// <summary>The pages in the user's words. Elements are found by what a person, or a screen reader, calls them.</summary>
public sealed class HubPages(Visit visit)
{
    public SignUpPage SignUp => new(visit);

    public DatasetsPage Datasets => new(visit);

    public DatasetPage Dataset => new(visit);

    public TrainPage Train => new(visit);

    public RunPage Run => new(visit);

    public ModelPage Model => new(visit);

    internal static Regex Like(string pattern) => new(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>Opens an entry of a select box and picks a choice. MudBlazor's are a text field that opens a list.</summary>
    internal static async Task ChooseAsync(Visit visit, ILocator field, string choice)
    {
        var option = visit.Page.GetByRole(AriaRole.Option, new() { Name = choice, Exact = true })
            .Or(visit.Page.Locator(".mud-popover-open .mud-list-item", new() { HasTextRegex = Like($"^\\s*{Regex.Escape(choice)}\\b") })).First;
        await Visit.UntilAsync(() => field.ClickAsync(), option);
        await option.ClickAsync();
        await Expect(option).Not.ToBeVisibleAsync();
    }
}
