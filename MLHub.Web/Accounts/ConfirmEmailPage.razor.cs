using Microsoft.AspNetCore.Components;
using MLHub.Core.Accounts;
using MLHub.Core.Common;

namespace MLHub.Web.Accounts;

/// <summary>Where the link in a mail leads that proves an address. Opening it changes nothing: mail programs look at links, too.</summary>
public sealed partial class ConfirmEmailPage(EmailService emails, NavigationManager navigation) : ComponentBase
{
    private string? _address;
    private string? _problem;

    [SupplyParameterFromForm(FormName = "confirm")]
    public ConfirmInput Input { get; set; } = null!;

    [SupplyParameterFromQuery]
    public string? Link { get; set; }

    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        Input ??= new();
        // The address of this page is a key; it is told to nobody.
        Http.Response.Headers["Referrer-Policy"] = "no-referrer";
        try
        {
            _address = await emails.LookAsync(Input.Link ?? Link, Http.RequestAborted);
        }
        catch (HubException refused)
        {
            _problem = refused.Message;
        }
    }

    private async Task ConfirmAsync()
    {
        try
        {
            await emails.ConfirmAsync(Input.Link, Http.RequestAborted);
        }
        catch (HubException refused)
        {
            _problem = refused.Message;
            return;
        }

        navigation.NavigateTo("/account/login?done=email&returnUrl=%2Faccount");
    }

    public sealed class ConfirmInput
    {
        public string? Link { get; set; }
    }
}
