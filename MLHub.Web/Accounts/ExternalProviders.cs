using Microsoft.Extensions.Options;

namespace MLHub.Web.Accounts;

/// <param name="Scheme">Its name in addresses.</param>
/// <param name="Key">Under which its people are known: with the address where there can be several of a kind, so that another server's number 7 is somebody else.</param>
/// <param name="Title">What people call it.</param>
public sealed record ExternalProvider(string Scheme, string Key, string Title);

/// <summary>Which services are offered.</summary>
public sealed class ExternalProviders(IOptions<ExternalSignInOptions> options)
{
    public const string Google = "Google";
    public const string GitHub = "GitHub";
    public const string Oidc = "Oidc";

    public IReadOnlyList<ExternalProvider> All { get; } = [.. Configured(options.Value)];

    public ExternalProvider? Find(string? scheme) => All.FirstOrDefault(p => p.Scheme == scheme);

    /// <summary>A provider that was linked, be it offered still or not.</summary>
    public string TitleOf(string key) => All.FirstOrDefault(p => p.Key == key)?.Title ?? key;

    private static IEnumerable<ExternalProvider> Configured(ExternalSignInOptions options)
    {
        if (options.Google.IsConfigured)
        {
            yield return new(Google, KeyOf(Google, options.Google), "Google");
        }

        if (options.GitHub.IsConfigured)
        {
            yield return new(GitHub, KeyOf(GitHub, options.GitHub), "GitHub");
        }

        if (options.Oidc.IsConfigured)
        {
            yield return new(Oidc, $"{Oidc} {options.Oidc.Authority.TrimEnd('/')}", options.Oidc.Name);
        }
    }

    private static string KeyOf(string name, OAuthClientOptions client) => client.UserInformationEndpoint.Length == 0 ? name : $"{name} {new Uri(client.UserInformationEndpoint).Authority}";
}
