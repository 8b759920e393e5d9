using Microsoft.AspNetCore.Components;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MudBlazor;

namespace MLHub.Web.Accounts;

/// <summary>Turning the second factor on and off. Password, then the app's key, then its first code, then the recovery codes.</summary>
public sealed partial class TwoFactorPanel(TwoFactorService twoFactor, CurrentActor current, IDialogService dialogs) : ComponentBase
{
    private TwoFactorView? _view;
    private TwoFactorSetup? _setup;
    private IReadOnlyList<string> _codes = [];
    private string _password = "";
    private string _code = "";
    private string? _problem;
    private string? _failure;
    private bool _isAsking;
    private bool _isBusy;

    private RenderFragment Problem => builder =>
    {
        if (_problem is not null)
        {
            builder.OpenElement(0, "span");
            builder.AddAttribute(1, "class", "problem");
            builder.AddAttribute(2, "role", "alert");
            builder.AddContent(3, _problem);
            builder.CloseElement();
        }
    };

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        try
        {
            _view = await twoFactor.GetAsync(await current.GetAsync(), CancellationToken.None);
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private void Ask() => (_isAsking, _problem) = (true, null);

    private Task GoOnAsync() => TryAsync(async () =>
    {
        var actor = await current.GetAsync();
        if (_view!.IsOn)
        {
            await twoFactor.TurnOffAsync(actor, _password, _code, CancellationToken.None);
            await DoneAsync();
        }
        else
        {
            _setup = await twoFactor.BeginAsync(actor, _password, CancellationToken.None);
            (_password, _isAsking) = ("", false);
        }
    });

    private Task TurnOnAsync() => TryAsync(async () =>
    {
        _codes = await twoFactor.TurnOnAsync(await current.GetAsync(), _code, CancellationToken.None);
        _setup = null;
        await LoadAsync();
    });

    private Task RenewAsync() => TryAsync(() => CodeDialog.ConfirmedAsync(dialogs, async () =>
    {
        _codes = await twoFactor.NewRecoveryCodesAsync(await current.GetAsync(), CancellationToken.None);
    }));

    private Task DoneAsync()
    {
        (_setup, _codes, _isAsking, _password, _code, _problem) = (null, [], false, "", "", null);
        return LoadAsync();
    }

    private async Task TryAsync(Func<Task> action)
    {
        (_isBusy, _problem) = (true, null);
        try
        {
            await action();
        }
        catch (HubException refused)
        {
            _problem = refused.Message;
        }
        finally
        {
            _isBusy = false;
        }
    }
}
