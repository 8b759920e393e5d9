using Microsoft.AspNetCore.Components;
using MLHub.Core.Queries;

namespace MLHub.Web.Jobs;

/// <summary>How well people's SQL is shut in on this machine, as the self-test found it.</summary>
public sealed partial class SandboxNote(SandboxStatus status) : ComponentBase
{
    private SandboxStatus Status => status;

    private string Title => status.Report.Level switch
    {
        SandboxLevel.Full => "fully shut in",
        SandboxLevel.Container => "shut in by the system's filters",
        SandboxLevel.LimitsOnly => "not shut in",
        _ => "being tested",
    };

    private string Text => status.Report.Level switch
    {
        SandboxLevel.Full => "Each runs in a process with namespaces of its own: no files but its tables, no network, no other processes, limited time and memory.",
        SandboxLevel.Container => "Each runs in a process to which the kernel refuses all files but its tables, network and other programs, with limited time and memory.",
        SandboxLevel.LimitsOnly => "This machine offers neither namespaces nor Landlock. SQL is off unless the operator sets MLHub:Queries:AllowInsecureUserSql; docs/threat-model.md says what to do.",
        _ => "The test runs a few seconds after the start of the server.",
    };
}
