using Microsoft.AspNetCore.Components;
using MLHub.Core.Common;

namespace MLHub.Web.Accounts;

/// <summary>The second factor, after whichever first one. Static: only an answer to a request can set the cookie.</summary>
public sealed partial class TwoFactorPage(BrowserSignIn browser, NavigationManager navigation) : ComponentBase
{
    private string? _problem;

    [SupplyParameterFromForm(FormName = "two-factor")]
    public CodeInput Input { get; set; } = null!;

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        Input ??= new();
        if (HttpMethods.IsGet(Http.Request.Method) && await BrowserSignIn.HalfSignedInAsync(Http) is null)
        {
            navigation.NavigateTo("/account/login");
        }
    }

    private async Task ConfirmAsync()
    {
        string next;
        try
        {
            next = await browser.EnterWithCodeAsync(Http, Input.Code, ReturnUrl);
        }
        catch (HubException refused)
        {
            _problem = refused.Message;
            return;
        }

        navigation.NavigateTo(next);
    }

    public sealed class CodeInput
    {
        public string? Code { get; set; }
    }
}
