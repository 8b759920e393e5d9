using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MLHub.Core.Accounts;
using MLHub.Core.Common;

namespace MLHub.Web.Accounts;

/// <summary>Making an account, the server's first one too. Static: only an answer to a request can set the cookie.</summary>
public sealed partial class RegisterPage(
    AccountService accounts,
    SessionService sessions,
    BrowserSignIn browser,
    NavigationManager navigation,
    IOptions<AccountOptions> options) : ComponentBase
{
    private bool _isFirst;
    private bool _asksCode;
    private string? _problem;
    private IReadOnlyDictionary<string, string[]> _errors = new Dictionary<string, string[]>();

    [SupplyParameterFromForm(FormName = "register")]
    public RegisterInput Input { get; set; } = null!;

    [SupplyParameterFromQuery]
    public string? ReturnUrl { get; set; }

    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    private IOptions<AccountOptions> Accounts => options;

    protected override async Task OnInitializedAsync()
    {
        Input ??= new();
        _isFirst = await accounts.IsUnclaimedAsync(Http.RequestAborted);
        _asksCode = _isFirst && !Http.IsFromThisMachine();
        if (HttpMethods.IsGet(Http.Request.Method) && Http.User.Identity?.IsAuthenticated == true)
        {
            navigation.NavigateTo(LocalAddress.Or(ReturnUrl));
        }
    }

    private async Task SignUpAsync()
    {
        string next;
        try
        {
            var account = await accounts.RegisterAsync(
                new(Input.Email, Input.Password, Input.DisplayName ?? "", Input.SetupCode), Http.IsFromThisMachine(), Http.AddressOf(), Http.RequestAborted);
            await sessions.RequireConfirmedAsync(account.Id, Http.RequestAborted);
            next = await browser.EnterAsync(Http, account.Id, ReturnUrl);
        }
        catch (HubException refused) when (refused.Code == SessionService.EmailNotConfirmed)
        {
            // The account is made; all that is missing is the click in the mail.
            next = AddressOf("/account/login?done=registered");
        }
        catch (HubException refused)
        {
            _errors = refused.Errors ?? _errors;
            _problem = _errors.Count == 0 ? refused.Message : null;
            return;
        }

        navigation.NavigateTo(next);
    }

    private string? ProblemOf(string field) => _errors.TryGetValue(field, out var messages) ? string.Join(' ', messages) : null;

    private string AddressOf(string page) => LocalAddress.Or(ReturnUrl) is var back && back == "/" ? page : $"{page}{(page.Contains('?', StringComparison.Ordinal) ? '&' : '?')}returnUrl={Uri.EscapeDataString(back)}";

    public sealed class RegisterInput
    {
        public string? DisplayName { get; set; }

        public string? Email { get; set; }

        public string? Password { get; set; }

        public string? SetupCode { get; set; }
    }
}
