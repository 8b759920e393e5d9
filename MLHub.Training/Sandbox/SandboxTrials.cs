using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace MLHub.Training.Sandbox;

/// <summary>What must not be possible behind the walls; the self-test has a sandbox of its own try each of it.</summary>
internal static class SandboxTrials
{
    public const string Succeeded = "worked";

    public const string ReadFile = "read a file of the machine";
    public const string ReadSettings = "read the server's settings";
    public const string WriteFile = "write outside of its folder";
    public const string WriteProgram = "change the program";
    public const string Connect = "connect to a port of this machine";
    public const string Start = "start a program";
    public const string Allocate = "take more memory than allowed";
    public const string Spin = "compute longer than allowed";

    /// <returns><see cref="Succeeded"/>, or how it was stopped. The last two return only when nobody stops them.</returns>
    public static string Run(SandboxTrial trial)
    {
        try
        {
            switch (trial.Name)
            {
                case ReadFile:
                    return File.ReadAllBytes(trial.Path).Length > 0 ? Succeeded : "empty";
                case ReadSettings:
                    return Array.Exists([trial.Path, $"{MountWall.Program}/{Path.GetFileName(trial.Path)}"], IsReadable) ? Succeeded : "hidden";
                case WriteFile or WriteProgram:
                    File.WriteAllText(trial.Path, "x");
                    return Succeeded;
                case Connect:
                    using (var client = new TcpClient())
                    {
                        client.Connect(new IPEndPoint(IPAddress.Loopback, trial.Port));
                    }

                    return Succeeded;
                case Start:
                    using (var process = Process.Start(new ProcessStartInfo(trial.Path) { UseShellExecute = false }))
                    {
                        process!.WaitForExit();
                    }

                    return Succeeded;
                case Allocate:
                    Hoard();
                    return Succeeded;
                default:
                    for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromMinutes(1);)
                    {
                    }

                    return Succeeded;
            }
        }
        catch (Exception stopped) when (stopped is IOException or UnauthorizedAccessException or SocketException or Win32Exception or OutOfMemoryException)
        {
            return stopped is Win32Exception { NativeErrorCode: > 0 } error and not SocketException ? $"error {error.NativeErrorCode}" : stopped.GetType().Name;
        }
    }

    private static bool IsReadable(string path)
    {
        try
        {
            return File.ReadAllBytes(path).Length > 0;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Outside of .NET's own heap, which has a limit of its own.</summary>
    private static unsafe void Hoard()
    {
        for (var i = 0; i < 64; i++)
        {
            const int size = 256 * 1024 * 1024;
            var block = (byte*)System.Runtime.InteropServices.NativeMemory.Alloc(size);
            for (var page = 0; page < size; page += 4096)
            {
                block[page] = 1;
            }
        }
    }
}
