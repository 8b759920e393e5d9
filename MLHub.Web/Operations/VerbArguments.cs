namespace MLHub.Web.Operations;

/// <summary>What stands behind a verb: words, the verb's own options, and settings, which have a colon in their name.</summary>
internal sealed class VerbArguments
{
    private readonly Dictionary<string, string?> _options = new(StringComparer.Ordinal);

    /// <param name="flags">Options without a value.</param>
    /// <param name="values">Options with one.</param>
    /// <exception cref="InvalidOperationException">One is unknown, or its value is missing.</exception>
    public VerbArguments(string[] args, string[] flags, string[] values)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var arg = args[i];
            if (!arg.StartsWith("--", StringComparison.Ordinal))
            {
                Words.Add(arg);
                continue;
            }

            var cut = arg.IndexOf('=', StringComparison.Ordinal);
            var name = cut < 0 ? arg : arg[..cut];
            if (flags.Contains(name) && cut < 0)
            {
                _options[name] = null;
                continue;
            }

            var isSetting = name.Contains(':', StringComparison.Ordinal);
            if (!isSetting && !values.Contains(name))
            {
                throw new InvalidOperationException($"{name} is no option here. See mlhub help.");
            }

            var value = cut >= 0 ? arg[(cut + 1)..] : i + 1 < args.Length ? args[++i] : throw new InvalidOperationException($"{name} needs a value.");
            if (isSetting)
            {
                Settings.Add($"{name}={value}");
            }
            else
            {
                _options[name] = value;
            }
        }
    }

    public List<string> Words { get; } = [];

    /// <summary>As the configuration wants them.</summary>
    public List<string> Settings { get; } = [];

    public bool Has(string flag) => _options.ContainsKey(flag);

    public string? Value(string option) => _options.GetValueOrDefault(option);

    public int Number(string option) =>
        Value(option) is not { } text ? 0 : int.TryParse(text, out var number) && number > 0 ? number : throw new InvalidOperationException($"{option} needs a whole number above 0.");

    /// <exception cref="InvalidOperationException">There is none, or more than one.</exception>
    public string Word(string what) => Words is [var only] ? only : throw new InvalidOperationException($"Give {what}. See mlhub help.");
}
