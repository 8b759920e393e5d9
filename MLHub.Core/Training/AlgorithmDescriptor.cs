using System.Text.Json;
using System.Text.Json.Serialization;
using MLHub.Core.Training.Search;

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

/// <summary>How long an algorithm usually takes, beside the others. Automatic searches try the quick ones first.</summary>
public enum Effort
{
    Small,
    Medium,
    Large,
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

    /// <summary>Whether "finish now" and the end of a time budget keep the model so far; otherwise there is none before its end.</summary>
    public bool KeepsModelSoFar { get; init; } = true;

    public Effort Effort { get; init; } = Effort.Medium;

    /// <summary>Ready-made settings; the defaults need none.</summary>
    public IReadOnlyList<AlgorithmPreset> Presets { get; init; } = [];

    /// <summary>The parameters that mean something for a task.</summary>
    public IEnumerable<ParameterDescriptor> ParametersFor(TrainingTask task) => Parameters.Where(p => p.AppliesTo(task));
}

/// <summary>Settings that go together, under a name that says what for.</summary>
/// <param name="Parameters">Differences from the defaults.</param>
public sealed record AlgorithmPreset(string Name, string Help, IReadOnlyDictionary<string, JsonElement> Parameters);

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
    string Help)
{
    /// <summary>Tasks for which it means something; <c>null</c> is all of the algorithm's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TrainingTask>? Tasks { get; init; }

    /// <summary>Pages keep it folded away: the default is good for nearly everybody.</summary>
    public bool Advanced { get; init; }

    /// <summary>Where a search looks for good values unless somebody says otherwise; <c>null</c> keeps the default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SearchRange? Search { get; init; }

    /// <summary>For <see cref="ParameterType.Text"/>: a regular expression for the whole text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Pattern { get; init; }

    public bool AppliesTo(TrainingTask task) => Tasks is null || Tasks.Contains(task);
}
