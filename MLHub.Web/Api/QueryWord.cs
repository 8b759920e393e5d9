using MLHub.Core.Common;

namespace MLHub.Web.Api;

/// <summary>Words of an enumeration in a query string: the same words as in JSON, where the framework's own binding wants C# names.</summary>
internal static class QueryWord
{
    /// <returns><c>null</c> when the parameter is absent or empty.</returns>
    /// <exception cref="HubException"><c>INVALID</c>, naming the words that are understood.</exception>
    public static T? Parse<T>(string? word, string parameter) where T : struct, Enum
    {
        if (string.IsNullOrEmpty(word))
        {
            return null;
        }

        return word.All(char.IsAsciiLetter) && Enum.TryParse<T>(word, ignoreCase: true, out var value)
            ? value
            : throw HubException.Invalid($"The parameter {parameter} is one of {string.Join(", ", Enum.GetNames<T>().Select(n => char.ToLowerInvariant(n[0]) + n[1..]))}.");
    }
}
