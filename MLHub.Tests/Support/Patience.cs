using System.Globalization;
using System.Runtime.CompilerServices;
using Bunit;

namespace MLHub.Tests.Support;

/// <summary>
/// How many times longer than usual a test waits before it gives up, on a machine that is busy with other things: <c>MLHUB_TEST_PATIENCE</c>.
/// </summary>
internal static class Patience
{
    public static double Factor { get; } =
        double.TryParse(Environment.GetEnvironmentVariable("MLHUB_TEST_PATIENCE"), NumberStyles.Float, CultureInfo.InvariantCulture, out var factor) ? Math.Clamp(factor, 1, 20) : 1;

    /// <summary>Components under test read real databases; a second, which is bUnit's own patience, is little beside a training.</summary>
    [ModuleInitializer]
    internal static void WaitForComponents() => BunitContext.DefaultWaitTimeout = TimeSpan.FromSeconds(30) * Factor;
}
