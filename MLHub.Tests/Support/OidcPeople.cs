using System.Net.Http.Json;

namespace MLHub.Tests.Support;

/// <summary>Somebody whom the identity provider of the test run knows.</summary>
internal sealed record OidcPerson(string Login, string Subject, int Number, string Email)
{
    public const string Password = "known to the provider";
}

/// <summary>The identity provider of the test run: it plays Google, GitHub and a company's own.</summary>
internal static class OidcPeople
{
    private static int _last = Random.Shared.Next(1000, 1_000_000);

    public static Dictionary<string, string?> Settings()
    {
        var issuer = Need.Oidc;
        var secret = Environment.GetEnvironmentVariable("MLHUB_TEST_OIDC_SECRET");
        return new()
        {
            ["MLHub:SignIn:Google:ClientId"] = "mlhub",
            ["MLHub:SignIn:Google:ClientSecret"] = secret,
            ["MLHub:SignIn:Google:AuthorizationEndpoint"] = $"{issuer}/auth",
            ["MLHub:SignIn:Google:TokenEndpoint"] = $"{issuer}/token",
            ["MLHub:SignIn:Google:UserInformationEndpoint"] = $"{issuer}/me",
            ["MLHub:SignIn:GitHub:ClientId"] = "mlhub",
            ["MLHub:SignIn:GitHub:ClientSecret"] = secret,
            ["MLHub:SignIn:GitHub:AuthorizationEndpoint"] = $"{issuer}/login/oauth/authorize",
            ["MLHub:SignIn:GitHub:TokenEndpoint"] = $"{issuer}/login/oauth/access_token",
            ["MLHub:SignIn:GitHub:UserInformationEndpoint"] = $"{issuer}/user",
            ["MLHub:SignIn:Oidc:ClientId"] = "mlhub",
            ["MLHub:SignIn:Oidc:ClientSecret"] = secret,
            ["MLHub:SignIn:Oidc:Name"] = "Example Inc.",
            ["MLHub:SignIn:Oidc:Authority"] = issuer,
        };
    }

    public static async Task<OidcPerson> AddAsync(string name, string? email = null, bool isVerified = true)
    {
        var number = Interlocked.Increment(ref _last);
        var person = new OidcPerson($"{name.ToLowerInvariant()}{number}", $"sub-{number}", number, email ?? $"{name.ToLowerInvariant()}-{number}@example.org");
        await SaveAsync(person, name, isVerified);
        return person;
    }

    /// <summary>Adds somebody, or changes what the provider says of them.</summary>
    public static async Task SaveAsync(OidcPerson person, string name, bool isVerified)
    {
        using var http = new HttpClient();
        using var answer = await http.PutAsJsonAsync(new Uri($"{Need.Oidc}/test/users"), new
        {
            login = person.Login,
            password = OidcPerson.Password,
            sub = person.Subject,
            id = person.Number,
            email = person.Email,
            email_verified = isVerified,
            name,
        });
        answer.EnsureSuccessStatusCode();
    }
}
