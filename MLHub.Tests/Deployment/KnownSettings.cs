using MLHub.Core.Data;

namespace MLHub.Tests.Deployment;

/// <summary>All settings of MLHub, read from the options classes themselves: <c>MLHub:Jobs:Slots</c> …</summary>
internal static class KnownSettings
{
    public static HashSet<string> Names { get; } = Find().ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> Find() =>
        new[] { typeof(HubOptions).Assembly, typeof(MLHub.Training.Workers.HubProgram).Assembly, typeof(MLHub.Web.Api.Caller).Assembly }
            .SelectMany(a => a.GetTypes())
            .Select(t => (Type: t, Section: t.GetField("Section")?.GetRawConstantValue() as string))
            .Where(t => t.Section is not null)
            .SelectMany(t => Of(t.Type, t.Section!));

    private static IEnumerable<string> Of(Type type, string section) =>
        type.GetProperties().Where(p => p.CanWrite).SelectMany(p =>
            p.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal) ? Of(p.PropertyType, $"{section}:{p.Name}") : [$"{section}:{p.Name}"]);
}
