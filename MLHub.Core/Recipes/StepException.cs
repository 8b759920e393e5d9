using MLHub.Core.Common;

namespace MLHub.Core.Recipes;

/// <summary>A step cannot be done as it is told: the text is for the user who wrote it.</summary>
/// <param name="code">Stable SCREAMING_SNAKE code.</param>
/// <param name="parameter">The parameter to blame; <c>null</c> when it is none in particular.</param>
public sealed class StepException(string code, string? parameter, string message) : Exception(message)
{
    public string Code { get; } = code;

    public string? Parameter { get; } = parameter;

    /// <summary>Where in the parameter's text, from 0.</summary>
    public int? Position { get; init; }

    /// <summary>A column that is probably meant instead of the one that is missing.</summary>
    public string? Suggestion { get; init; }

    /// <summary>The same as a refusal of the whole recipe.</summary>
    public HubException ToRefusal(int step, string title) =>
        HubException.Field($"steps[{step}]{(Parameter is null ? "" : $".parameters.{Parameter}")}", $"Step {step + 1} ({title}): {Message}", Code);
}
