using System.Text.Json;
using MLHub.Core.Training;

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
}
