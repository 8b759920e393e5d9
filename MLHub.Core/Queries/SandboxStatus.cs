namespace MLHub.Core.Queries;

/// <summary>What the self-test of the sandbox found, for pages and refusals.</summary>
public sealed class SandboxStatus
{
    private readonly TaskCompletionSource<SandboxReport> _known = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its level is <see cref="SandboxLevel.Unknown"/> until the test, a few seconds after the start, has ended.</summary>
    public SandboxReport Report { get; private set; } = new(SandboxLevel.Unknown, []);

    public Task<SandboxReport> KnownAsync(CancellationToken cancellationToken) => _known.Task.WaitAsync(cancellationToken);

    public void Set(SandboxReport report)
    {
        Report = report;
        _known.TrySetResult(report);
    }
}

public sealed record SandboxReport(SandboxLevel Level, IReadOnlyList<SandboxCheck> Checks);

/// <param name="Name">What was tried: <c>read a file of the machine</c>.</param>
/// <param name="IsStopped">It was not possible, as it should be.</param>
/// <param name="By">How it ended.</param>
public sealed record SandboxCheck(string Name, bool IsStopped, string By);
