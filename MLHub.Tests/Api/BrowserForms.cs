using System.Net;
using System.Text.RegularExpressions;

namespace MLHub.Tests.Api;

/// <summary>The forms of pages that need no script, filled in as a browser does it.</summary>
internal static partial class BrowserForms
{
    /// <param name="form">The name of the form on the page.</param>
    public static async Task<HttpResponseMessage> SubmitAsync(this HttpClient browser, string page, string form, params (string Key, string Value)[] fields)
    {
        var html = await browser.GetStringAsync(page);
        return await browser.PostAsync(page, Form([("_handler", form), ("__RequestVerificationToken", Token().Match(html).Groups[1].Value), .. fields]));
    }

    /// <summary>The sign-in page sends on whoever is signed in.</summary>
    public static async Task<bool> IsSignedInAsync(this HttpClient browser) => (await browser.GetAsync("/account/login")).StatusCode == HttpStatusCode.Found;

    public static FormUrlEncodedContent Form(params (string Key, string Value)[] fields) => new(fields.Select(f => KeyValuePair.Create(f.Key, f.Value)));

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
