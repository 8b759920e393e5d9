namespace MLHub.Training.Preparation;

/// <summary>Hashes that are the same in every process and version: splits and hashed features depend on them.</summary>
internal static class StableHash
{
    /// <summary>FNV-1a over UTF-16 units, finished by <see cref="Mix"/> because its low bits alone are weak.</summary>
    public static ulong Of(string text, ulong seed = 0)
    {
        var hash = 14695981039346656037UL ^ Mix(seed);
        foreach (var c in text)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return Mix(hash);
    }

    public static ulong Of(long number, ulong seed) => Mix(unchecked((ulong)number) + Mix(seed + 0x9E3779B97F4A7C15UL));

    /// <summary>The finalizer of SplitMix64 (Steele, Lea and Flood, 2014).</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
