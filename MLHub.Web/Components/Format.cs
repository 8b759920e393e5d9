using System.Globalization;

namespace MLHub.Web.Components;

/// <summary>Figures as people read them. The full value belongs in a tooltip.</summary>
public static class Format
{
    /// <summary>Between groups of digits: narrow and unbreakable.</summary>
    private const char Thin = '\u202f';

    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>1000-based, as disks are sold: <c>3.1 MB</c>.</summary>
    public static string Bytes(long bytes)
    {
        var value = (double)bytes;
        var unit = 0;
        while (Math.Abs(value) >= 999.5 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return unit == 0 || Math.Abs(value) >= 100
            ? $"{value.ToString("0", CultureInfo.InvariantCulture)}{Thin}{Units[unit]}"
            : $"{value.ToString("0.#", CultureInfo.InvariantCulture)}{Thin}{Units[unit]}";
    }

    /// <summary><c>1 h 04 m</c>, <c>3 m 12 s</c>, <c>4.2 s</c>; a dash when there is none.</summary>
    public static string Duration(TimeSpan? duration) => duration switch
    {
        null => "–",
        { TotalSeconds: < 0 } => "0 s",
        { TotalSeconds: < 10 } d => $"{d.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s",
        { TotalSeconds: < 60 } d => $"{d.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s",
        { TotalHours: < 1 } d => $"{d.Minutes} m {d.Seconds:00} s",
        { TotalDays: < 1 } d => $"{d.Hours} h {d.Minutes:00} m",
        { } d => $"{(int)d.TotalDays} d {d.Hours:00} h",
    };

    /// <summary>Four significant digits; a dash when it is not a number.</summary>
    public static string Metric(double? value)
    {
        if (value is not { } number || double.IsNaN(number))
        {
            return "–";
        }

        if (double.IsInfinity(number))
        {
            return number > 0 ? "∞" : "−∞";
        }

        var size = Math.Abs(number);
        var text = size switch
        {
            0 => "0",
            >= 1e15 or < 1e-4 => number.ToString("0.###e0", CultureInfo.InvariantCulture),
            >= 1000 => Math.Round(number).ToString("#,0", CultureInfo.InvariantCulture).Replace(',', Thin),
            _ => number.ToString("G4", CultureInfo.InvariantCulture),
        };
        return text.Replace('-', '−');
    }

    /// <summary><c>12 480</c>.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', Thin);

    /// <param name="share">0 … 1.</param>
    public static string Percent(double share) => (share * 100) switch
    {
        > 0 and < 0.1 => "< 0.1 %",
        > 99.9 and < 100 => "> 99.9 %",
        var percent => $"{percent.ToString("0.#", CultureInfo.InvariantCulture)} %",
    };

    /// <summary><c>just now</c>, <c>5 min ago</c>, <c>2 d ago</c>; after a month the date.</summary>
    public static string Ago(DateTime at, DateTime now) => (now - at) switch
    {
        { TotalSeconds: < 45 } => "just now",
        { TotalMinutes: < 60 } d => $"{Math.Max(1, (int)Math.Round(d.TotalMinutes))} min ago",
        { TotalHours: < 24 } d => $"{(int)Math.Round(d.TotalHours)} h ago",
        { TotalDays: < 31 } d => $"{(int)Math.Round(d.TotalDays)} d ago",
        _ => at.ToString("d MMM yyyy", CultureInfo.InvariantCulture),
    };
}
