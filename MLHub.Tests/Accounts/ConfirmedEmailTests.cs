using System.Net;
using MLHub.Tests.Api;
using MLHub.Tests.Support;

namespace MLHub.Tests.Accounts;

/// <summary>A server that lets in only those who have proved their address.</summary>
[Trait(Category.Trait, Category.Mail)]
public sealed class ConfirmedEmailTests : IAsyncLifetime
{
    private const string Code = "EMAIL_NOT_CONFIRMED";
    private const string ConfirmMail = "Confirm your e-mail address";

    private ApiHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = MailCatcher.Settings();
        settings["MLHub:Accounts:RequireConfirmedEmail"] = "true";
        _host = await ApiHost.StartAsync(settings);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_newcomer_is_told_to_look_into_the_mailbox_and_comes_in_after_the_click()
    {
        // The first account is the administrator's: nobody else could set the mail up.
        await _host.JoinAsync();
        var email = $"bob-{Guid.NewGuid():N}@example.org";
        var browser = _host.Browser();

        var registered = await browser.SubmitAsync("/account/register?returnUrl=%2Fdatasets", "register", ("Input.DisplayName", "Bob"), ("Input.Email", email), ("Input.Password", ApiHost.Password));
        var told = await browser.GetStringAsync(registered.Headers.Location);
        var early = await browser.SubmitAsync("/account/login", "login", ("Input.Email", email), ("Input.Password", ApiHost.Password));
        var link = MailCatcher.LinkIn(await MailCatcher.ReceiveAsync(email, ConfirmMail));
        await browser.SubmitAsync(link, "confirm", ("Input.Link", link.Split("link=")[1]));
        var late = await browser.SubmitAsync("/account/login", "login", ("Input.Email", email), ("Input.Password", ApiHost.Password));

        Assert.EndsWith("/account/login?done=registered&returnUrl=%2Fdatasets", registered.Headers.Location!.ToString());
        Assert.Contains("We sent you a mail", told);
        Assert.Equal(HttpStatusCode.OK, early.StatusCode);
        Assert.Contains("Confirm your e-mail address first", await early.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Found, late.StatusCode);
        Assert.True(await browser.IsSignedInAsync());
    }

    [Fact]
    public async Task Programs_get_no_session_before_the_click_either()
    {
        await _host.JoinAsync();
        var email = $"carol-{Guid.NewGuid():N}@example.org";
        var program = _host.Client();

        var registered = await program.SendAsync("auth/register", new { email, password = ApiHost.Password, displayName = "Carol" });
        var early = await program.SendAsync("auth/login", new { email, password = ApiHost.Password });
        var wrong = await program.SendAsync("auth/login", new { email, password = "not the password" });
        var link = MailCatcher.LinkIn(await MailCatcher.ReceiveAsync(email, ConfirmMail));
        await _host.Browser().SubmitAsync(link, "confirm", ("Input.Link", link.Split("link=")[1]));
        var late = await program.SendAsync("auth/login", new { email, password = ApiHost.Password });

        Assert.Equal((HttpStatusCode.Forbidden, Code), (registered.Status, registered.Code));
        Assert.Equal((HttpStatusCode.Forbidden, Code), (early.Status, early.Code));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        Assert.Equal(HttpStatusCode.OK, late.Status);
    }
}
