using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MLHub.Training.Workers;

/// <summary>
/// Takes standard output for the messages to the worker, and sends what anybody else prints to standard error: native
/// libraries write to file descriptor 1 and would break the protocol.
/// </summary>
public static partial class PrivateOutput
{
    public static FileStream Take()
    {
        var copy = Dup(1);
        if (copy < 0 || Dup2(2, 1) < 0)
        {
            throw new IOException($"Standard output could not be set aside (errno {Marshal.GetLastPInvokeError()}).");
        }

        return new FileStream(new SafeFileHandle(copy, ownsHandle: true), FileAccess.Write, bufferSize: 0);
    }

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static partial int Dup(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int Dup2(int from, int to);
}
