using System.Globalization;

namespace MLHub.Web.Components;

/// <summary>How figures are written everywhere. The full value belongs in the tooltip: <see cref="Exact"/>.</summary>
public static class Format
{
    public const string Missing = "—";

    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>Four significant digits: <c>0.8714</c>, <c>12.35</c>, <c>53,940</c>, <c>1.235e+08</c>.</summary>
    public static string Metric(double? value)
    {
        if (value is not { } number)
        {
            return Missing;
        }

        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "NaN" : number > 0 ? "∞" : "−∞";
        }

        var size = Math.Abs(number);
        if (size == 0)
        {
            return "0";
        }

        if (size is < 1e-4 or >= 1e7)
        {
            return number.ToString("0.###e+00", Culture);
        }

        var decimals = Math.Clamp(3 - (int)Math.Floor(Math.Log10(size)), 0, 8);
        return Math.Round(number, decimals).ToString(decimals == 0 ? "#,0" : "#,0." + new string('#', decimals), Culture);
    }

    /// <summary>All digits of a value, for tooltips and copies.</summary>
    public static string Exact(double? value) => value?.ToString("R", Culture) ?? Missing;

    public static string Count(long number) => number.ToString("#,0", Culture);

    /// <summary>A share 0 … 1.</summary>
    public static string Percent(double share)
    {
        if (!double.IsFinite(share))
        {
            return Missing;
        }

        // A share that is not nothing must not look like nothing, nor one that is not all like all.
        return share switch
        {
            > 0 and < 0.001 => "<0.1 %",
            < 1 and > 0.999 => ">99.9 %",
            _ => (share * 100).ToString("0.#", Culture) + " %",
        };
    }

    /// <summary>Powers of 1000, as on the packet: <c>3.1 MB</c>.</summary>
    public static string Bytes(long bytes)
    {
        string[] units = ["kB", "MB", "GB", "TB", "PB"];
        if (Math.Abs(bytes) < 1000)
        {
            return $"{bytes} B";
        }

        var size = bytes / 1000.0;
        var unit = 0;
        while (Math.Abs(size) >= 999.5 && unit < units.Length - 1)
        {
            size /= 1000;
            unit++;
        }

        return size.ToString(Math.Abs(size) < 9.95 ? "0.0" : "0", Culture) + " " + units[unit];
    }

    /// <summary><c>1 h 04 m</c>, <c>3 m 12 s</c>, <c>4.2 s</c>, <c>120 ms</c>.</summary>
    public static string Duration(TimeSpan? duration)
    {
        if (duration is not { } time)
        {
            return Missing;
        }

        var seconds = Math.Max(0, time.TotalSeconds);
        return seconds switch
        {
            < 0.9995 => $"{Math.Round(seconds * 1000)} ms",
            < 9.95 => seconds.ToString("0.0", Culture) + " s",
            < 59.5 => $"{Math.Round(seconds)} s",
            < 3599.5 => $"{(int)Math.Round(seconds) / 60} m {(int)Math.Round(seconds) % 60:00} s",
            < 86370 => $"{(int)Math.Round(seconds / 60) / 60} h {(int)Math.Round(seconds / 60) % 60:00} m",
            _ => $"{(int)Math.Round(seconds / 3600) / 24} d {(int)Math.Round(seconds / 3600) % 24:00} h",
        };
    }

    /// <summary>How long before <paramref name="now"/>: <c>just now</c>, <c>5 min ago</c>, <c>3 d ago</c>, later the date.</summary>
    public static string Ago(DateTime at, DateTime now)
    {
        var age = now - at;
        return age.TotalSeconds switch
        {
            < 45 => "just now",
            < 90 => "1 min ago",
            < 3600 => $"{Math.Round(age.TotalMinutes)} min ago",
            < 86400 => $"{Math.Max(1, Math.Floor(age.TotalHours))} h ago",
            < 30 * 86400.0 => $"{Math.Floor(age.TotalDays)} d ago",
            _ => at.ToString(at.Year == now.Year ? "d MMM" : "d MMM yyyy", Culture),
        };
    }
}
