using Microsoft.AspNetCore.Components;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MudBlazor;

namespace MLHub.Web.Accounts;

/// <summary>The signed-in user's address: confirm it, change it.</summary>
public sealed partial class EmailPanel(CurrentActor current, EmailService emails, TwoFactorService twoFactor, ISnackbar toasts) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private EmailView? _email;
    private HubException? _refused;
    private string? _failure;
    private string? _told;
    private string _newEmail = "";
    private string _password = "";
    private string _code = "";
    private bool _asksCode;
    private bool _isBusy;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        _failure = null;
        try
        {
            _email = await emails.GetAsync(await current.GetAsync(), _gone.Token);
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private Task SendAsync() => TryAsync(async () =>
    {
        await emails.SendConfirmationAsync(await current.GetAsync(), _gone.Token);
        _told = $"A mail is on its way to {_email!.Email}.";
    });

    private Task ChangeAsync() => TryAsync(async () =>
    {
        var actor = await current.GetAsync();
        if (_asksCode)
        {
            await twoFactor.ConfirmAsync(actor, _code, null, _gone.Token);
            _asksCode = false;
        }

        await emails.RequestChangeAsync(actor, _newEmail, _password, _gone.Token);
        _told = $"A mail is on its way to {_newEmail.Trim()}. The address changes when you use its link.";
        _newEmail = _password = "";
    });

    private async Task TryAsync(Func<Task> action)
    {
        _isBusy = true;
        _refused = null;
        _told = null;
        try
        {
            await action();
        }
        catch (HubException refused)
        {
            _refused = refused;
            _asksCode |= refused.Code == "TWO_FACTOR_NEEDED";
            if (refused.Errors is null)
            {
                toasts.Add(refused.Message, Severity.Error);
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    private string? IsBlamed(string field) => _refused?.Errors?.ContainsKey(field) == true ? "true" : null;
}
