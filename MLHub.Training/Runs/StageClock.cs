namespace MLHub.Training.Runs;

/// <summary>Seconds per stage.</summary>
internal sealed class StageClock(TimeProvider time)
{
    private readonly Dictionary<string, double> _seconds = [];
    private long _start = time.GetTimestamp();

    public IReadOnlyDictionary<string, double> Seconds => _seconds;

    /// <summary>The time since the last call belongs to this stage.</summary>
    public void Done(string stage)
    {
        var now = time.GetTimestamp();
        _seconds[stage] = Math.Round(_seconds.GetValueOrDefault(stage) + time.GetElapsedTime(_start, now).TotalSeconds, 3);
        _start = now;
    }
}
