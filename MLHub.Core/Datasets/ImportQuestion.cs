namespace MLHub.Core.Datasets;

/// <summary>Something that the bytes do not settle. Without an answer the default is taken, and the report says so.</summary>
/// <param name="Option">The member of <see cref="ImportOptions"/> that answers it: <c>dateOrder</c>.</param>
/// <param name="Default">What is taken without an answer; <c>null</c> when nothing is converted, or nothing can be read, until it is answered.</param>
/// <param name="Reason">What in the file raised it.</param>
public sealed record ImportQuestion(string Option, string Text, IReadOnlyList<ImportChoice> Choices, string? Default, string Reason)
{
    /// <summary>Stable, for programs: <c>DATE_AMBIGUOUS</c>.</summary>
    public required string Code { get; init; }

    /// <summary>The column that it is about, when it is about one.</summary>
    public string? Column { get; init; }
}

/// <param name="Value">To be written into the option.</param>
/// <param name="Text">For people.</param>
public sealed record ImportChoice(string Value, string Text);
