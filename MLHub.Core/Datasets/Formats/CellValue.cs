using System.Text;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>A cell's text as a value of its column's type.</summary>
internal static class CellValue
{
    /// <param name="cell">The text without blanks around it.</param>
    public static bool IsMissing(TextRow row, int index, ReadOnlySpan<byte> cell, ColumnPlan? plan, NullTokens nulls) =>
        plan?.IsDeclaredText == true ? row.IsNull(index) || (nulls.AreChosen && nulls.Find(cell) >= 0) : cell.IsEmpty || nulls.Find(cell) >= 0;

    public static string WhyNot(ColumnType type) => $"is no {type.ToString().ToLowerInvariant()}";

    /// <summary>For a page; the import itself goes without these objects.</summary>
    public static bool TryRead(ReadOnlySpan<byte> cell, ColumnPlan plan, out object? value)
    {
        value = null;
        switch (plan.Type)
        {
            case ColumnType.Text:
                value = Encoding.UTF8.GetString(cell);
                return true;
            case ColumnType.Integer when TryInteger(cell, plan, out var integer):
                value = integer;
                return true;
            case ColumnType.Number when TryNumber(cell, plan, out var number):
                value = number;
                return true;
            case ColumnType.Boolean when TryBoolean(cell, out var yes):
                value = yes;
                return true;
            case ColumnType.Date when TryMoment(cell, plan, out var day) && day.TimeOfDay == TimeSpan.Zero:
                value = DateOnly.FromDateTime(day);
                return true;
            case ColumnType.Datetime when TryMoment(cell, plan, out var moment):
                value = moment;
                return true;
            case ColumnType.Time when CellText.TryTime(cell, out var microseconds):
                value = new TimeOnly(microseconds * 10);
                return true;
            default:
                return false;
        }
    }

    public static bool TryInteger(ReadOnlySpan<byte> cell, ColumnPlan plan, out long value)
    {
        if (plan.Thousands is not { } separator || !cell.Contains(separator))
        {
            return CellText.TryInteger(cell, out value);
        }

        Span<byte> plain = stackalloc byte[CellText.LongestNumber];
        value = 0;
        return CellText.TryUngroup(cell, separator, plain, out var length) && CellText.TryInteger(plain[..length], out value);
    }

    public static bool TryNumber(ReadOnlySpan<byte> cell, ColumnPlan plan, out double value)
    {
        if (plan.Thousands is not { } separator || !cell.Contains(separator))
        {
            return CellText.TryNumber(cell, plan.DecimalComma, out value);
        }

        Span<byte> plain = stackalloc byte[CellText.LongestNumber];
        value = 0;
        return CellText.TryUngroup(cell, separator, plain, out var length) && CellText.TryNumber(plain[..length], plan.DecimalComma, out value);
    }

    public static bool TryBoolean(ReadOnlySpan<byte> cell, out bool yes)
    {
        if (cell.Length == 1 && cell[0] is (byte)'0' or (byte)'1')
        {
            yes = cell[0] == '1';
            return true;
        }

        return Booleans.Find(cell, out yes) >= 0;
    }

    public static bool TryMoment(ReadOnlySpan<byte> cell, ColumnPlan plan, out DateTime moment)
    {
        var fits = CellText.TryDate(cell, out var date) && (date.Shapes & plan.DateShape) != 0;
        moment = fits ? date.ToUtc(plan.DateShape) : default;
        return fits;
    }
}
