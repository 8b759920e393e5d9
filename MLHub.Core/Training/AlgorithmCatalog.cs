using System.Diagnostics.CodeAnalysis;

namespace MLHub.Core.Training;

/// <summary>
/// The algorithms that this server knows. Built without loading any native library; whether an engine really works on this
/// machine is found out by a self-test in a child process and told by <see cref="SetAvailability"/>.
/// </summary>
public sealed class AlgorithmCatalog(IEnumerable<AlgorithmDescriptor> descriptors)
{
    private volatile IReadOnlyList<AlgorithmDescriptor> _all =
        [.. descriptors.OrderBy(d => d.DisplayName, StringComparer.Ordinal)];

    public IReadOnlyList<AlgorithmDescriptor> All => _all;

    public IReadOnlyList<AlgorithmDescriptor> For(TrainingTask? task) =>
        task is null ? _all : [.. _all.Where(d => d.Tasks.Contains(task.Value))];

    public bool TryFind(string? name, [NotNullWhen(true)] out AlgorithmDescriptor? descriptor)
    {
        descriptor = _all.FirstOrDefault(d => d.Name == name);
        return descriptor is not null;
    }

    /// <param name="unavailable">Name → reason; algorithms that are not named work.</param>
    public void SetAvailability(IReadOnlyDictionary<string, string> unavailable) =>
        _all = [.. _all.Select(d => unavailable.TryGetValue(d.Name, out var reason)
            ? d with { Available = false, UnavailableReason = reason }
            : d with { Available = true, UnavailableReason = null })];
}
