namespace MLHub.Tests.Support;

/// <summary>
/// Servers and programs that not every machine has; <c>scripts/test.sh</c> provides them through environment variables.
/// A test that asks for a missing one is skipped with the reason, or fails where nothing may be skipped.
/// Ask from the test or its <see cref="IAsyncLifetime.InitializeAsync"/>, not from a fixture.
/// </summary>
internal static class Need
{
    public static string Postgres => Variable("MLHUB_TEST_PG", "PostgreSQL");

    public static string S3Endpoint => Variable("MLHUB_TEST_S3_ENDPOINT", "an S3 server");

    public static string Chromium => Variable("MLHUB_TEST_CHROMIUM", "Chromium");

    public static string AxeScript => Variable("MLHUB_TEST_AXE", "axe-core");

    /// <summary>Address of the OpenID provider.</summary>
    public static string Oidc => Variable("MLHUB_TEST_OIDC", "an OpenID provider");

    /// <summary>Port of the mail catcher.</summary>
    public static string Smtp => Variable("MLHUB_TEST_SMTP", "a mail catcher");

    /// <summary>The folder of prometheus and promtool.</summary>
    public static string Prometheus => Variable("MLHUB_TEST_PROMETHEUS", "Prometheus");

    /// <summary>A program that <c>scripts/test.sh</c> installs and that needs no variable.</summary>
    public static void Installed(bool isThere, string what)
    {
        if (!isThere)
        {
            Miss($"This test needs {what}: run scripts/test.sh, which installs it.");
        }
    }

    private static string Variable(string name, string what)
    {
        if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
        {
            return value;
        }

        Miss($"This test needs {what}: run scripts/test.sh, which starts it and sets {name}.");
        return "";
    }

    private static void Miss(string reason)
    {
        if (Environment.GetEnvironmentVariable("MLHUB_TEST_NO_SKIP") == "true")
        {
            Assert.Fail(reason);
        }

        Assert.Skip(reason);
    }
}
