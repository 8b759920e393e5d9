using Microsoft.Playwright;
using MLHub.Tests.Support;

namespace MLHub.Tests.Browser.Pages;

public sealed class SignUpPage(Visit visit)
{
    private ILocator Name => visit.Page.GetByLabel("Your name");

    /// <summary>From the front door: what somebody without an account finds first.</summary>
    public async Task OpenAsync()
    {
        await visit.Page.GotoAsync("/");
        var invitation = visit.Page.GetByRole(AriaRole.Link, new() { Name = "Create an account" });
        await Name.Or(invitation).First.WaitForAsync();
        if (!await Name.IsVisibleAsync())
        {
            await invitation.First.ClickAsync();
            await Name.WaitForAsync();
        }
    }

    public async Task SignUpAsync(string email, string name)
    {
        await Name.FillAsync(name);
        await visit.Page.GetByLabel("E-mail").FillAsync(email);
        await visit.Page.GetByLabel("Password").FillAsync(HubClient.Password);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { NameRegex = HubPages.Like("^datasets") }).First.WaitForAsync();
        // The front door leads on to the own workspace; whoever goes elsewhere before that is brought back.
        await Assertions.Expect(visit.Page).ToHaveURLAsync(HubPages.Like("/w/"), new() { Timeout = 30_000 });
    }
}
