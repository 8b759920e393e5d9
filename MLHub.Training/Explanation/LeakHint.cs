using MLHub.Training.Preparation;

namespace MLHub.Training.Explanation;

/// <summary>Columns that alone nearly determine the target: often a copy of it, or something that is only known afterwards.</summary>
internal static class LeakHint
{
    private const int MaxRows = 5000;
    private const int MinRows = 50;
    private const double NearlyAll = 0.995;

    /// <param name="classes">0 for regression.</param>
    public static IReadOnlyList<string> Find(RawTable table, IEnumerable<string> columns, double[] target, int classes, int[] rows)
    {
        if (rows.Length < MinRows)
        {
            return [];
        }

        var step = Math.Max(1, rows.Length / MaxRows);
        var some = rows.Where((_, i) => i % step == 0).ToArray();
        return
        [
            .. columns
                .Where(c => classes > 0 ? DeterminesClass(table[c], target, some) : DeterminesNumber(table[c], target, some))
                .Select(c => $"'{c}' alone nearly determines the target. If it is a copy of it, or only known afterwards, remove it from the features: the model would look better than it is."),
        ];
    }

    private static bool DeterminesClass(RawColumn column, double[] target, int[] rows)
    {
        var present = rows.Where(r => !column.IsMissing(r)).ToArray();
        if (present.Length < NearlyAll * rows.Length)
        {
            return false;
        }

        var most = present.GroupBy(r => target[r]).Max(g => g.Count());
        var groups = column is TextColumn text
            ? [.. present.GroupBy(r => text.Codes[r]).Select(g => g.ToList())]
            : Runs([.. present.OrderBy(r => Number(column, r))], r => Number(column, r), r => target[r]);
        // Many small groups are pure by chance; a column that names every row determines nothing.
        if (groups.Count > present.Length / 10)
        {
            return false;
        }

        var right = groups.Sum(g => g.GroupBy(r => target[r]).Max(c => c.Count()));
        return right >= NearlyAll * present.Length && most < 0.97 * present.Length;
    }

    /// <summary>Neighbouring values with the same class, joined.</summary>
    private static List<List<int>> Runs(int[] ordered, Func<int, double> value, Func<int, double> label)
    {
        var runs = new List<List<int>>();
        var lastIsPure = false;
        foreach (var sameValue in ordered.GroupBy(value))
        {
            var members = sameValue.ToList();
            var isPure = members.TrueForAll(r => label(r) == label(members[0]));
            if (isPure && lastIsPure && label(runs[^1][0]) == label(members[0]))
            {
                runs[^1].AddRange(members);
            }
            else
            {
                runs.Add(members);
                lastIsPure = isPure;
            }
        }

        return runs;
    }

    private static bool DeterminesNumber(RawColumn column, double[] target, int[] rows)
    {
        if (column is TextColumn)
        {
            return false;
        }

        var present = rows.Where(r => !column.IsMissing(r)).ToArray();
        if (present.Length < NearlyAll * rows.Length)
        {
            return false;
        }

        var (meanX, meanY) = (present.Average(r => Number(column, r)), present.Average(r => target[r]));
        var (xx, yy, xy) = (0d, 0d, 0d);
        foreach (var row in present)
        {
            var (x, y) = (Number(column, row) - meanX, target[row] - meanY);
            (xx, yy, xy) = (xx + (x * x), yy + (y * y), xy + (x * y));
        }

        return xx > 0 && yy > 0 && xy * xy / (xx * yy) > NearlyAll;
    }

    private static double Number(RawColumn column, int row) => column switch
    {
        NumberColumn number => number.Values[row],
        MomentColumn moment => moment.Seconds[row],
        _ => throw new NotSupportedException(column.GetType().Name),
    };
}
