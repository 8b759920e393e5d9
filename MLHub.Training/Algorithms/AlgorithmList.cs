namespace MLHub.Training.Algorithms;

/// <summary>Every <see cref="IAlgorithm"/> of this assembly: a new file is enough to add one.</summary>
internal static class AlgorithmList
{
    public static IReadOnlyList<IAlgorithm> All { get; } =
    [
        .. typeof(IAlgorithm).Assembly.GetTypes()
            .Where(t => t is { IsAbstract: false, IsInterface: false } && t.IsAssignableTo(typeof(IAlgorithm)))
            .OrderBy(t => t.Name, StringComparer.Ordinal)
            .Select(t => (IAlgorithm)Activator.CreateInstance(t)!),
    ];
}
