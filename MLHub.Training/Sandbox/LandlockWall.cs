using System.Runtime.InteropServices;

namespace MLHub.Training.Sandbox;

/// <summary>
/// Landlock: the kernel refuses this process, and all it starts, every file but those named here. Needs no rights at all, so it works in ordinary
/// containers; Linux 5.13 and later.
/// </summary>
internal static class LandlockWall
{
    private const int CreateRuleset = 444;
    private const int AddRule = 445;
    private const int RestrictSelf = 446;
    private const int PathBeneath = 1;
    private const int PathOnly = 0x200000;
    private const int CloseOnExecute = 0x80000;
    private const int NoNewPrivileges = 38;

    private const ulong Execute = 1 << 0;
    private const ulong WriteFile = 1 << 1;
    private const ulong ReadFile = 1 << 2;
    private const ulong ReadFolder = 1 << 3;
    private const ulong RemoveFolder = 1 << 4;
    private const ulong RemoveFile = 1 << 5;
    private const ulong MakeFolder = 1 << 7;
    private const ulong MakeFile = 1 << 8;
    private const ulong Truncate = 1 << 14;

    public static void Build(SandboxPlan plan)
    {
        var version = (int)Linux.Call(CreateRuleset, 0, 0, 1, 0);
        if (version < 1)
        {
            throw new SandboxException("This kernel has no Landlock, or it is switched off.");
        }

        var handled = Handled(version);
        var ruleset = Create(version, handled);
        foreach (var folder in new[] { "/usr", "/lib", "/lib64", "/lib32", plan.RuntimeFolder }.Where(Directory.Exists))
        {
            Allow(ruleset, folder, (Execute | ReadFile | ReadFolder) & handled);
        }

        // One by one: settings may hold passwords, and they lie beside the program.
        foreach (var entry in new DirectoryInfo(plan.ProgramFolder).EnumerateFileSystemInfos())
        {
            if (!entry.Name.StartsWith("appsettings", StringComparison.OrdinalIgnoreCase))
            {
                Allow(ruleset, entry.FullName, Execute | ReadFile | (entry is DirectoryInfo ? ReadFolder : 0));
            }
        }

        foreach (var file in new[] { "/dev/null", "/dev/zero", "/dev/urandom", "/etc/ld.so.cache" }.Where(File.Exists))
        {
            Allow(ruleset, file, ReadFile | (file == "/dev/null" ? WriteFile : 0));
        }

        Allow(ruleset, $"/proc/{Environment.ProcessId}", ReadFile | ReadFolder);
        if (Directory.Exists("/sys/fs/cgroup"))
        {
            // The engine looks there how much memory it may have, and aborts when it cannot.
            Allow(ruleset, "/sys/fs/cgroup", ReadFile | ReadFolder);
        }

        Allow(ruleset, plan.InFolder, ReadFile | ReadFolder);
        Allow(ruleset, plan.ScratchFolder, (ReadFile | WriteFile | ReadFolder | RemoveFolder | RemoveFile | MakeFolder | MakeFile | Truncate) & handled);

        Linux.Check(Linux.Control(NoNewPrivileges, 1, 0, 0, 0), "no_new_privs");
        Linux.Check(Linux.Call(RestrictSelf, ruleset, 0, 0, 0), "landlock_restrict_self");
        _ = Linux.Close(ruleset);
    }

    private static ulong Handled(int version) => version switch
    {
        1 => (1UL << 13) - 1,
        2 => (1UL << 14) - 1,
        3 or 4 => (1UL << 15) - 1,
        _ => (1UL << 16) - 1,
    };

    private static unsafe int Create(int version, ulong handled)
    {
        // Files; from 4 on opening and calling TCP ports; from 6 on signals and abstract sockets of processes outside.
        Span<ulong> attributes = [handled, 3, 3];
        var size = version switch { < 4 => 8, < 6 => 16, _ => 24 };
        fixed (ulong* pointer = attributes)
        {
            var ruleset = (int)Linux.Call(CreateRuleset, (nint)pointer, size, 0, 0);
            Linux.Check(ruleset, "landlock_create_ruleset");
            return ruleset;
        }
    }

    private static unsafe void Allow(int ruleset, string path, ulong access)
    {
        var descriptor = Linux.Open(path, PathOnly | CloseOnExecute);
        Linux.Check(descriptor, $"open {path}");
        try
        {
            var rule = new Rule { Access = access, Parent = descriptor };
            Linux.Check(Linux.Call(AddRule, ruleset, PathBeneath, (nint)(&rule), 0), $"landlock_add_rule {path}");
        }
        finally
        {
            _ = Linux.Close(descriptor);
        }
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Rule
    {
        public ulong Access;
        public int Parent;
    }
}
