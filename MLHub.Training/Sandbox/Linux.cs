using System.Runtime.InteropServices;

namespace MLHub.Training.Sandbox;

/// <summary>The system calls with which a process gives up what it does not need.</summary>
internal static partial class Linux
{
    public const int NotPermitted = 1;
    public const int NoSuchCall = 38;

    public static bool IsSupported => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    public static bool IsX64 => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    public static int LastError => Marshal.GetLastPInvokeError();

    public static void Check(nint result, string what)
    {
        if (result < 0)
        {
            throw new SandboxException($"{what}: errno {LastError}");
        }
    }

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Mount(string? source, string target, string? type, nuint flags, string? options);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unmount(string target, int flags);

    [LibraryImport("libc", EntryPoint = "chdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeFolder(string path);

    [LibraryImport("libc", EntryPoint = "symlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(string target, string path);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int HardLink(string path, string name);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int Control(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    public static partial int SetLimit(int resource, in ResourceLimit limit);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int Execute(string path, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint Call(nint number, nint a, nint b, nint c, nint d);

    [StructLayout(LayoutKind.Sequential)]
    public struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
