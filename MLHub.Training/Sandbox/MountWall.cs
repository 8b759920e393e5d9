namespace MLHub.Training.Sandbox;

/// <summary>
/// In a mount namespace of its own: builds a small file system of the program, the system's libraries, the input (all read only) and one scratch
/// folder, and makes it the only one there is.
/// </summary>
internal static class MountWall
{
    public const string In = "/in";
    public const string Scratch = "/scratch";
    public const string Program = "/app";
    public const string Runtime = "/dotnet";

    private const nuint ReadOnly = 1;
    private const nuint NoSetId = 2;
    private const nuint NoDevices = 4;
    private const nuint NoExecute = 8;
    private const nuint Remount = 32;
    private const nuint NoAccessTimes = 1024;
    private const nuint RelativeAccessTimes = 1 << 21;
    private const nuint Bind = 4096;
    private const nuint Recursive = 16384;
    private const int Detach = 2;
    private const int DropCapability = 24;
    private const int LastCapability = 63;

    public static void Build(SandboxPlan plan)
    {
        var root = plan.RootFolder;
        Directory.CreateDirectory(root);
        Linux.Check(Linux.Mount("tmpfs", root, "tmpfs", NoSetId | NoDevices, "size=1m,mode=755"), "tmpfs");
        foreach (var name in new[] { "usr", "lib", "lib64", "lib32", "bin", "sbin" })
        {
            AttachSystem(root, name);
        }

        Attach(plan.RuntimeFolder, root + Runtime, ReadOnly);
        Attach(plan.ProgramFolder, root + Program, ReadOnly);
        foreach (var device in new[] { "null", "zero", "urandom" })
        {
            Attach($"/dev/{device}", $"{root}/dev/{device}", NoExecute);
        }

        // Settings may hold passwords; they lie beside the program.
        foreach (var settings in Directory.EnumerateFiles(plan.ProgramFolder, "appsettings*.json"))
        {
            Attach("/dev/null", $"{root}{Program}/{Path.GetFileName(settings)}", ReadOnly | NoExecute);
        }

        Attach(plan.InFolder, root + In, ReadOnly | NoExecute);
        Attach(plan.ScratchFolder, root + Scratch, NoExecute);
        Directory.CreateDirectory(root + "/proc");
        // Read only: to a server that runs as root the kernel's own settings would be open for writing there.
        Linux.Check(Linux.Mount("proc", root + "/proc", "proc", ReadOnly | NoSetId | NoDevices | NoExecute, null), "proc");
        Directory.CreateDirectory(root + "/tmp");
        Linux.Check(Linux.Mount(null, root, null, Remount | ReadOnly | NoSetId | NoDevices, "size=1m,mode=755"), "read-only root");

        Linux.Check(Linux.ChangeFolder(root), "chdir");
        // Both arguments the same: the old root ends up on top of the new one, and is let go of.
        var here = new byte[] { (byte)'.', 0 };
        unsafe
        {
            fixed (byte* path = here)
            {
                Linux.Check(Linux.Call(Linux.IsX64 ? 155 : 41, (nint)path, (nint)path, 0, 0), "pivot_root");
            }
        }

        Linux.Check(Linux.Unmount(".", Detach), "umount");
        Linux.Check(Linux.ChangeFolder("/"), "chdir");
        for (nuint capability = 0; capability <= LastCapability; capability++)
        {
            // After the next start of a program none is left; numbers that this kernel does not know are refused.
            _ = Linux.Control(DropCapability, capability, 0, 0, 0);
        }
    }

    /// <summary>Folders of the system's libraries: links on merged systems, folders on others.</summary>
    private static void AttachSystem(string root, string name)
    {
        var source = new DirectoryInfo("/" + name);
        if (source.LinkTarget is { } target)
        {
            Linux.Check(Linux.Link(target, $"{root}/{name}"), $"link {name}");
        }
        else if (source.Exists)
        {
            Attach(source.FullName, $"{root}/{name}", ReadOnly);
        }
    }

    private static void Attach(string source, string target, nuint flags)
    {
        if (Directory.Exists(source))
        {
            Directory.CreateDirectory(target);
        }
        else if (!File.Exists(target))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, []);
        }

        Linux.Check(Linux.Mount(source, target, null, Bind | Recursive, null), $"bind {source}");
        // What the source's mount forbids must stay forbidden, or the kernel refuses the change.
        Linux.Check(Linux.Mount(null, target, null, Bind | Remount | flags | NoSetId | (source.StartsWith("/dev/", StringComparison.Ordinal) ? 0 : NoDevices) | Inherited(target), null), $"protect {source}");
    }

    private static nuint Inherited(string target)
    {
        nuint flags = 0;
        foreach (var line in File.ReadLines("/proc/self/mountinfo"))
        {
            var fields = line.Split(' ');
            if (fields[4] != target.Replace(" ", "\\040", StringComparison.Ordinal))
            {
                continue;
            }

            flags = 0;
            foreach (var option in fields[5].Split(','))
            {
                flags |= option switch
                {
                    "ro" => ReadOnly,
                    "nosuid" => NoSetId,
                    "nodev" => NoDevices,
                    "noexec" => NoExecute,
                    "noatime" => NoAccessTimes,
                    "relatime" => RelativeAccessTimes,
                    _ => 0,
                };
            }
        }

        return flags;
    }
}
