using MLHub.Web.Charts;

namespace MLHub.Web.Experiments;

/// <summary>The colour of a run: told by its id alone, so it is the same in every table and chart.</summary>
internal static class RunColour
{
    public static int Index(Guid runId)
    {
        // The first half of an id is the time, alike for neighbours; the rest is chance.
        Span<byte> bytes = stackalloc byte[16];
        runId.TryWriteBytes(bytes);
        return BitConverter.ToUInt16(bytes[14..]) % ChartTheme.Light.Palette.Count;
    }

    public static string Css(Guid runId) => ChartTheme.CssColour(Index(runId));
}
