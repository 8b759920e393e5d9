namespace MLHub.Core.Experiments;

/// <summary>Names for runs that nobody named: two words and a number, easy to say and to tell apart.</summary>
internal static class RunName
{
    private static readonly string[] First =
    [
        "amber", "bold", "brave", "bright", "calm", "clear", "clever", "cosmic", "crisp", "curious", "eager", "fair", "fleet", "gentle", "golden", "grand",
        "happy", "keen", "kind", "lively", "lucid", "merry", "mellow", "nimble", "noble", "proud", "quick", "quiet", "rapid", "silver", "steady", "sunny",
        "swift", "tidy", "vivid", "warm", "wise", "witty", "young", "zesty",
    ];

    private static readonly string[] Second =
    [
        "badger", "beaver", "bison", "crane", "curlew", "deer", "dolphin", "eagle", "falcon", "finch", "fox", "gecko", "gull", "hare", "heron", "ibis",
        "jay", "kestrel", "lark", "lemur", "lynx", "marten", "mole", "newt", "otter", "owl", "panda", "plover", "puffin", "raven", "robin", "salmon",
        "seal", "sparrow", "stork", "swan", "tern", "toad", "vole", "wren",
    ];

    public static string Next()
    {
        // Names are labels, not secrets.
#pragma warning disable CA5394
        var random = Random.Shared;
        return $"{First[random.Next(First.Length)]}-{Second[random.Next(Second.Length)]}-{random.Next(10, 100)}";
#pragma warning restore CA5394
    }
}
