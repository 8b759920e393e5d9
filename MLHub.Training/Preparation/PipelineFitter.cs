using MLHub.Core.Common;

namespace MLHub.Training.Preparation;

/// <summary>Learns a <see cref="FeaturePipeline"/> from training rows; no other row is looked at.</summary>
/// <param name="needs">How the learner wants its features.</param>
/// <param name="isChosen">The user listed the columns: none is left out for looking like an identifier.</param>
internal sealed class PipelineFitter(FeatureNeeds needs, bool isChosen)
{
    private const int HashBuckets = 64;
    private const int MinRowsToJudge = 20;

    private readonly List<string> _warnings = [];

    public IReadOnlyList<string> Warnings => _warnings;

    public FeaturePipeline Fit(RawTable table, IEnumerable<string> columns, ReadOnlySpan<int> rows)
    {
        var encodings = new List<ColumnEncoding>();
        foreach (var name in columns)
        {
            ColumnEncoding? encoding = table[name] switch
            {
                NumberColumn number => Fit(number, rows),
                MomentColumn moment => Fit(moment, rows),
                TextColumn text => Fit(text, rows),
                var other => throw new NotSupportedException(other.GetType().Name),
            };
            if (encoding is not null)
            {
                encodings.Add(encoding);
            }
        }

        if (encodings.Count == 0)
        {
            throw HubException.Impossible(
                "No column is left to learn from: " + string.Join(" ", _warnings.DefaultIfEmpty("there is none besides the target.")), "NO_FEATURES");
        }

        return new(encodings);
    }

    private NumberEncoding? Fit(NumberColumn column, ReadOnlySpan<int> rows)
    {
        var present = new List<float>(rows.Length);
        foreach (var row in rows)
        {
            if (!column.IsMissing(row))
            {
                present.Add(column.Values[row]);
            }
        }

        var hasMissing = present.Count < rows.Length;
        if (LeaveOut(column, present.Count, hasMissing, present.Count > 0 && present.TrueForAll(v => v == present[0])))
        {
            return null;
        }

        present.Sort();
        if (column.Schema.Type == ColumnType.Integer && !isChosen && LooksLikeIdentifier(column.Name, present))
        {
            _warnings.Add($"'{column.Name}' looks like an identifier and was left out. List it among the features to use it.");
            return null;
        }

        var fill = needs.NativeMissing ? float.NaN : (float)Median(present);
        var (shift, scale) = needs.Standardise ? Standard(present, v => v) : (0, 1);
        return new(column.Schema, fill, hasMissing && !needs.NativeMissing, shift, scale);
    }

    private MomentEncoding? Fit(MomentColumn column, ReadOnlySpan<int> rows)
    {
        var present = new List<double>(rows.Length);
        foreach (var row in rows)
        {
            if (!column.IsMissing(row))
            {
                present.Add(column.Seconds[row]);
            }
        }

        var hasMissing = present.Count < rows.Length;
        if (LeaveOut(column, present.Count, hasMissing, present.Count > 0 && present.TrueForAll(v => v == present[0])))
        {
            return null;
        }

        var origin = present.Min();
        var parts = new List<MomentPartEncoding>();
        foreach (var part in Enum.GetValues<MomentPart>())
        {
            var values = present.ConvertAll(s => MomentEncoding.Value(part, s, origin));
            values.Sort();
            if (values[0] == values[^1])
            {
                continue;
            }

            var (shift, scale) = needs.Standardise ? Standard(values, v => v) : (0, 1);
            parts.Add(new(part, needs.NativeMissing ? double.NaN : Median(values), shift, scale));
        }

        return new(column.Schema, origin, parts, hasMissing && (!needs.NativeMissing || parts.Count == 0));
    }

