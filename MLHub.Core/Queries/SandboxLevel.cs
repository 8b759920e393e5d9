namespace MLHub.Core.Queries;

/// <summary>How well a query is shut in on this machine.</summary>
public enum SandboxLevel
{
    /// <summary>Not known yet.</summary>
    Unknown,

    /// <summary>Only limits of time and memory, and the engine's own locks; the operating system would not stop it.</summary>
    LimitsOnly,

    /// <summary>The system refuses all files but its own, network and new processes (Landlock and seccomp); works inside ordinary containers.</summary>
    Container,

    /// <summary>Besides, it has namespaces of its own: no other file, process or network exists for it.</summary>
    Full,
}
