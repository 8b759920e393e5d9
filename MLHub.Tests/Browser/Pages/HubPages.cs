using System.Text.RegularExpressions;
using Microsoft.Playwright;

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

    /// <summary>Ada is the first on a new server.</summary>
    public async Task SignUpAsync()
    {
        await SignUp.OpenAsync();
        await SignUp.SignUpAsync("ada@example.org", "Ada Example");
    }

    /// <summary>To a part of the main navigation, and until it shows what this text is part of.</summary>
    public async Task GoAsync(string part, string text)
    {
        await visit.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = part, Exact = true }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Main).GetByText(Like(Regex.Escape(text))).First.WaitForAsync();
    }

    internal static Regex Like(string pattern) => new(pattern, RegexOptions.IgnoreCase);
}
