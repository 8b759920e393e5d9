using Microsoft.AspNetCore.Components;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MLHub.Core.Mail;

namespace MLHub.Web.Accounts;

/// <summary>Asks for a link by mail. The answer is the same whether or not anybody has the address.</summary>
public sealed partial class ForgotPasswordPage(RecoveryService recovery, Outbox outbox) : ComponentBase
{
    private string? _asked;
    private string? _problem;

    [SupplyParameterFromForm(FormName = "forgot")]
    public ForgotInput Input { get; set; } = null!;

    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    private Outbox Mail => outbox;

    protected override void OnInitialized() => Input ??= new();

    private async Task AskAsync()
    {
        try
        {
            await recovery.RequestAsync(Input.Email, Http.RequestAborted);
            _asked = Input.Email!.Trim();
        }
        catch (HubException refused)
        {
            _problem = refused.Errors?.Values.SelectMany(e => e).FirstOrDefault() ?? refused.Message;
        }
    }

    public sealed class ForgotInput
    {
        public string? Email { get; set; }
    }
}
