using Microsoft.Playwright;
using MLHub.Tests.Support;

namespace MLHub.Tests.Browser.Pages;

public sealed class SignUpPage(Visit visit)
{
    /// <summary>From the front door: what somebody without an account finds first.</summary>
    public async Task OpenAsync()
    {
        await visit.Page.GotoAsync("/");
        await visit.Page.GetByRole(AriaRole.Link, new() { NameRegex = HubPages.Like("sign up|create (an )?account|register") }).First.ClickAsync();
        await visit.Page.GetByLabel(HubPages.Like("^e-?mail")).WaitForAsync();
    }

    public async Task SignUpAsync(string email, string name)
    {
        await visit.Page.GetByLabel(HubPages.Like("^e-?mail")).FillAsync(email);
        await visit.Page.GetByLabel(HubPages.Like("name")).FillAsync(name);
        foreach (var field in await visit.Page.GetByLabel(HubPages.Like("password")).AllAsync())
        {
            await field.FillAsync(HubClient.Password);
        }

        await visit.Page.GetByRole(AriaRole.Button, new() { NameRegex = HubPages.Like("sign up|create (an )?account|register") }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Navigation).First.WaitForAsync();
    }
}
