using System.Globalization;
using MLHub.Core.Jobs;

namespace MLHub.Training.Workers;

/// <summary>Folder of one execution; its name begins with the id of the process that owns it.</summary>
internal sealed class WorkFolder : IDisposable
{
    private WorkFolder(string path)
    {
        Path = path;
        Directory.CreateDirectory(Output);
        Directory.CreateDirectory(Scratch);
    }

    public string Path { get; }

    public string Output => System.IO.Path.Combine(Path, "out");

    public string Scratch => System.IO.Path.Combine(Path, "scratch");

    public static WorkFolder Create(string root, JobAssignment job) =>
        new(System.IO.Path.Combine(root, $"{Environment.ProcessId}-{job.Id:N}-{job.Attempt}-{Guid.NewGuid():N}"));

    /// <summary>For something that is no job.</summary>
    public static WorkFolder Create(string root, string purpose) =>
        new(System.IO.Path.Combine(root, $"{Environment.ProcessId}-{purpose}-{Guid.NewGuid():N}"));

    /// <summary>Removes what processes that are no more have left.</summary>
    public static void RemoveAbandoned(string root)
    {
        Directory.CreateDirectory(root);
        foreach (var folder in Directory.EnumerateDirectories(root))
        {
            var owner = System.IO.Path.GetFileName(folder).Split('-')[0];
            if (int.TryParse(owner, CultureInfo.InvariantCulture, out var processId) && (processId == Environment.ProcessId || !Directory.Exists($"/proc/{processId}")))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
