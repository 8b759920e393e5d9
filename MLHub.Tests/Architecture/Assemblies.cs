using System.Runtime.CompilerServices;
using ArchUnitNET.Loader;
using MLHub.Core.Data;
using MLHub.Training.Workers;
using MLHub.Web.Api;
using Assembly = System.Reflection.Assembly;
using Type = System.Type;

namespace MLHub.Tests.Architecture;

internal static class Assemblies
{
    public static readonly Assembly Core = typeof(HubDbContext).Assembly;
    public static readonly Assembly Training = typeof(IJobExecutor).Assembly;
    public static readonly Assembly Web = typeof(EndpointPermission).Assembly;

    /// <summary>Read once: every type with what it uses, in method bodies too.</summary>
    public static readonly ArchUnitNET.Domain.Architecture Loaded = new ArchLoader().LoadAssemblies(Core, Training, Web).Build();

    /// <summary>Types that people wrote.</summary>
    public static IEnumerable<Type> Written(params Assembly[] assemblies) =>
        assemblies.SelectMany(a => a.GetTypes()).Where(t => !IsGenerated(t) && t.Namespace?.StartsWith("MLHub", StringComparison.Ordinal) == true);

    /// <summary>All uses: from which of our types, to which type of anybody.</summary>
    public static IEnumerable<(string From, string To)> Uses() =>
        from type in Loaded.Types
        where type.FullName.StartsWith("MLHub.", StringComparison.Ordinal) && !type.FullName.Contains(".Migrations.", StringComparison.Ordinal)
        from dependency in type.Dependencies
        select (type.FullName, dependency.Target.FullName);

    /// <summary><c>MLHub.Core.Datasets.Formats.Csv</c> → <c>Datasets</c>; <c>null</c> for another project or its root.</summary>
    public static string? FeatureOf(string fullName, string project) =>
        fullName.StartsWith(project + ".", StringComparison.Ordinal) && fullName[(project.Length + 1)..].Split('.') is [var feature, _, ..] ? feature : null;

    private static bool IsGenerated(Type type) =>
        type.IsDefined(typeof(CompilerGeneratedAttribute), false)
        || type.Name.Contains('<', StringComparison.Ordinal)
        || type.Namespace?.Contains(".Migrations", StringComparison.Ordinal) == true
        || (type.DeclaringType is { } outer && IsGenerated(outer));
}
