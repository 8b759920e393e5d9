using System.Reflection;

namespace MLHub.Core.Common;

/// <summary>Which MLHub this is: number and commit.</summary>
public static class ProgramVersion
{
    public static string Text { get; } = typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
