namespace MLHub.Web.Datasets;

/// <summary>How marks of a file are spoken of.</summary>
internal static class ImportWords
{
    public static string? Mark(string? mark) => mark switch
    {
        "\t" or "tab" => "tab",
        "," => "comma ,",
        ";" => "semicolon ;",
        "|" => "bar |",
        ":" => "colon :",
        "." => "point .",
        " " => "blank",
        _ => mark,
    };
}
