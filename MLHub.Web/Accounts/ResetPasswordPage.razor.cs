using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MLHub.Core.Accounts;
using MLHub.Core.Common;

namespace MLHub.Web.Accounts;

/// <summary>Where the link in a mail, or one from an administrator, leads. Opening it changes nothing: mail programs look at links, too.</summary>
public sealed partial class ResetPasswordPage(RecoveryService recovery, NavigationManager navigation, IOptions<AccountOptions> options) : ComponentBase
{
    private string? _email;
    private string? _closed;
    private string? _problem;

    [SupplyParameterFromForm(FormName = "reset")]
    public ResetInput Input { get; set; } = null!;

    [SupplyParameterFromQuery]
    public string? Link { get; set; }

    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    private IOptions<AccountOptions> Accounts => options;

    protected override async Task OnInitializedAsync()
    {
        Input ??= new();
        // The address of this page is a key; it is told to nobody.
        Http.Response.Headers["Referrer-Policy"] = "no-referrer";
        try
        {
            _email = await recovery.LookAsync(Input.Link ?? Link, Http.RequestAborted);
        }
        catch (HubException refused)
        {
            _closed = refused.Message;
        }
    }

    private async Task ResetAsync()
    {
        try
        {
            await recovery.ResetAsync(Input.Link, Input.Password, Http.RequestAborted);
        }
        catch (HubException refused) when (refused.Refusal == Refusal.NotFound)
        {
            _closed = refused.Message;
            return;
        }
        catch (HubException refused)
        {
            _problem = refused.Errors?.Values.SelectMany(e => e).FirstOrDefault() ?? refused.Message;
            return;
        }

        navigation.NavigateTo("/account/login?done=reset");
    }

    public sealed class ResetInput
    {
        public string? Link { get; set; }

        public string? Password { get; set; }
    }
}
