using Microsoft.AspNetCore.Components;
using MLHub.Core.Accounts;
using MLHub.Core.Common;
using MudBlazor;

namespace MLHub.Web.Accounts;

/// <summary>What the signed-in user says about themselves, and their password.</summary>
public sealed partial class ProfilePage(CurrentActor current, AccountService accounts, ISnackbar toasts, NavigationManager navigation) : ComponentBase, IDisposable
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

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        try
        {
            Show(await accounts.GetAsync(await current.GetAsync(), _gone.Token));
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

    private Task ChangePasswordAsync() => TryAsync(async () =>
    {
        await accounts.ChangePasswordAsync(await current.GetAsync(), _currentPassword, _newPassword, _gone.Token);
        navigation.NavigateTo("/account/login", forceLoad: true);
    });

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

    private bool IsBlamed(string field) => ProblemOf(field) is not null;

    private string? ProblemOf(string field) => _refused?.Errors?.TryGetValue(field, out var messages) == true ? string.Join(' ', messages) : null;
}
