using System.Runtime.InteropServices;

namespace MLHub.Core.Storage;

/// <summary>What .NET's file classes do not offer: forcing directories to the disk, and a rename that never turns into a copy.</summary>
internal static partial class Posix
{
    private const int ReadOnly = 0;
    private const int Directory = 0x10000;
    private const int CloseOnExec = 0x80000;
    private const int NoEntry = 2;
    private const int CrossDevice = 18;
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    /// <summary>Replaces the target atomically.</summary>
    /// <exception cref="FileNotFoundException">Somebody else has moved the file meanwhile.</exception>
    public static void Rename(string from, string to)
    {
        if (NativeRename(from, to) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw error switch
            {
                CrossDevice => new IOException($"{from} and {to} lie on different file systems; a rename between them is not possible.", error),
                NoEntry when !File.Exists(from) => new FileNotFoundException($"{from} was to become {to} and is not there any more.", from),
                _ => new IOException($"Could not rename {from} to {to}: {Marshal.GetPInvokeErrorMessage(error)}", error),
            };
        }
    }

    /// <summary>Makes new and renamed entries of a directory survive a power cut.</summary>
    public static void SyncDirectory(string path)
    {
        var handle = NativeOpen(path, ReadOnly | Directory | CloseOnExec);
        if (handle < 0)
        {
            throw Failed("open", path);
        }

        try
        {
            if (NativeSync(handle) != 0)
            {
                throw Failed("force to disk", path);
            }
        }
        finally
        {
            _ = NativeClose(handle);
        }
    }

    public static bool IsDiskFull(this IOException failed) => failed.HResult is NoSpace or QuotaExceeded or unchecked((int)0x80070070);

    private static IOException Failed(string what, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"Could not {what} {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeRename(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeOpen(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int NativeSync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int NativeClose(int handle);
}
