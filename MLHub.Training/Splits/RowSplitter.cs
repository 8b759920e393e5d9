using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Preparation;

namespace MLHub.Training.Splits;

/// <summary>
/// Divides rows into training, validation and test rows. Rows are ranked by a hash of the seed and their id (groups: of their
/// name), so the same seed gives the same parts on every machine, whatever the order in which rows arrive.
/// </summary>
internal static class RowSplitter
{
    public const int DefaultFolds = 5;

    /// <param name="rowIds">Identity of each usable row.</param>
    /// <param name="classes">Class number of each row; <c>null</c> for regression.</param>
    /// <param name="column">Values of <see cref="SplitConfiguration.Column"/> of the same rows, where the kind needs one.</param>
    public static RowSplit Split(SplitConfiguration split, long[] rowIds, int[]? classes, RawColumn? column)
    {
        var parts = new Part[rowIds.Length];
        switch (split.Kind)
        {
            case SplitKind.Random:
                Deal(parts, Ranked(rowIds, split.Seed, [.. Enumerable.Range(0, rowIds.Length)]), split);
                break;
            case SplitKind.Stratified:
                DealByClass(parts, rowIds, classes!, split);
                break;
            case SplitKind.KFold:
                if (classes is null)
                {
                    Deal(parts, Ranked(rowIds, split.Seed, [.. Enumerable.Range(0, rowIds.Length)]), split);
                }
                else
                {
                    DealByClass(parts, rowIds, classes, split);
                }

                break;
            case SplitKind.Group:
                DealGroups(parts, column!, split);
                break;
            case SplitKind.Time:
                DealByTime(parts, column!, split);
                break;
            case SplitKind.Column:
                ReadParts(parts, column!);
                break;
        }

        if (classes is not null && split.Kind is (SplitKind.Random or SplitKind.Stratified or SplitKind.KFold))
        {
            KeepLonely(parts, classes);
        }

        Require(parts, split);
        return new(parts, split.Kind == SplitKind.KFold ? Folds(parts, rowIds, classes, split) : null);
    }

    /// <summary>The only row of a class can be learned from or judged by: learning comes first.</summary>
    private static void KeepLonely(Part[] parts, int[] classes)
    {
        foreach (var row in Lonely(classes))
        {
            parts[row] = Part.Train;
        }
    }

    private static IEnumerable<int> Lonely(int[] classes) =>
        Enumerable.Range(0, classes.Length).GroupBy(r => classes[r]).Where(g => g.Take(2).Count() == 1).Select(g => g.First());

    /// <summary>The first rows become test rows, the next ones validation rows.</summary>
    private static void Deal(Part[] parts, int[] ranked, SplitConfiguration split)
    {
        var test = Share(ranked.Length, split.TestFraction);
        var validation = Math.Min(Share(ranked.Length, split.ValidationFraction), ranked.Length - test - 1);
        for (var i = 0; i < test + validation; i++)
        {
            parts[ranked[i]] = i < test ? Part.Test : Part.Validation;
        }
    }

    private static void DealByClass(Part[] parts, long[] rowIds, int[] classes, SplitConfiguration split)
    {
        foreach (var members in Enumerable.Range(0, classes.Length).GroupBy(r => classes[r]))
        {
            Deal(parts, Ranked(rowIds, split.Seed, [.. members]), split);
        }
    }

    /// <summary>Whole groups; the shares of rows come as close as the sizes of the groups allow.</summary>
    private static void DealGroups(Part[] parts, RawColumn column, SplitConfiguration split)
    {
        var groups = Enumerable.Range(0, parts.Length)
            .GroupBy(r => Key(column, r))
            .OrderBy(g => StableHash.Of(g.Key, (ulong)split.Seed))
            .ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => g.ToArray())
            .ToList();
        var wanted = split.TestFraction > 0 ? 2 : 1;
        wanted += split.ValidationFraction > 0 ? 1 : 0;
        if (groups.Count < wanted)
        {
            throw HubException.Impossible($"'{column.Name}' has {groups.Count} different values: too few groups for {wanted} parts.", "TOO_FEW_GROUPS");
        }

