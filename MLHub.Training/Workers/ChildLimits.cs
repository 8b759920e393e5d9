using System.Runtime.InteropServices;

namespace MLHub.Training.Workers;

/// <summary>What a child does to itself before it touches any data: lower priority, first in line when memory runs out, no core dumps.</summary>
public static partial class ChildLimits
{
    private const int Core = 4;

    public static void Apply()
    {
        // Each is best effort: a container may refuse, and the supervisor's own limits hold anyway.
        _ = Nice(10);
        var none = default(Limit);
        _ = SetLimit(Core, in none);
        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", "900");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "nice")]
    private static partial int Nice(int increment);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
