using System.ComponentModel.DataAnnotations;

namespace MLHub.Training.Workers;

/// <summary>Section <c>MLHub:Worker</c>: for <c>mlhub worker</c> on another machine than the server's.</summary>
public sealed class RemoteOptions
{
    public const string Section = "MLHub:Worker";

    /// <summary>Address of the server; empty works on the database and store of the settings instead.</summary>
    public string Hub { get; set; } = "";

    /// <summary>The token that the page of workers showed. The environment and <see cref="TokenFile"/> hide it from who lists processes.</summary>
    public string Token { get; set; } = "";

    /// <summary>A file that holds the token.</summary>
    public string TokenFile { get; set; } = "";

    /// <summary>Words about this machine, with commas between; administrators see them.</summary>
    public string Labels { get; set; } = "";

    /// <summary>Room for copies of input files.</summary>
    [Range(64, 10_485_760)]
    public int CacheMegabytes { get; set; } = 10_240;

    public string ResolvedToken => Token.Length > 0 || TokenFile.Length == 0 ? Token.Trim() : File.ReadAllText(TokenFile).Trim();
}
