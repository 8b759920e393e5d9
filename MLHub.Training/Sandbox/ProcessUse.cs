using System.Globalization;

namespace MLHub.Training.Sandbox;

/// <summary>What a process and all that it started use.</summary>
internal static class ProcessUse
{
    // Of the kernel, for programs: the same on all machines that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>Memory without mapped files, and processor time.</summary>
    public static (long Memory, TimeSpan Cpu) Of(int processId)
    {
        long memory = 0;
        var cpu = TimeSpan.Zero;
        foreach (var id in Tree(processId, 0))
        {
            memory += Memory(id);
            cpu += Cpu(id);
        }

        return (memory, cpu);
    }

    private static IEnumerable<int> Tree(int id, int depth)
    {
        yield return id;
        if (depth > 8)
        {
            yield break;
        }

        foreach (var child in Read($"/proc/{id}/task/{id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (var below in Tree(int.Parse(child, CultureInfo.InvariantCulture), depth + 1))
            {
                yield return below;
            }
        }
    }

    private static long Memory(int id)
    {
        long sum = 0;
        foreach (var line in Read($"/proc/{id}/status").Split('\n'))
        {
            if (line.StartsWith("RssAnon:", StringComparison.Ordinal) || line.StartsWith("RssShmem:", StringComparison.Ordinal))
            {
                sum += long.Parse(line.AsSpan(line.IndexOf(':') + 1).Trim(" \tkB"), CultureInfo.InvariantCulture) * 1024;
            }
        }

        return sum;
    }

    private static TimeSpan Cpu(int id)
    {
        var text = Read($"/proc/{id}/stat");
        // The name in brackets may hold blanks and brackets.
        var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 12
            ? TimeSpan.FromSeconds((long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond)
            : TimeSpan.Zero;
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
