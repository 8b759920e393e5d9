using System.Globalization;

namespace MLHub.Web.Charts;

/// <summary>Where an axis is marked, and with what text.</summary>
internal sealed record ChartTicks(IReadOnlyList<double> Positions, IReadOnlyList<string> Labels)
{
    private static readonly int[] MonthSteps = [1, 2, 3, 6];
    private static readonly double[] HourSteps = [1 / 3600d, 5 / 3600d, 15 / 3600d, 1 / 60d, 5 / 60d, 15 / 60d, 1, 3, 6, 12, 24, 48, 96, 168];

    /// <summary>Multiples of 1, 2, 2.5 or 5 times a power of ten.</summary>
    public static ChartTicks Linear(double min, double max, int target, bool wholeNumbers = false)
    {
        var step = Step((max - min) / Math.Max(target, 1));
        if (wholeNumbers)
        {
            step = Math.Max(1, Math.Ceiling(step));
        }

        var positions = new List<double>();
        for (var i = Math.Ceiling((min - (step * 1e-6)) / step); i * step <= max + (step * 1e-6) && positions.Count < 50; i++)
        {
            positions.Add(i * step);
        }

        return new(positions, [.. positions.Select(p => Label(p, step))]);
    }

    /// <summary>Positions are exponents. Decades, with 2 and 5 between when there are few.</summary>
    public static ChartTicks Log(double minExponent, double maxExponent, int target)
    {
        var decades = maxExponent - minExponent;
        if (decades < 1)
        {
            var low = Math.Pow(10, minExponent);
            var linear = Linear(low, Math.Pow(10, maxExponent), target);
            var kept = linear.Positions.Index().Where(p => p.Item > 0).ToList();
            return new([.. kept.Select(p => Math.Log10(p.Item))], [.. kept.Select(p => linear.Labels[p.Index])]);
        }

        double[] parts = decades < 2.5 ? [1, 2, 5] : [1];
        var stride = Math.Max(1, (int)Math.Ceiling(decades / Math.Max(target, 2)));
        var positions = new List<double>();
        for (var exponent = (int)Math.Floor(minExponent); exponent <= Math.Ceiling(maxExponent); exponent += stride)
        {
            positions.AddRange(parts.Select(p => exponent + Math.Log10(p)).Where(p => p >= minExponent - 1e-9 && p <= maxExponent + 1e-9));
        }

        return new(positions, [.. positions.Select(p => ChartText.Number(Math.Pow(10, p)))]);
    }

    /// <param name="secondsPerUnit">86400 when the axis counts days since 1970, 1 when it counts seconds.</param>
    public static ChartTicks Dates(double min, double max, int target, double secondsPerUnit)
    {
        var from = At(min * secondsPerUnit);
        var to = At(max * secondsPerUnit);
        var days = (to - from).TotalDays;
        var dates = new List<DateTime>();
        string format;
        if (days > 366 * 1.5)
        {
            var step = (int)Math.Max(1, Math.Ceiling(Step(days / 365.25 / target)));
            format = "yyyy";
            for (var year = ((from.Year + step - 1) / step * step); year <= to.Year && year < 9999; year += step)
            {
                dates.Add(new DateTime(year, 1, 1));
            }
        }
        else if (days > 60)
        {
            var step = MonthSteps.FirstOrDefault(s => days / 30.4 / s <= target, 12);
            format = "MMM yyyy";
            for (var month = new DateTime(from.Year, 1, 1); month <= to; month = month.AddMonths(step))
            {
                dates.Add(month);
            }
        }
        else
        {
            var hours = HourSteps.FirstOrDefault(s => days * 24 / s <= target, 336);
            format = hours >= 24 ? "d MMM" : hours >= 1 ? "d MMM HH:mm" : hours >= 1 / 60d ? "HH:mm" : "HH:mm:ss";
            var step = Math.Max(1, (long)Math.Round(hours * 3600)) * TimeSpan.TicksPerSecond;
            for (var ticks = (from.Ticks + step - 1) / step * step; ticks <= to.Ticks && dates.Count < 50; ticks += step)
            {
                dates.Add(new DateTime(ticks));
            }
        }

        dates.RemoveAll(d => d < from || d > to);
        return new([.. dates.Select(d => (d - DateTime.UnixEpoch).TotalSeconds / secondsPerUnit)], [.. dates.Select(d => d.ToString(format, CultureInfo.InvariantCulture))]);
    }

    public static DateTime At(double seconds) =>
        DateTime.UnixEpoch.AddSeconds(double.IsFinite(seconds) ? Math.Clamp(seconds, -62_000_000_000, 253_000_000_000) : 0);

    private static double Step(double rough)
    {
        if (!(rough > 0) || !double.IsFinite(rough))
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 2.5 => 2.5, <= 5 => 5, _ => 10 } * power;
    }

    // All labels of an axis have as many decimals as its step needs: 0.0, 0.5, 1.0.
    private static string Label(double value, double step)
    {
        if (Math.Abs(value) < step * 1e-6)
        {
            value = 0;
        }

        var (scale, unit) = Math.Max(Math.Abs(value), step) switch { >= 1e12 => (1e12, "T"), >= 1e9 => (1e9, "G"), >= 1e6 => (1e6, "M"), >= 1e4 => (1e3, "k"), _ => (1d, "") };
        if (value != 0 && (step < 1e-5 || Math.Abs(value) >= 1e15))
        {
            return value.ToString("0.##e+0", CultureInfo.InvariantCulture).Replace('-', '−');
        }

        var size = step / scale;
        var decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(size) - 1e-9), 0, 8);
        if (Math.Abs((size * Math.Pow(10, decimals)) - Math.Round(size * Math.Pow(10, decimals))) > 1e-6)
        {
            decimals++;
        }

        return value == 0 && unit.Length > 0 ? "0" : (value / scale).ToString("F" + decimals, CultureInfo.InvariantCulture).Replace('-', '−') + unit;
    }
}
