using System.Globalization;

namespace MLHub.Core.Common;

/// <summary>Keeps spreadsheets from running cells of an exported file: text that begins like a formula and is no number gets an apostrophe.</summary>
public static class FormulaGuard
{
    public static string Protect(string cell)
    {
        if (cell.Length == 0)
        {
            return cell;
        }

        // Full-width signs and blanks before the sign are read as formulas, too.
        var first = cell.AsSpan().TrimStart(" \u00A0\u3000");
        var isFormula = cell[0] is '\t' or '\r' or '\n' || (first.Length > 0 && first[0] is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠' or '\t' or '\r');
        return isFormula && !double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? "'" + cell : cell;
    }
}
