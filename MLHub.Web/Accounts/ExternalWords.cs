using MLHub.Core.Common;

namespace MLHub.Web.Accounts;

/// <summary>What is told about a sign-in elsewhere. Addresses carry one of these words and never a text, so that no link can put words into our mouth.</summary>
internal static class ExternalWords
{
    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        ["cancelled"] = "You cancelled signing in there. Nothing was changed.",
        ["failed"] = "Signing in there did not work, or took too long. Try again.",
        ["stale"] = "That took too long, or somebody else is signed in by now. Begin again.",
        ["external-no-email"] = "The other service did not tell your e-mail address. Allow it to, or create an account with a password.",
        ["external-unverified"] = "The other service has not checked that your e-mail address is yours. Confirm it there, then try again.",
        ["external-unclaimed"] = "This server has no account yet. Its first one is made with a password.",
        ["external-link-first"] = "There is an account with your e-mail address already. Sign in as before, then link the other sign-in on your account page.",
        ["registration-closed"] = "Signing up is closed on this server. Ask its administrator for an account.",
        ["linked-already"] = "It was linked already.",
        ["linked-elsewhere"] = "It belongs to another account of this server. Unlink it there first.",
        ["one-per-service"] = "Another account of that service is linked. Unlink it first.",
        ["external-deleted"] = "The account that belongs to it was deleted. Ask the administrator of this server.",
        ["email-not-confirmed"] = "Confirm your e-mail address first: we sent you a link. \"Forgot your password?\" sends another, which confirms it too.",
        ["bad-email"] = "The other service told an e-mail address that cannot be used here.",
    };

    public static string WordOf(HubException refused) =>
        refused.Code?.ToLowerInvariant().Replace('_', '-') is { } word && Texts.ContainsKey(word) ? word : "failed";

    public static string? TextOf(string? word) => word is not null && Texts.TryGetValue(word, out var text) ? text : null;
}
