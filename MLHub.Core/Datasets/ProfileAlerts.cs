using System.Globalization;
using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>What in a profile is worth a look before somebody learns from the data.</summary>
internal static class ProfileAlerts
{
    public const string EmailPattern = @"^[\w.%+-]+@[\w-]+(\.[\w-]+)*\.[A-Za-z]{2,}$";
    public const string PhonePattern = @"^(\+|\(|0)[0-9 ()./-]{6,20}[0-9]$";
    public const string CardPattern = @"^([0-9][ -]?){12,18}[0-9]$";

    private const double StrongCorrelation = 0.98;
    private const double StrongSkew = 3;
    private const double Imbalance = 0.9;
    private const int MaxClasses = 20;
    private const int MaxCorrelated = 50;

    public static IEnumerable<ProfileAlert> Of(DatasetProfileDocument profile)
    {
        if (profile.DuplicateRows > 0)
        {
            var about = profile.DuplicatesAreExact ? "" : "about ";
            yield return new("DUPLICATE_ROWS", null, Invariant($"{about}{Count(profile.DuplicateRows.Value)} rows repeat an earlier row ({Percent(profile.DuplicateRows.Value, profile.RowCount)}).")) { Rows = profile.DuplicateRows };
        }

        foreach (var alert in profile.Columns.SelectMany(c => OfColumn(c, profile.RowCount)))
        {
            yield return alert;
        }

        foreach (var alert in Correlated(profile).Take(MaxCorrelated))
        {
            yield return alert;
        }
    }

    private static IEnumerable<ProfileAlert> OfColumn(ColumnProfile column, long rowCount)
    {
        var name = RowFilterText.Name(column.Name);
        if (column.Count == 0)
        {
            yield return new("EMPTY", column.Name, "No value at all.") { Rows = rowCount };
            yield break;
        }

        if (column.Missing * 2 > rowCount)
        {
            yield return new("MOSTLY_MISSING", column.Name, $"{Percent(column.Missing, rowCount)} of the values are missing.") { Rows = column.Missing, Filter = $"{name} is missing" };
        }

        if (column.Distinct == 1)
        {
            yield return new("CONSTANT", column.Name, "The same value in every row that has one: nothing can be learned from it.") { Rows = column.Count, Filter = $"{name} is not missing" };
        }
        else if (MeaningFinder.IsKey(column, rowCount))
        {
            yield return new("IDENTIFIER", column.Name, "A different value in every row: a key rather than something to learn from.") { Rows = column.Count };
        }
        else if (column.Type == ColumnType.Text && column.Distinct > 50 && column.Distinct * 2 > column.Count)
        {
            yield return new("HIGH_CARDINALITY", column.Name, Invariant($"{Count(column.Distinct)} different texts.")) { Rows = column.Count };
        }

        if (column.NotFinite > 0)
        {
            yield return new("NOT_FINITE", column.Name, Invariant($"{Count(column.NotFinite.Value)} values are infinite or no number.")) { Rows = column.NotFinite, Filter = $"{name} is not finite" };
        }

        if (Math.Abs(column.Skewness ?? 0) > StrongSkew)
        {
            yield return new("SKEWED", column.Name, Invariant($"Leans far to one side (skewness {column.Skewness:0.0}); {Count(column.Outliers ?? 0)} outliers."))
            {
                Rows = column.Outliers,
                Filter = column is { Outliers: > 0, LowFence: { } low, HighFence: { } high } ? $"({name} < {RowFilterText.Number(low)} or {name} > {RowFilterText.Number(high)})" : null,
            };
        }

        if (column.Text is { } text)
        {
            if (text.Untrimmed > 0)
            {
                yield return new("UNTRIMMED", column.Name, Invariant($"{Count(text.Untrimmed)} texts begin or end with spaces.")) { Rows = text.Untrimmed, Filter = $@"{name} matches '^\s|\s$'" };
            }

            if (PersonalData(column, text) is { } personal)
            {
                yield return personal;
            }
        }

        foreach (var alert in Classes(column, name))
        {
            yield return alert;
        }
    }

    private static IEnumerable<ProfileAlert> Classes(ColumnProfile column, string name)
    {
        if (column.Type is not (ColumnType.Text or ColumnType.Boolean) || column.TopValues.Count == 0)
        {
            yield break;
        }

        if (column.Rare is { Values: > 0 } rare)
        {
            var frequent = column.TopValues.Where(v => v.Count * 100 >= column.Count).Select(v => v.Value).ToList();
            // When shortened texts or more values than are listed stand among the frequent ones, no filter can name them all.
            var isListed = column.Distinct - rare.Values == frequent.Count && frequent.All(v => v.ValueKind != JsonValueKind.String || !v.GetString()!.EndsWith('…'));
            yield return new("RARE_VALUES", column.Name, Invariant($"{Count(rare.Values)} values have less than 1 % of the rows each, {Count(rare.Rows)} rows together."))
            {
                Rows = rare.Rows,
                Filter = !isListed ? null
                    : frequent.Count == 0 ? $"{name} is not missing"
                    : $"{name} is not missing and {name} not in ({string.Join(", ", frequent.Select(Literal))})",
            };
        }

        if (column.Distinct is > 1 and <= MaxClasses && column.TopValues[0].Count > Imbalance * column.Count)
        {
            yield return new("IMBALANCED", column.Name, $"{Percent(column.TopValues[0].Count, column.Count)} of the rows have the same value: {Shown(column.TopValues[0].Value)}.")
            {
                Rows = column.TopValues[0].Count,
                Filter = $"{name} = {Literal(column.TopValues[0].Value)}",
            };
        }
    }

    private static ProfileAlert? PersonalData(ColumnProfile column, TextFigures text)
    {
        var (words, pattern) = text.Kind switch
        {
            "email" => ("e-mail addresses", EmailPattern),
            "phone" => ("telephone numbers", PhonePattern),
            "card" => ("card numbers", CardPattern),
            _ => (null, null),
        };
        return words is null ? null : new("PERSONAL_DATA", column.Name, $"Looks like {words}: may you keep and share these?")
        {
            Rows = (long)Math.Round((text.KindShare ?? 0) * column.Count),
            Filter = $"{RowFilterText.Name(column.Name)} matches {RowFilterText.Text(pattern!)}",
        };
    }

    private static IEnumerable<ProfileAlert> Correlated(DatasetProfileDocument profile)
    {
        var matrix = profile.Associations ?? profile.Correlations;
        for (var i = 0; i < matrix?.Columns.Count; i++)
        {
            for (var j = i + 1; j < matrix.Columns.Count; j++)
            {
                if (matrix.Values[i][j] is { } r && Math.Abs(r) > StrongCorrelation)
                {
                    yield return new("CORRELATED", matrix.Columns[j], Invariant($"Nearly the same as {matrix.Columns[i]} ({r:0.000})."));
                }
            }
        }
    }

    private static string Literal(JsonElement value) => value.ValueKind == JsonValueKind.String ? RowFilterText.Text(value.GetString()!) : value.GetRawText();

    private static string Shown(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Percent(long part, long all) => (100.0 * part / all).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