        var testRows = Share(parts.Length, split.TestFraction);
        var validationRows = Share(parts.Length, split.ValidationFraction);
        var (test, validation) = (0, 0);
        for (var g = 0; g < groups.Count; g++)
        {
            // The last group is for training, whatever its size.
            if (g == groups.Count - 1)
            {
                break;
            }

            if (test < testRows && (test == 0 || test + (groups[g].Length / 2) <= testRows))
            {
                test += Mark(parts, groups[g], Part.Test);
            }
            else if (validation < validationRows && (validation == 0 || validation + (groups[g].Length / 2) <= validationRows))
            {
                validation += Mark(parts, groups[g], Part.Validation);
            }
        }
    }

    /// <summary>Training rows are the earliest, test rows the latest; rows of one moment stay together.</summary>
    private static void DealByTime(Part[] parts, RawColumn column, SplitConfiguration split)
    {
        var at = new double[parts.Length];
        for (var r = 0; r < at.Length; r++)
        {
            at[r] = column switch
            {
                MomentColumn moment => moment.Seconds[r],
                NumberColumn number => number.Values[r],
                _ => throw new NotSupportedException(column.GetType().Name),
            };
            if (double.IsNaN(at[r]))
            {
                throw HubException.Impossible($"'{column.Name}' has missing values: rows without a time cannot be placed. Remove or fill them first.", "SPLIT_COLUMN_MISSING");
            }
        }

        var order = Enumerable.Range(0, at.Length).OrderBy(r => at[r]).ToArray();
        var testFrom = Boundary(order, at, at.Length - Share(at.Length, split.TestFraction));
        var validationFrom = Boundary(order, at, testFrom - Share(at.Length, split.ValidationFraction));
        for (var i = validationFrom; i < order.Length; i++)
        {
            parts[order[i]] = i >= testFrom ? Part.Test : Part.Validation;
        }
    }

    /// <summary>Moves a cut so that it does not part rows of the same moment: to the nearer end of them.</summary>
    private static int Boundary(int[] order, double[] at, int cut)
    {
        if (cut <= 0 || cut >= order.Length)
        {
            return Math.Clamp(cut, 0, order.Length);
        }

        var (down, up) = (cut, cut);
        while (down > 0 && at[order[down - 1]] == at[order[cut]])
        {
            down--;
        }

        while (up < order.Length && at[order[up]] == at[order[cut]])
        {
            up++;
        }

        return down > 0 && (cut - down <= up - cut || up == order.Length) ? down : up;
    }

    private static void ReadParts(Part[] parts, RawColumn column)
    {
        var text = (TextColumn)column;
        var meaning = text.Levels.Select(l => l.Trim().ToLowerInvariant() switch
        {
            "train" or "training" => Part.Train,
            "validation" or "valid" or "val" => Part.Validation,
            "test" => Part.Test,
            _ => (Part?)null,
        }).ToArray();
        for (var r = 0; r < parts.Length; r++)
        {
            var code = text.Codes[r];
            parts[r] = code == TextColumn.Missing || meaning[code] is not { } part
                ? throw HubException.Impossible(
                    $"'{column.Name}' must hold train, validation or test in every row, but one says {(code == TextColumn.Missing ? "nothing" : $"'{text.Levels[code]}'")}.", "BAD_SPLIT_COLUMN")
                : part;
        }
    }

    private static int[] Folds(Part[] parts, long[] rowIds, int[]? classes, SplitConfiguration split)
    {
        var count = split.Folds ?? DefaultFolds;
        var folds = new int[parts.Length];
        Array.Fill(folds, -1);
        var rows = Enumerable.Range(0, parts.Length).Where(r => parts[r] != Part.Test).ToArray();
        if (rows.Length < count * 2)
        {
            throw HubException.Impossible($"{rows.Length} rows are too few for {count} folds.", "TOO_FEW_ROWS");
        }

        // A seed of its own: the validation rows come first in the other ranking and would all land in the first folds.
        var ranked = Ranked(rowIds, unchecked(split.Seed + 7919), rows);
        var next = 0;
        foreach (var stratum in classes is null ? [ranked] : ranked.GroupBy(r => classes[r]).OrderBy(g => g.Key).Select(g => g.ToArray()))
        {
            foreach (var row in stratum)
            {
                folds[row] = next++ % count;
            }
        }

        foreach (var row in classes is null ? [] : Lonely(classes))
        {
            folds[row] = RowSplit.InEveryFold;
        }

        return folds;
    }

    private static void Require(Part[] parts, SplitConfiguration split)
    {
        var train = parts.Count(p => p == Part.Train);
        var test = parts.Count(p => p == Part.Test);
        if (train < 2)
        {
            throw HubException.Impossible($"The split leaves {train} training rows. Use smaller fractions or more rows.", "TOO_FEW_ROWS");
        }

        if (test == 0 && (split.Kind == SplitKind.Column || split.TestFraction > 0) && split.Kind != SplitKind.Stratified && split.Kind != SplitKind.KFold)
        {
            throw HubException.Impossible("The split leaves no test rows.", "TOO_FEW_ROWS");
        }
    }

    private static int[] Ranked(long[] rowIds, int seed, int[] rows) =>
        [.. rows.OrderBy(r => StableHash.Of(rowIds[r], (ulong)seed)).ThenBy(r => rowIds[r])];

    /// <summary>At least one row of any part that is wanted, as long as rows are left to learn from.</summary>
    private static int Share(int rows, double fraction) =>
        fraction <= 0 || rows < 3 ? 0 : Math.Max(1, (int)Math.Round(rows * fraction, MidpointRounding.AwayFromZero));

    private static int Mark(Part[] parts, int[] rows, Part part)
    {
        foreach (var row in rows)
        {
            parts[row] = part;
        }

        return rows.Length;
    }

    private static string Key(RawColumn column, int row) => column switch
    {
        TextColumn text => text.Codes[row] == TextColumn.Missing ? "" : text.Levels[text.Codes[row]],
        NumberColumn number => number.Values[row].ToString("R"),
        MomentColumn moment => moment.Seconds[row].ToString("R"),
        _ => throw new NotSupportedException(column.GetType().Name),
    };
}
