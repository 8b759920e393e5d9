using MLHub.Core.Data;

namespace MLHub.Training.Workers;

/// <summary>
/// The name by which this worker holds leases: the same after a restart, so that it can end the leases of its former life,
/// and different from every other worker that runs, also on the same data folder.
/// </summary>
internal sealed class WorkerName : IDisposable
{
    private readonly FileStream _taken;

    private WorkerName(FileStream taken, string instance)
    {
        _taken = taken;
        Instance = instance;
    }

    public string Name => $"{Environment.MachineName}/{Instance}";

    /// <summary>Only letters and digits.</summary>
    public string Instance { get; }

    /// <summary>Takes the first name of the folder that no living process holds; the lock ends with the process.</summary>
    public static WorkerName Take(HubOptions hub)
    {
        var folder = hub.PathOf("workers");
        Directory.CreateDirectory(folder);
        for (var number = 1; ; number++)
        {
            try
            {
                var file = new FileStream(Path.Combine(folder, $"{number}.id"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                using var reader = new StreamReader(file, leaveOpen: true);
                var id = reader.ReadToEnd();
                if (id.Length == 0)
                {
                    id = Guid.NewGuid().ToString("N")[..8];
                    file.Write(System.Text.Encoding.ASCII.GetBytes(id));
                    file.Flush(flushToDisk: true);
                }

                return new(file, id);
            }
            catch (IOException) when (number < 1000)
            {
                // Held by another worker on this folder.
            }
        }
    }

    public void Dispose() => _taken.Dispose();
}
