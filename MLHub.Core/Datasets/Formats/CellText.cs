using System.Globalization;
using System.Text;

namespace MLHub.Core.Datasets.Formats;

internal enum NumberShape
{
    None,
    Integer,

    /// <summary>Digits only, the first a needless zero: a postal code, a phone number.</summary>
    LeadingZero,

    /// <summary>An integer that 64 bits do not hold.</summary>
    TooLong,

    /// <summary>A decimal point; three digits behind it could be thousands as well.</summary>
    DecimalPoint,
    PointAndThreeDigits,

    /// <summary>A decimal comma; three digits behind it could be thousands as well.</summary>
    DecimalComma,
    CommaAndThreeDigits,

    /// <summary>inf, -Infinity …</summary>
    Infinite,
}

/// <summary>The ways of writing a day; a column has one.</summary>
[Flags]
internal enum DateShape
{
    None = 0,

    /// <summary>2024-12-31</summary>
    Iso = 1,

    /// <summary>31/12/2024</summary>
    DayFirst = 2,

    /// <summary>12/31/2024</summary>
    MonthFirst = 4,

    /// <summary>Dec 31 2024</summary>
    MonthName = 8,

    /// <summary>31-Dec-2024</summary>
    DayMonthName = 16,
}

/// <summary>A cell read as a moment, with both orders of day and month open.</summary>
internal readonly record struct DateCell(DateShape Shapes, int Year, int First, int Second, long TimeMicroseconds, bool HasTime, int? OffsetMinutes)
{
    public DateTime ToUtc(DateShape shape)
    {
        var (month, day) = shape == DateShape.DayFirst ? (Second, First) : (First, Second);
        var moment = new DateTime(Year, month, day, 0, 0, 0, DateTimeKind.Utc).AddTicks(TimeMicroseconds * 10);
        if (OffsetMinutes is not { } offset)
        {
            return moment;
        }

        var ticks = Math.Clamp(moment.Ticks - offset * TimeSpan.TicksPerMinute, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
        return new DateTime(ticks, DateTimeKind.Utc);
    }
}

/// <summary>What the text of a cell could be. Works on UTF-8 bytes without making strings: it sees every cell of every file.</summary>
internal static class CellText
{
    public const int LongestNumber = 300;

    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private static readonly string[] MonthNames =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> cell) => cell.Trim(" \t"u8);

    public static NumberShape Number(ReadOnlySpan<byte> cell)
    {
        if (cell.IsEmpty || cell.Length > LongestNumber)
        {
            return NumberShape.None;
        }

        var digits = cell[0] is (byte)'-' or (byte)'+' ? cell[1..] : cell;
        if (digits.IsEmpty)
        {
            return NumberShape.None;
        }

        if (!char.IsAsciiDigit((char)digits[0]) && digits[0] is not ((byte)'.' or (byte)','))
        {
            return Ascii.EqualsIgnoreCase(digits, "inf") || Ascii.EqualsIgnoreCase(digits, "infinity") ? NumberShape.Infinite : NumberShape.None;
        }

        var at = 0;
        while (at < digits.Length && char.IsAsciiDigit((char)digits[at]))
        {
            at++;
        }

        if (at == digits.Length)
        {
            if (digits[0] == '0' && at > 1)
            {
                return NumberShape.LeadingZero;
            }

            return at <= 18 || long.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? NumberShape.Integer : NumberShape.TooLong;
        }

        var whole = at;
        var isComma = digits[at] == ',';
        var fraction = 0;
        if (isComma || digits[at] == '.')
        {
            at++;
            while (at < digits.Length && char.IsAsciiDigit((char)digits[at]))
            {
                at++;
                fraction++;
            }
        }

        if (whole + fraction == 0)
        {
            return NumberShape.None;
        }

        var hasExponent = false;
        if (at < digits.Length && digits[at] is (byte)'e' or (byte)'E')
        {
            hasExponent = true;
            at++;
            if (at < digits.Length && digits[at] is (byte)'+' or (byte)'-')
            {
                at++;
            }

            var start = at;
            while (at < digits.Length && char.IsAsciiDigit((char)digits[at]))
            {
                at++;
            }

            // 1e999 would silently become infinite.
            if (at == start || (at == digits.Length && !(TryNumber(cell, isComma, out var value) && double.IsFinite(value))))
            {
                return NumberShape.None;
            }
        }

        if (at < digits.Length)
        {
            return NumberShape.None;
        }

        var mayBeThousands = fraction == 3 && whole is >= 1 and <= 3 && !hasExponent && !(whole == 1 && digits[0] == '0');
        return isComma ? (mayBeThousands ? NumberShape.CommaAndThreeDigits : NumberShape.DecimalComma)
            : mayBeThousands ? NumberShape.PointAndThreeDigits : NumberShape.DecimalPoint;
    }

    public static bool TryInteger(ReadOnlySpan<byte> cell, out long value) =>
        long.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    public static bool TryNumber(ReadOnlySpan<byte> cell, bool decimalComma, out double value)
    {
        value = 0;
        if (cell.IsEmpty || cell.Length > LongestNumber)
        {
            return false;
        }

        if (decimalComma)
        {
            Span<byte> copy = stackalloc byte[cell.Length];
            if (cell.Contains((byte)'.'))
            {
                return false;
            }

            cell.Replace(copy, (byte)',', (byte)'.');
            return TryNumber(copy, false, out value);
        }

        var last = cell[^1];
        if (char.IsAsciiDigit((char)last) || last == '.')
        {
            return double.TryParse(cell, NumberStyles.Float & ~(NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite), CultureInfo.InvariantCulture, out value);
        }

        if (Number(cell) == NumberShape.Infinite)
        {
            value = cell[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        return false;
    }

    /// <summary>
    /// Takes the separators of thousands out of <c>1,234,567.5</c>. False when they do not stand before groups of three digits:
    /// then they are something else.
    /// </summary>
    public static bool TryUngroup(ReadOnlySpan<byte> cell, byte separator, Span<byte> plain, out int length)
    {
        length = 0;
        if (cell.Length > plain.Length)
        {
            return false;
        }

        var at = cell.Length > 0 && cell[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        cell[..at].CopyTo(plain);
        length = at;
        var group = 0;
        var isFirst = true;
        for (; at < cell.Length; at++)
        {
            if (char.IsAsciiDigit((char)cell[at]))
            {
                plain[length++] = cell[at];
                group++;
            }
            else if (cell[at] == separator && (isFirst ? group is >= 1 and <= 3 : group == 3))
            {
                isFirst = false;
                group = 0;
            }
            else
            {
                break;
            }
        }

        if (isFirst || group != 3 || cell[at..].Contains(separator))
        {
            return false;
        }

        cell[at..].CopyTo(plain[length..]);
        length += cell.Length - at;
        return true;
    }

    /// <summary>12:30, 12:30:59.5.</summary>
    public static bool TryTime(ReadOnlySpan<byte> cell, out long microseconds)
    {
        var rest = cell;
        return TryClock(ref rest, out microseconds) && rest.IsEmpty;
    }

    public static bool TryDate(ReadOnlySpan<byte> cell, out DateCell date)
    {
        date = default;
        if (cell.Length is < 8 or > 48)
        {
            return false;
        }

        var rest = cell;
        DateShape shapes;
        int year, first, second;
        if (char.IsAsciiDigit((char)cell[0]))
        {
            if (!TryDigits(ref rest, out var a, out var aLength) || rest.IsEmpty)
            {
                return false;
            }

            var separator = rest[0];
            if (separator is not ((byte)'-' or (byte)'/' or (byte)'.' or (byte)' '))
            {
                return false;
            }

            rest = rest[1..];
            if (aLength <= 2 && !rest.IsEmpty && char.IsAsciiLetter((char)rest[0]))
            {
                if (!TryMonthName(ref rest, out first) || !TrySkip(ref rest, separator) || !TryDigits(ref rest, out year, out var yLength) || yLength != 4)
                {
                    return false;
                }

                (second, shapes) = (a, DateShape.DayMonthName);
            }
            else
            {
                if (separator == ' ' || !TryDigits(ref rest, out var b, out var bLength) || bLength > 2 || !TrySkip(ref rest, separator) || !TryDigits(ref rest, out var c, out var cLength))
                {
                    return false;
                }

                if (aLength == 4 && cLength <= 2)
                {
                    (year, first, second, shapes) = (a, b, c, DateShape.Iso);
                }
                else if (aLength <= 2 && cLength == 4)
                {
                    (year, first, second) = (c, a, b);
                    shapes = (IsDay(c, b, a) ? DateShape.DayFirst : DateShape.None) | (separator != '.' && IsDay(c, a, b) ? DateShape.MonthFirst : DateShape.None);
                }
                else
                {
                    return false;
                }
            }
        }
        else if (char.IsAsciiLetter((char)cell[0]))
        {
            if (!TryMonthName(ref rest, out first) || !TrySkip(ref rest, (byte)' ') || !TryDigits(ref rest, out second, out var dLength) || dLength > 2)
            {
                return false;
            }

            TrySkip(ref rest, (byte)',');
            if (!TrySkip(ref rest, (byte)' ') || !TryDigits(ref rest, out year, out var yLength) || yLength != 4)
            {
                return false;
            }

            shapes = DateShape.MonthName;
        }
        else
        {
            return false;
        }

        if (shapes is DateShape.None || (shapes is DateShape.Iso or DateShape.MonthName or DateShape.DayMonthName && !IsDay(year, first, second)))
        {
            return false;
        }

        long time = 0;
        var hasTime = false;
        int? offset = null;
        if (!rest.IsEmpty)
        {
            if (rest[0] is not ((byte)'T' or (byte)' '))
            {
                return false;
            }

            rest = rest[1..];
            hasTime = true;
            if (!TryClock(ref rest, out time) || !TryOffset(rest, out offset))
            {
                return false;
            }
        }

        date = new(shapes, year, first, second, time, hasTime, offset);
        return true;
    }

    /// <summary>Whether a cell looks like data rather than like the name of a column.</summary>
    public static bool LooksTyped(string text)
    {
        var cell = Encoding.UTF8.GetBytes(text.Trim());
        return Number(cell) is not NumberShape.None || TryDate(cell, out _) || TryTime(cell, out _)
            || Ascii.EqualsIgnoreCase(cell, "true") || Ascii.EqualsIgnoreCase(cell, "false");
    }

    private static bool IsDay(int year, int month, int day) => year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);

    private static bool TryDigits(ref ReadOnlySpan<byte> rest, out int value, out int length)
    {
        value = 0;
        length = 0;
        while (length < rest.Length && length < 5 && char.IsAsciiDigit((char)rest[length]))
        {
            value = value * 10 + rest[length++] - '0';
        }

        rest = rest[length..];
        return length is > 0 and < 5;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> rest, byte expected)
    {
        if (rest.IsEmpty || rest[0] != expected)
        {
            return false;
        }

        rest = rest[1..];
        return true;
    }

    private static bool TryMonthName(ref ReadOnlySpan<byte> rest, out int month)
    {
        var length = 0;
        while (length < rest.Length && char.IsAsciiLetter((char)rest[length]))
        {
            length++;
        }

        for (month = 1; month <= 12; month++)
        {
            if (Ascii.EqualsIgnoreCase(rest[..length], Months[month - 1]) || Ascii.EqualsIgnoreCase(rest[..length], MonthNames[month - 1]))
            {
                rest = rest[length..];
                return true;
            }
        }

        return false;
    }

    private static bool TryClock(ref ReadOnlySpan<byte> rest, out long microseconds)
    {
        microseconds = 0;
        if (rest.Length < 4 || !TryDigits(ref rest, out var hour, out var hLength) || hLength > 2 || !TrySkip(ref rest, (byte)':')
            || !TryDigits(ref rest, out var minute, out var mLength) || mLength != 2 || minute > 59)
        {
            return false;
        }

        var second = 0;
        long fraction = 0;
        if (TrySkip(ref rest, (byte)':'))
        {
            if (!TryDigits(ref rest, out second, out var sLength) || sLength != 2 || second > 59)
            {
                return false;
            }

            if (!rest.IsEmpty && rest[0] is (byte)'.' or (byte)',')
            {
                rest = rest[1..];
                var digits = 0;
                while (digits < rest.Length && char.IsAsciiDigit((char)rest[digits]))
                {
                    if (digits < 6)
                    {
                        fraction = fraction * 10 + rest[digits] - '0';
                    }

                    digits++;
                }

                if (digits == 0)
                {
                    return false;
                }

                for (var i = digits; i < 6; i++)
                {
                    fraction *= 10;
                }

                rest = rest[digits..];
            }
        }

        var suffix = rest.Length > 2 && rest[0] == ' ' ? rest[1..] : rest;
        if (suffix.Length == 2 && (Ascii.EqualsIgnoreCase(suffix, "AM") || Ascii.EqualsIgnoreCase(suffix, "PM")))
        {
            if (hour is < 1 or > 12)
            {
                return false;
            }

            hour = hour % 12 + (suffix[0] is (byte)'P' or (byte)'p' ? 12 : 0);
            rest = [];
        }

        microseconds = ((hour * 60L + minute) * 60 + second) * 1_000_000 + fraction;
        return hour < 24;
    }

    private static bool TryOffset(ReadOnlySpan<byte> rest, out int? minutes)
    {
        minutes = null;
        if (rest.IsEmpty)
        {
            return true;
        }

        if (rest is [(byte)'Z'] or [(byte)'z'] || Ascii.EqualsIgnoreCase(rest, " UTC"))
        {
            minutes = 0;
            return true;
        }

        if (rest.Length > 1 && rest[0] == ' ')
        {
            rest = rest[1..];
        }

        if (rest[0] is not ((byte)'+' or (byte)'-'))
        {
            return false;
        }

        var sign = rest[0] == '-' ? -1 : 1;
        rest = rest[1..];
        if (!TryDigits(ref rest, out var value, out var length))
        {
            return false;
        }

        int hours = value, rest60 = 0;
        if (length == 4)
        {
            (hours, rest60) = (value / 100, value % 100);
        }
        else if (length != 2 || (!rest.IsEmpty && (!TrySkip(ref rest, (byte)':') || !TryDigits(ref rest, out rest60, out var mLength) || mLength != 2)))
        {
            return false;
        }

        minutes = sign * (hours * 60 + rest60);
        return rest.IsEmpty && hours <= 18 && rest60 < 60;
    }
}
