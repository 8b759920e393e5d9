using System.Text.Json;

namespace MLHub.Core.Training;

/// <summary>Where a learning curve comes from; never a made-up one.</summary>
public enum CurveKind
{
    /// <summary>Loss is reported while it trains.</summary>
    Live,

    /// <summary>Computed after training by scoring the model stage by stage.</summary>
    Afterwards,

    None,
}

/// <summary>What an algorithm is and what it can be told; forms and checks are made from it.</summary>
public sealed record AlgorithmDescriptor(
    string Name,
    string DisplayName,
    IReadOnlyList<TrainingTask> Tasks,
    string GoodFor,
    CurveKind Curve,
    IReadOnlyList<ParameterDescriptor> Parameters)
{
    public bool Available { get; init; } = true;

    /// <summary>Why it cannot be used on this machine.</summary>
    public string? UnavailableReason { get; init; }
}

public enum ParameterType
{
    Integer,
    Number,
    Boolean,
    Choice,
    Text,
}

/// <summary>One hyper-parameter.</summary>
/// <param name="Name">camelCase, as in JSON.</param>
/// <param name="Min">Smallest allowed value.</param>
/// <param name="Max">Largest allowed value.</param>
/// <param name="Log">Searches step through it on a logarithmic scale.</param>
/// <param name="Choices">For <see cref="ParameterType.Choice"/>.</param>
/// <param name="Help">One sentence for a user who does not know the algorithm.</param>
public sealed record ParameterDescriptor(
    string Name,
    ParameterType Type,
    JsonElement Default,
    double? Min,
    double? Max,
    bool Log,
    IReadOnlyList<string>? Choices,
    string Help);
