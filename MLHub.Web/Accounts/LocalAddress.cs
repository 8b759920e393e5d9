namespace MLHub.Web.Accounts;

/// <summary>Where to go after signing in: only to a page of this server.</summary>
internal static class LocalAddress
{
    private const int MaxLength = 2000;

    public static string Or(string? returnUrl, string fallback = "/") => IsLocal(returnUrl) ? returnUrl! : fallback;

    private static bool IsLocal(string? url) =>
        url is { Length: > 0 and <= MaxLength }
        && url[0] == '/'
        && (url.Length == 1 || url[1] is not ('/' or '\\'))
        // Browsers drop tabs and line breaks before they read an address: "/\t/evil" is "//evil".
        && !url.Any(c => char.IsControl(c) || c == '\\')
        // Back to a form that is done with would look as if it had failed.
        && !url.StartsWith("/account/log", StringComparison.OrdinalIgnoreCase)
        && !url.StartsWith("/account/external", StringComparison.OrdinalIgnoreCase)
        && !url.StartsWith(BrowserSignIn.TwoFactorPath, StringComparison.OrdinalIgnoreCase);
}
