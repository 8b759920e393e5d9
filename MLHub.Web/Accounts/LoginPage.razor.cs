using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MLHub.Core.Accounts;
using MLHub.Core.Common;

namespace MLHub.Web.Accounts;

/// <summary>Signing in with a password. Static: only an answer to a request can set the cookie.</summary>
public sealed partial class LoginPage(
    SessionService sessions,
    AccountService accounts,
    BrowserSignIn browser,
    NavigationManager navigation,
    IOptions<AccountOptions> options) : ComponentBase
{
    private string? _problem;
    private string? _news;

    [SupplyParameterFromForm(FormName = "login")]
    public LoginInput Input { get; set; } = null!;

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    /// <summary>Why signing in elsewhere did not work, in one word.</summary>
    [SupplyParameterFromQuery]
    public string? External { get; set; }

    /// <summary>What was done right before.</summary>
    [SupplyParameterFromQuery]
    public string? Done { get; set; }

    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    private IOptions<AccountOptions> Accounts => options;

    protected override async Task OnInitializedAsync()
    {
        Input ??= new();
        if (!HttpMethods.IsGet(Http.Request.Method))
        {
            return;
        }

        _problem = ExternalWords.TextOf(External);
        _news = Done switch
        {
            "registered" => "Your account is made. We sent you a mail with a link: follow it to confirm your address, then sign in.",
            "reset" => "Your new password is set. Sign in with it.",
            "email" => "Your address is confirmed. Sign in again.",
            "unlinked" => "It is unlinked, and you were signed out everywhere. Sign in again.",
            _ => null,
        };
        if (Http.User.Identity?.IsAuthenticated == true)
        {
            navigation.NavigateTo(LocalAddress.Or(ReturnUrl));
        }
        else if (await accounts.IsUnclaimedAsync(Http.RequestAborted))
        {
            navigation.NavigateTo(AddressOf("/account/register"));
        }
    }

    private async Task SignInAsync()
    {
        string next;
        try
        {
            var userId = await sessions.CheckPasswordAsync(Input.Email, Input.Password, Http.AddressOf(), Http.RequestAborted);
            await sessions.RequireConfirmedAsync(userId, Http.RequestAborted);
            next = await browser.EnterAsync(Http, userId, ReturnUrl);
        }
        catch (HubException refused)
        {
            _problem = refused.Message;
            return;
        }

        navigation.NavigateTo(next);
    }

    private string AddressOf(string page) => LocalAddress.Or(ReturnUrl) is var back && back == "/" ? page : $"{page}?returnUrl={Uri.EscapeDataString(back)}";

    public sealed class LoginInput
    {
        public string? Email { get; set; }

        public string? Password { get; set; }
    }
}
