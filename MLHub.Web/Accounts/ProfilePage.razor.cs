using Microsoft.AspNetCore.Components;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MudBlazor;

namespace MLHub.Web.Accounts;

/// <summary>What the signed-in user says about themselves, their password, and giving the account up.</summary>
public sealed partial class ProfilePage(CurrentActor current, AccountService accounts, IDialogService dialogs, ISnackbar toasts, NavigationManager navigation) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private AccountView? _account;
    private HubException? _refused;
    private string? _failure;
    private string _name = "";
    private string _bio = "";
    private string _currentPassword = "";
    private string _newPassword = "";
    private bool _isBusy;

    private bool HasChanged => _account is { } account && (_name != account.DisplayName || _bio != (account.Bio ?? ""));

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        try
        {
            Show(await accounts.GetAsync(await current.GetAsync(), _gone.Token));
            _failure = null;
        }
        catch (HubException refused)
        {
            _failure = refused.Message;
        }
    }

    private Task SaveAsync() => TryAsync(async () =>
    {
        Show(await accounts.UpdateProfileAsync(await current.GetAsync(), _name, _bio, _gone.Token));
        toasts.Add("Saved.", Severity.Success);
    });

    private Task ChangePasswordAsync() => TryAsync(() => CodeDialog.ConfirmedAsync(dialogs, async () =>
    {
        await accounts.ChangePasswordAsync(await current.GetAsync(), _currentPassword, _newPassword, _gone.Token);
        navigation.NavigateTo("/account/login", forceLoad: true);
    }));

    private async Task DeleteAsync()
    {
        var dialog = await dialogs.ShowAsync<DeleteAccountDialog>("Delete the account");
        if (await dialog.Result is { Canceled: false })
        {
            navigation.NavigateTo("/account/login", forceLoad: true);
        }
    }

    private async Task TryAsync(Func<Task> action)
    {
        _isBusy = true;
        _refused = null;
        try
        {
            await action();
        }
        catch (HubException refused)
        {
            _refused = refused;
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

    private void Show(AccountView account)
    {
        _account = account;
        _name = account.DisplayName;
        _bio = account.Bio ?? "";
    }

    private string? IsBlamed(string field) => _refused?.Errors?.ContainsKey(field) == true ? "true" : null;
}
