using Microsoft.AspNetCore.Identity;

namespace MLHub.Core.Accounts;

/// <summary>Length counts, kinds of characters do not; what everybody tries first is refused.</summary>
internal sealed class PasswordRules : IPasswordValidator<HubUser>
{
    private const int MaxLength = 128;

    public Task<IdentityResult> ValidateAsync(UserManager<HubUser> manager, HubUser user, string? password)
    {
        var problem = Problem(user.Email ?? "", password ?? "");
        return Task.FromResult(problem is null ? IdentityResult.Success : IdentityResult.Failed(new IdentityError { Code = "PasswordWeak", Description = problem }));
    }

    private static string? Problem(string email, string password)
    {
        if (password.Length > MaxLength)
        {
            return $"A password may have up to {MaxLength} characters.";
        }

        var name = email.Split('@')[0];
        if (password.Equals(email, StringComparison.OrdinalIgnoreCase) || (name.Length >= 4 && password.StartsWith(name, StringComparison.OrdinalIgnoreCase) && password.Length - name.Length < 6))
        {
            return "The password must not be the e-mail address. Choose something that others cannot guess.";
        }

        return password.Distinct().Count() < 5 || CommonPasswords.Contains(password)
            ? "This password is one of the first that others would try. Choose another, for example four unrelated words."
            : null;
    }
}
