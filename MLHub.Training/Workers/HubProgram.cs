using System.Diagnostics;

namespace MLHub.Training.Workers;

/// <summary>Starts MLHub's own program again with another verb: each job and each scoring process is such a child.</summary>
public static class HubProgram
{
    private static readonly string[] Inherited = ["PATH", "DOTNET_ROOT", "LD_LIBRARY_PATH", "DOTNET_ROLL_FORWARD"];

    /// <summary>A start with an empty environment but for what .NET and the native libraries need; no setting and no secret is inherited.</summary>
    public static ProcessStartInfo Start(string scratchFolder, int threads, long memoryBytes, params IReadOnlyList<string> arguments)
    {
        var folder = AppContext.BaseDirectory;
        var native = Path.Combine(folder, "mlhub");
        var start = new ProcessStartInfo
        {
            FileName = File.Exists(native) ? native : "dotnet",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = scratchFolder,
        };
        if (!File.Exists(native))
        {
            start.ArgumentList.Add(Path.Combine(folder, "mlhub.dll"));
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var inherited = Inherited
            .Select(name => (name, value: Environment.GetEnvironmentVariable(name))).Where(v => v.value is not null).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in inherited)
        {
            start.Environment[name] = value;
        }

        start.Environment["HOME"] = scratchFolder;
        start.Environment["TMPDIR"] = scratchFolder;
        // Idle OpenMP threads must sleep: spinning made LightGBM five times slower on shared cores.
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        start.Environment["OMP_NUM_THREADS"] = threads.ToString();
        start.Environment["DOTNET_GCHeapHardLimit"] = $"0x{memoryBytes:X}";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return start;
    }
}
