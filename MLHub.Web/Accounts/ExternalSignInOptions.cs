using System.ComponentModel.DataAnnotations;

namespace MLHub.Web.Accounts;

/// <summary>
/// Section <c>MLHub:SignIn</c>: services with whose accounts people can sign in. A service without a client id is not offered. Each wants to know where
/// it may send people back to: <c>/signin-google</c>, <c>/signin-github</c> and <c>/signin-oidc</c> of this server.
/// </summary>
public sealed class ExternalSignInOptions : IValidatableObject
{
    public const string Section = "MLHub:SignIn";

    public OAuthClientOptions Google { get; set; } = new();

    /// <summary>For GitHub Enterprise, give the three addresses too.</summary>
    public OAuthClientOptions GitHub { get; set; } = new();

    public OidcClientOptions Oidc { get; set; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, client) in new (string, ClientOptions)[] { (nameof(Google), Google), (nameof(GitHub), GitHub), (nameof(Oidc), Oidc) })
        {
            if (client.IsConfigured && client.ClientSecret.Length == 0)
            {
                yield return new ValidationResult($"{Section}:{name}:ClientSecret is missing.", [name]);
            }
        }

        if (Oidc.IsConfigured && (!Uri.TryCreate(Oidc.Authority, UriKind.Absolute, out var authority) || (authority.Scheme != Uri.UriSchemeHttps && !authority.IsLoopback)))
        {
            yield return new ValidationResult($"{Section}:Oidc:Authority is to be the https address of the OpenID provider.", [nameof(Oidc)]);
        }
    }
}

/// <summary>How a service knows this server.</summary>
public abstract class ClientOptions
{
    public string ClientId { get; set; } = "";

    public string ClientSecret { get; set; } = "";

    public bool IsConfigured => ClientId.Length > 0;
}

/// <summary>Empty addresses are those of the service itself.</summary>
public sealed class OAuthClientOptions : ClientOptions
{
    public string AuthorizationEndpoint { get; set; } = "";

    public string TokenEndpoint { get; set; } = "";

    public string UserInformationEndpoint { get; set; } = "";
}

/// <summary>Any OpenID Connect provider, such as Keycloak or Entra.</summary>
public sealed class OidcClientOptions : ClientOptions
{
    /// <summary>What stands on the button.</summary>
    public string Name { get; set; } = "Single sign-on";

    public string Authority { get; set; } = "";
}
