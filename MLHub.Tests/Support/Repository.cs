namespace MLHub.Tests.Support;

/// <summary>Places in the source tree that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Where evidence goes: logs, screenshots, traces.</summary>
    public static string Artifacts => Environment.GetEnvironmentVariable("MLHUB_TEST_ARTIFACTS") is { Length: > 0 } path ? path : Path.Combine(Root, "artifacts");

    /// <summary>The program as it was built together with these tests: same configuration, framework and platform.</summary>
    public static string Program
    {
        get
        {
            var output = Path.GetRelativePath(Path.Combine(Root, "MLHub.Tests"), AppContext.BaseDirectory);
            var program = Path.Combine(Root, "MLHub.Web", output, "mlhub");
            return File.Exists(program) ? program : throw new FileNotFoundException("The program is not built. Build MLHub.sln first.", program);
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MLHub.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No MLHub.sln above {AppContext.BaseDirectory}.");
    }
}
