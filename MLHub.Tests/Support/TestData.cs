namespace MLHub.Tests.Support;

/// <summary>The real datasets of <c>MLHub.Tests/Data</c>; their README names the sources.</summary>
internal static class TestData
{
    public static string Path(string name)
    {
        var path = System.IO.Path.Combine(AppContext.BaseDirectory, "Data", name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"There is no dataset {name} in MLHub.Tests/Data.", path);
    }
}
