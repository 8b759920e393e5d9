namespace MLHub.Web.Shell;

/// <summary>Addresses that the shell links to. Lists live in a workspace; single things have an address of their own.</summary>
public static class HubRoutes
{
    public static string SignIn(string returnUrl) => $"/account/login?returnUrl={Uri.EscapeDataString(returnUrl)}";

    public static string Home(string workspace) => $"/w/{Uri.EscapeDataString(workspace)}";

    public static string Datasets(string workspace) => Home(workspace) + "/datasets";

    public static string Experiments(string workspace) => Home(workspace) + "/experiments";

    public static string Models(string workspace) => Home(workspace) + "/models";

    public static string Jobs(string workspace) => Home(workspace) + "/jobs";

    public static string Members(string workspace) => Home(workspace) + "/members";

    public static string Settings(string workspace) => Home(workspace) + "/settings";

    public static string Audit(string workspace) => Home(workspace) + "/audit";

    public const string Account = "/account";

    public const string Security = Account + "/security";

    public const string Tokens = Account + "/tokens";

    public const string Work = Account + "/work";

    public const string Storage = Account + "/storage";

    /// <summary>Somebody as others see them.</summary>
    public static string Person(Guid id) => $"/people/{id:N}";

    public const string Explore = "/explore";

    /// <summary>What others let me in to.</summary>
    public const string Shared = Explore + "?from=shared";

    public const string NewWorkspace = "/workspaces/new";

    public static string Trash(string workspace) => Home(workspace) + "/trash";

    public static string Dataset(Guid id) => $"/datasets/{id:N}";

    public static string Experiment(Guid id) => $"/experiments/{id:N}";

    public static string Run(Guid id) => $"/runs/{id:N}";

    public static string Model(Guid id) => $"/models/{id:N}";

    /// <summary>Which list of the drawer an address belongs to: <c>datasets</c>, <c>experiments</c> …; empty for home and others.</summary>
    public static string SectionOf(string relativePath)
    {
        var parts = relativePath.Split('?', '#')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["w", _] => "home",
            ["w", _, var section, ..] => section,
            ["runs", ..] => "experiments",
            [var section, ..] => section,
            _ => "",
        };
    }

    /// <summary>The workspace part of an address relative to the base, or <c>null</c>.</summary>
    public static string? WorkspaceOf(string relativePath) =>
        relativePath.Split('?', '#')[0].Split('/', StringSplitOptions.RemoveEmptyEntries) is ["w", var workspace, ..] ? Uri.UnescapeDataString(workspace) : null;
}
