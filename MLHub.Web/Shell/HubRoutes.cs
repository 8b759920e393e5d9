namespace MLHub.Web.Shell;

/// <summary>Addresses of pages, in one place. The workspace is part of each, so that a link shows what I see.</summary>
public static class HubRoutes
{
    public const string Root = "/";

    public const string SignOut = "/account/logout";

    public static string SignIn(string returnUrl) => $"/account/login?returnUrl={Uri.EscapeDataString(returnUrl)}";

    public static string Home(string workspace) => $"/w/{Uri.EscapeDataString(workspace)}";

    public static string Datasets(string workspace) => Home(workspace) + "/datasets";

    public static string Dataset(string workspace, Guid id, string? tab = null) => $"{Datasets(workspace)}/{id:N}{(tab is null ? "" : "?tab=" + tab)}";

    public static string Train(string workspace, Guid datasetId, int? version = null) => $"{Datasets(workspace)}/{datasetId:N}/train{(version is { } v ? "?version=" + v : "")}";

    public static string Experiments(string workspace) => Home(workspace) + "/experiments";

    public static string Experiment(string workspace, Guid id) => $"{Experiments(workspace)}/{id:N}";

    public static string Run(string workspace, Guid id) => $"{Home(workspace)}/runs/{id:N}";

    public static string Models(string workspace) => Home(workspace) + "/models";

    public static string Model(string workspace, Guid id) => $"{Models(workspace)}/{id:N}";

    public static string Jobs(string workspace) => Home(workspace) + "/jobs";

    /// <summary>The workspace part of an address relative to the base, or <c>null</c>.</summary>
    public static string? WorkspaceOf(string relativePath)
    {
        var parts = relativePath.Split('?', '#')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts is ["w", var workspace, ..] ? Uri.UnescapeDataString(workspace) : null;
    }
}
