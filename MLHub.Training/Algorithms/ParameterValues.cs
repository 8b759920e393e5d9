using System.Text.Json;

namespace MLHub.Training.Algorithms;

/// <summary>Hyper-parameters, complete and checked.</summary>
internal sealed class ParameterValues(IReadOnlyDictionary<string, JsonElement> values)
{
    public IReadOnlyDictionary<string, JsonElement> All { get; } = values;

    public int Integer(string name) => (int)All[name].GetDouble();

    public double Number(string name) => All[name].GetDouble();

    public float Single(string name) => (float)Number(name);

    public bool Boolean(string name) => All[name].GetBoolean();

    public string Text(string name) => All[name].GetString()!;
}
