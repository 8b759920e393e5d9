namespace MLHub.Web.Accounts;

/// <summary>What a browser or program calls itself, in the few words by which a person knows it again. Only a hint: anybody may call themselves anything.</summary>
internal static class ClientWords
{
    // The first that fits: most browsers name others as well.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"), ("X11", "Linux"),
    ];

    public static string Of(string? client)
    {
        if (client is null)
        {
            return "Unknown program";
        }

        var browser = Find(Browsers, client);
        var system = Find(Systems, client);
        var program = client.Split(' ')[0];
        return browser is null ? (program.Length > 40 ? program[..40] + "…" : program) : system is null ? browser : $"{browser} on {system}";
    }

    private static string? Find((string Mark, string Name)[] known, string client) => known.FirstOrDefault(k => client.Contains(k.Mark, StringComparison.Ordinal)).Name;
}
