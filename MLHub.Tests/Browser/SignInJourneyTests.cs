using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MLHub.Tests.Browser.Pages;
using MLHub.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MLHub.Tests.Browser;

/// <summary>Coming in by other services, and coming back after forgetting the password.</summary>
[Trait(Category.Trait, Category.Browser)]
[Trait(Category.Trait, Category.Oidc)]
[Trait(Category.Trait, Category.Mail)]
[Trait(Category.Trait, Category.Slow)]
public sealed class SignInJourneyTests(BrowserFixture browser)
{
    private const string NewPassword = "quite another four words";

    [Fact]
    public async Task Somebody_forgets_the_password_links_another_sign_in_and_a_colleague_comes_in_with_google_alone()
    {
        _ = Need.Chromium;
        var settings = MailCatcher.Settings().Concat(OidcPeople.Settings()).ToDictionary(s => s.Key, s => s.Value ?? "");
        await using var server = await HubServer.StartAsync(settings: settings);
        var ada = await OidcPeople.AddAsync("Ada");
        var grace = await OidcPeople.AddAsync("Grace");
        await browser.VisitAsync(server.Address, visit => AdaAsync(visit, ada));
        await browser.VisitAsync(server.Address, visit => GraceAsync(visit, grace));
    }

    private static async Task AdaAsync(Visit visit, OidcPerson ada)
    {
        var page = visit.Page;
        // The pages of the other service have no picture for the tab.
        visit.Expected = ["favicon.ico"];
        var pages = new HubPages(visit);
        await pages.SignUp.OpenAsync();
        await pages.SignUp.SignUpAsync(ada.Email, "Ada Example");
        await page.GotoAsync(MailCatcher.LinkIn(await MailCatcher.ReceiveAsync(ada.Email, "Confirm your e-mail address")));
        await visit.SeenAsync("confirm");
        await Button(page, "Confirm the address").ClickAsync();
        await page.GotoAsync("/account");
        await Expect(page.GetByText("· confirmed")).ToBeVisibleAsync();
        await Expect(Button(page, "Link GitHub")).ToBeVisibleAsync();
        await visit.SeenAsync("account");

        // Forgotten.
        await SignOutAsync(page);
        await visit.SeenAsync("sign-in");
        await page.GetByRole(AriaRole.Link, new() { Name = "Forgot your password?" }).ClickAsync();
        await page.GetByLabel("E-mail").FillAsync(ada.Email);
        await visit.SeenAsync("forgot");
        await Button(page, "Send the link").ClickAsync();
        await Expect(page.GetByText("a mail with a link is on its way")).ToBeVisibleAsync();
        await visit.SeenAsync("forgot-sent");
        await page.GotoAsync(MailCatcher.LinkIn(await MailCatcher.ReceiveAsync(ada.Email, "Choose a new password")));
        await page.GetByLabel("New password").FillAsync("password123");
        await Button(page, "Set the password").ClickAsync();
        await Expect(page.GetByText("others would try")).ToBeVisibleAsync();
        await visit.SeenAsync("reset");
        await page.GetByLabel("New password").FillAsync(NewPassword);
        await Button(page, "Set the password").ClickAsync();
        await Expect(page.GetByText("Your new password is set")).ToBeVisibleAsync();
        await visit.SeenAsync("reset-done");
        await page.GetByLabel("E-mail").FillAsync(ada.Email);
        await page.GetByLabel("Password").FillAsync(NewPassword);
        await Button(page, "Sign in").ClickAsync();
        await Expect(page).ToHaveURLAsync(HubPages.Like("/w/"), new() { Timeout = 30_000 });

        // Linked: cancelled first, then for good.
        await BeginLinkAsync(page, "Link GitHub");
        await visit.SeenAsync("link");
        await Button(page, "Go on").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Test identity provider" })).ToBeVisibleAsync();
        await Button(page, "Cancel").ClickAsync();
        await Expect(page.GetByText("You cancelled signing in there")).ToBeVisibleAsync();
        await BeginLinkAsync(page, "Link GitHub");
        await Button(page, "Go on").ClickAsync();
        await AtProviderAsync(page, ada);
        await Expect(page.GetByText("It is linked")).ToBeVisibleAsync();
        await Expect(Button(page, "Unlink GitHub")).ToBeVisibleAsync();
        await visit.SeenAsync("linked");
        await SignOutAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Continue with GitHub" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = HubPages.Like("your menu") })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await page.GotoAsync("/account");
        await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Ada Example");
        await BeginLinkAsync(page, "Unlink GitHub");
        await Button(page, "Unlink now").ClickAsync();
        // Unlinking ended the session, and the page hears of that by itself as well: either way leads here.
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in", Exact = true })).ToBeVisibleAsync();

        // Google says the same address, but nobody is taken over by an address.
        await page.GetByRole(AriaRole.Link, new() { Name = "Continue with Google" }).ClickAsync();
        await Expect(page.GetByText("There is an account with your e-mail address already")).ToBeVisibleAsync();
        await visit.SeenAsync("link-first");

        await page.GetByLabel("E-mail").FillAsync(ada.Email);
        await page.GetByLabel("Password").FillAsync(NewPassword);
        await Button(page, "Sign in").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = HubPages.Like("your menu") })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await page.GotoAsync("/admin/people");
        await Visit.UntilAsync(() => Button(page, "Password link… for Ada Example").ClickAsync(), page.GetByRole(AriaRole.Dialog));
        await Button(page, "Make the link").ClickAsync();
        await Expect(page.GetByText("/account/reset?link=")).ToBeVisibleAsync();
        await visit.SeenAsync("people");
    }

    private static async Task GraceAsync(Visit visit, OidcPerson grace)
    {
        visit.Expected = ["favicon.ico"];
        var page = visit.Page;
        await page.GotoAsync("/account/login");
        await page.GetByRole(AriaRole.Link, new() { Name = "Continue with Google" }).ClickAsync();
        await Button(page, "Cancel").ClickAsync();
        await Expect(page.GetByText("You cancelled signing in there")).ToBeVisibleAsync();
        await visit.SeenAsync("cancelled");
        await page.GetByRole(AriaRole.Link, new() { Name = "Continue with Google" }).ClickAsync();
        await AtProviderAsync(page, grace);
        await Expect(page).ToHaveURLAsync(HubPages.Like("/w/"), new() { Timeout = 30_000 });
        await page.GotoAsync("/account");
        await Expect(page.GetByText("Your account has no password")).ToBeVisibleAsync();
        await visit.SeenAsync("without-password");
    }

    private static async Task AtProviderAsync(IPage page, OidcPerson person)
    {
        await page.GetByLabel("Login").FillAsync(person.Login);
        await page.GetByLabel("Password").FillAsync(OidcPerson.Password);
        await Button(page, "Sign in").ClickAsync();
    }

    private static async Task BeginLinkAsync(IPage page, string button)
    {
        await page.GotoAsync("/account");
        var password = page.GetByLabel(new Regex("^Your password, to"));
        await Visit.UntilAsync(() => Button(page, button).ClickAsync(), password);
        await password.FillAsync(NewPassword);
    }

    private static async Task SignOutAsync(IPage page)
    {
        await Visit.UntilAsync(() => page.GetByRole(AriaRole.Button, new() { NameRegex = HubPages.Like("your menu") }).ClickAsync(), Button(page, "Sign out"));
        await Button(page, "Sign out").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