    private CategoryEncoding? Fit(TextColumn column, ReadOnlySpan<int> rows)
    {
        var counts = new int[column.Levels.Count];
        var present = 0;
        foreach (var row in rows)
        {
            if (column.Codes[row] is var code and not TextColumn.Missing)
            {
                counts[code]++;
                present++;
            }
        }

        var seen = Enumerable.Range(0, counts.Length).Where(l => counts[l] > 0).ToList();
        var hasMissing = present < rows.Length;
        if (LeaveOut(column, present, hasMissing, seen.Count == 1))
        {
            return null;
        }

        var many = present >= MinRowsToJudge && (seen.Count > 0.9 * present || (seen.Count > needs.MaxLevels && seen.Count > 0.3 * present));
        if (many && !isChosen)
        {
            _warnings.Add($"'{column.Name}' has {seen.Count} different texts in {present} rows, like a name or free text, and was left out. List it among the features to use it.");
            return null;
        }

        if (many)
        {
            _warnings.Add($"'{column.Name}' has {seen.Count} different texts: they share {HashBuckets} places by a hash, so that some cannot be told apart.");
            var hashed = needs.Categories == CategoryForm.Native ? CategoryMode.HashedNative : CategoryMode.HashedOneHot;
            return new(column.Schema, hashed, [], false, hasMissing, HashBuckets);
        }

        // A level that occurs once in many rows teaches nothing; together such levels teach what to do with unknown ones.
        var leastCount = rows.Length >= 50 ? 2 : 1;
        // By text after count: the order must not depend on the order of rows.
        var ordered = seen.OrderByDescending(l => counts[l]).ThenBy(l => column.Levels[l], StringComparer.Ordinal).ToList();
        var kept = ordered.Where(l => counts[l] >= leastCount).Take(needs.MaxLevels).ToList();
        var mode = needs.Categories switch
        {
            CategoryForm.Native => CategoryMode.Native,
            CategoryForm.OneHotOrOrdinal when kept.Count > FeatureNeeds.MaxSpreadLevels => CategoryMode.Ordinal,
            _ => CategoryMode.OneHot,
        };
        if (kept.Count == needs.MaxLevels)
        {
            _warnings.Add($"'{column.Name}' has {seen.Count} different texts: the {kept.Count} most frequent ones are told apart, the others count as one.");
        }

        return new(column.Schema, mode, [.. kept.Select(l => column.Levels[l])], kept.Count < seen.Count, hasMissing, 0);
    }

    private bool LeaveOut(RawColumn column, int present, bool hasMissing, bool isConstant)
    {
        if (present == 0)
        {
            _warnings.Add($"'{column.Name}' has no value in the training rows and was left out.");
            return true;
        }

        if (isConstant && !hasMissing)
        {
            _warnings.Add($"'{column.Name}' has one single value in the training rows and was left out.");
            return true;
        }

        return false;
    }

    /// <summary>Numbered rows, or nearly all different in a column whose name ends in "id".</summary>
    private static bool LooksLikeIdentifier(string name, List<float> sorted)
    {
        if (sorted.Count < MinRowsToJudge)
        {
            return false;
        }

        var distinct = 1;
        for (var i = 1; i < sorted.Count; i++)
        {
            distinct += sorted[i] != sorted[i - 1] ? 1 : 0;
        }

        var isNamedSo = name.Equals("id", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("_id", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("Id", StringComparison.Ordinal)
            || name.EndsWith("ID", StringComparison.Ordinal);
        // Training rows are a part of all rows, so numbers from 1 to n have gaps here.
        var isNumbering = distinct == sorted.Count && sorted.Count >= 100 && sorted[0] is 0 or 1 && sorted[^1] - sorted[0] < 2.0 * sorted.Count;
        return isNumbering || (isNamedSo && distinct > 0.8 * sorted.Count);
    }

    private static double Median(List<float> sorted) =>
        sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : ((double)sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;

    private static double Median(List<double> sorted) =>
        sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;

    private static (double Shift, double Scale) Standard<T>(List<T> values, Func<T, double> number)
    {
        var mean = values.Average(number);
        // Population variance: the sample formula divides by zero for one row.
        var deviation = Math.Sqrt(values.Average(v => (number(v) - mean) * (number(v) - mean)));
        return (mean, deviation > 0 ? 1 / deviation : 1);
    }
}
