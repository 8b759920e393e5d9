using MLHub.Core.Queries;

namespace MLHub.Training.Sandbox;

/// <summary>What a sandbox process is told when it starts: before it is known which query it will run.</summary>
/// <param name="Level">The walls to put up.</param>
/// <param name="Folder">On the machine: holds <c>in</c> (read only for it), <c>scratch</c> and, for namespaces, <c>root</c>.</param>
/// <param name="Canary">A file of the machine that it must not be able to read.</param>
internal sealed record SandboxPlan(SandboxLevel Level, string Folder, string ProgramFolder, string RuntimeFolder, string Canary, long MemoryBytes, int CpuSeconds, long FileBytes)
{
    public string InFolder => Path.Combine(Folder, "in");

    public string ScratchFolder => Path.Combine(Folder, "scratch");

    public string RootFolder => Path.Combine(Folder, "root");
}
