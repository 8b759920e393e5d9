using MLHub.Core.Data;

namespace MLHub.Training.Workers;

/// <summary>The name by which this worker holds leases: the same after a restart, different for every data folder.</summary>
internal static class WorkerName
{
    public static string Of(HubOptions hub)
    {
        var file = hub.PathOf("worker-id");
        Directory.CreateDirectory(hub.ResolvedDataPath);
        if (!File.Exists(file))
        {
            File.WriteAllText(file, Guid.NewGuid().ToString("N"));
        }

        return $"{Environment.MachineName}/{File.ReadAllText(file).Trim()[..8]}";
    }
}
