using Microsoft.Extensions.Time.Testing;

namespace MLHub.Tests.Support;

/// <summary>A clock that stands still until a test moves it.</summary>
internal static class FakeTime
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static FakeTimeProvider Create() => new(Start);
}
