using System.Text.Json;
using MLHub.Core.Training;
using MLHub.Core.Training.Search;

namespace MLHub.Training.Algorithms;

/// <summary>Short ways to describe hyper-parameters.</summary>
internal static class Parameter
{
    public static ParameterDescriptor Integer(string name, int @default, int min, int max, string help, bool log = false) =>
        new(name, ParameterType.Integer, JsonSerializer.SerializeToElement(@default), min, max, log, null, help);

    public static ParameterDescriptor Number(string name, double @default, double min, double max, string help, bool log = false) =>
        new(name, ParameterType.Number, JsonSerializer.SerializeToElement(@default), min, max, log, null, help);

    public static ParameterDescriptor Boolean(string name, bool @default, string help) =>
        new(name, ParameterType.Boolean, JsonSerializer.SerializeToElement(@default), null, null, false, null, help);

    public static ParameterDescriptor Choice(string name, string @default, IReadOnlyList<string> choices, string help) =>
        new(name, ParameterType.Choice, JsonSerializer.SerializeToElement(@default), null, null, false, choices, help);

    /// <param name="pattern">Regular expression for the whole text.</param>
    public static ParameterDescriptor Text(string name, string @default, string pattern, string help) =>
        new(name, ParameterType.Text, JsonSerializer.SerializeToElement(@default), null, null, false, null, help) { Pattern = pattern };

    public static ParameterDescriptor Advanced(this ParameterDescriptor parameter) => parameter with { Advanced = true };

    /// <summary>Worth searching, and where.</summary>
    public static ParameterDescriptor Searched(this ParameterDescriptor parameter, double min, double max, bool? log = null) =>
        parameter with { Search = SearchRange.Between(min, max, log ?? parameter.Log) };

    public static ParameterDescriptor For(this ParameterDescriptor parameter, params IReadOnlyList<TrainingTask> tasks) => parameter with { Tasks = tasks };

    /// <summary>Read by <c>ModelFitter</c>, which gives the rows their weights.</summary>
    public static ParameterDescriptor ClassWeights { get; } = Choice(
        ClassWeightsName, "none", ["none", Balanced], "Balanced makes rare classes count as much as frequent ones: more of them are found, at the price of false alarms.")
        .For(TrainingTask.Binary, TrainingTask.Multiclass);

    public const string ClassWeightsName = "classWeights";
    public const string Balanced = "balanced";

    /// <summary>Read by the run, which puts the threshold there.</summary>
    public static ParameterDescriptor FlaggedShare { get; } =
        Number(FlaggedShareName, 0.05, 0.0001, 0.5, "Share of the training rows that are called unusual; it sets the threshold of the score.", log: true);

    public const string FlaggedShareName = "flaggedShare";

    public static AlgorithmPreset Preset(string name, string help, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var values = new Dictionary<string, JsonElement>();
        foreach (var (parameter, value) in parameters)
        {
            values[parameter] = JsonSerializer.SerializeToElement(value);
        }

        return new(name, help, values);
    }
}
