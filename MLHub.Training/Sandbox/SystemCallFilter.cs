using System.Runtime.InteropServices;

namespace MLHub.Training.Sandbox;

/// <summary>
/// Seccomp: from here on the kernel refuses all threads of this process network, new processes, other programs, mounts, tracing and the
/// system's administration. Threads, files and memory stay.
/// </summary>
internal static class SystemCallFilter
{
    private const int NoNewPrivileges = 38;
    private const int SetModeFilter = 1;
    private const int AllThreads = 1;
    private const uint Allow = 0x7fff0000;
    private const uint KillProcess = 0x80000000;
    private const uint Refuse = 0x00050000;
    private const int ThreadFlag = 0x10000;

    // Offsets in struct seccomp_data.
    private const uint Number = 0;
    private const uint Machine = 4;
    private const uint FirstArgument = 16;

    private const ushort Load = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort JumpIfBits = 0x45;
    private const ushort Return = 0x06;

    // The same in both: name_to_handle_at and newer ones are listed once per machine because their numbers differ below 424.
    private static readonly uint[] RefusedEverywhere =
        [424 /* pidfd_send_signal */, 425, 426, 427 /* io_uring */, 428, 429, 430, 431, 432, 433 /* mounts */, 434 /* pidfd_open */, 438 /* pidfd_getfd */, 442 /* mount_setattr */, 452 /* fchmodat2 */, 463, 466 /* setxattrat, removexattrat */];

    private static readonly uint[] RefusedOnX64 =
    [
        41, 42, 43, 44, 45, 46, 47, 49, 50, 53, 288, 299, 307, // sockets
        57, 58, 59, 322, // fork, vfork, execve, execveat
        62, 200, 129, 297, // kill, tkill, queued signals
        101, 310, 311, 312, // ptrace, other processes' memory, kcmp
        155, 161, 165, 166, 272, 308, 304, 303, // roots, mounts, namespaces, file handles
        133, 259, // device nodes
        90, 91, 92, 93, 94, 260, 268, 132, 235, 261, 280, 188, 189, 190, 197, 198, 199, // modes, owners, times and attributes of files: Landlock does not guard them
        298, 321, 323, // perf, bpf, userfaultfd
        248, 249, 250, // keys
        103, 135, 163, 167, 168, 169, 170, 171, 172, 173, 175, 176, 179, 246, 313, 320, // administration
        30, 67, 31, 29, 64, 65, 66, 68, 69, 70, 71, 240, 241, 242, 243, 244, 245, // shared memory and queues of System V and POSIX
    ];

    private static readonly uint[] RefusedOnArm64 =
    [
        198, 199, 200, 201, 202, 203, 206, 207, 211, 212, 242, 243, 269, // sockets
        221, 281, // execve, execveat
        129, 130, 138, 240, // kill, tkill, queued signals
        117, 270, 271, 272, // ptrace, other processes' memory, kcmp
        41, 51, 39, 40, 97, 268, 264, 265, // roots, mounts, namespaces, file handles
        33, // device nodes
        52, 53, 54, 55, 88, 5, 6, 7, 14, 15, 16, // modes, owners, times and attributes of files: Landlock does not guard them
        241, 280, 282, // perf, bpf, userfaultfd
        217, 218, 219, // keys
        116, 92, 89, 224, 225, 142, 161, 162, 105, 106, 273, 60, 104, 294, // administration
        180, 181, 182, 183, 184, 185, 186, 187, 188, 189, 190, 191, 192, 193, 194, 195, 196, 197, // shared memory and queues
    ];

    public static void Apply()
    {
        Linux.Check(Linux.Control(NoNewPrivileges, 1, 0, 0, 0), "no_new_privs");
        Install(Program());
    }

    private static List<Instruction> Program()
    {
        var x64 = Linux.IsX64;
        List<Instruction> code =
        [
            new(Load, 0, 0, Machine),
            new(JumpIfEqual, 1, 0, x64 ? 0xC000003E : 0xC00000B7),
            new(Return, 0, 0, KillProcess),
            new(Load, 0, 0, Number),
        ];
        if (x64)
        {
            // Calls by 32-bit conventions have other numbers.
            code.AddRange([new(JumpIfAtLeast, 0, 1, 0x40000000), new(Return, 0, 0, Refuse | Linux.NotPermitted)]);
        }

        foreach (var number in (x64 ? RefusedOnX64 : RefusedOnArm64).Concat(RefusedEverywhere))
        {
            code.AddRange([new(JumpIfEqual, 0, 1, number), new(Return, 0, 0, Refuse | Linux.NotPermitted)]);
        }

        // clone3 hides its flags behind a pointer; without it the C library falls back to clone.
        code.AddRange([new(JumpIfEqual, 0, 1, 435), new(Return, 0, 0, Refuse | Linux.NoSuchCall)]);
        // clone for threads only.
        code.AddRange(
        [
            new(JumpIfEqual, 0, 4, x64 ? 56u : 220u), new(Load, 0, 0, FirstArgument), new(JumpIfBits, 1, 0, ThreadFlag),
            new(Return, 0, 0, Refuse | Linux.NotPermitted), new(Return, 0, 0, Allow),
        ]);
        // Signals to own threads only: the runtime needs them.
        code.AddRange(
        [
            new(JumpIfEqual, 0, 4, x64 ? 234u : 131u), new(Load, 0, 0, FirstArgument), new(JumpIfEqual, 1, 0, (uint)Environment.ProcessId),
            new(Return, 0, 0, Refuse | Linux.NotPermitted), new(Return, 0, 0, Allow),
        ]);
        // Limits of its own only.
        code.AddRange(
        [
            new(JumpIfEqual, 0, 4, x64 ? 302u : 261u), new(Load, 0, 0, FirstArgument), new(JumpIfEqual, 1, 0, 0),
            new(Return, 0, 0, Refuse | Linux.NotPermitted), new(Return, 0, 0, Allow),
        ]);
        code.Add(new(Return, 0, 0, Allow));
        return code;
    }

    private static unsafe void Install(List<Instruction> code)
    {
        fixed (Instruction* first = code.ToArray())
        {
            var program = new FilterProgram { Length = (ushort)code.Count, First = (nint)first };
            var result = Linux.Call(Linux.IsX64 ? 317 : 277, SetModeFilter, AllThreads, (nint)(&program), 0);
            Linux.Check(result, "seccomp");
            if (result > 0)
            {
                throw new SandboxException($"seccomp: thread {result} could not be brought along");
            }
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);

    [StructLayout(LayoutKind.Sequential)]
    private struct FilterProgram
    {
        public ushort Length;
        public nint First;
    }
}
