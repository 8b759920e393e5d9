using System.Globalization;
using System.Runtime.InteropServices;
using DuckDB.NET.Data;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>Each different text of a column once, with its counts.</summary>
internal sealed class TextCells(ColumnSchema column, ColumnCells.TextBudget budget) : ColumnCells(column)
{
    private const int RareRows = 100;
    private const int MaxClasses = 200;

    private Dictionary<string, TextCount>? _texts = new(StringComparer.Ordinal);
    private long _count;

    public override void Add(DuckDBDataReader row, int at, bool isLookedAt)
    {
        if (_texts is null)
        {
            return;
        }

        var text = row.GetString(at);
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_texts, text, out var isThere);
        count.All++;
        count.LookedAt += isLookedAt ? 1 : 0;
        _count++;
        if (!isThere && !budget.Take(text))
        {
            _texts = null;
        }
    }

    public override ColumnProfile? Profile(long rowCount)
    {
        if (_texts is null)
        {
            return null;
        }

        var profile = Start(_count, rowCount);
        if (_count == 0)
        {
            return profile;
        }

        var order = Utf8Order.Instance;
        var (min, max) = (_texts.Keys.Min(order)!, _texts.Keys.Max(order)!);
        var (shortest, longest, sum, untrimmed) = (int.MaxValue, 0, 0L, 0L);
        var lengths = new Dictionary<int, long>();
        foreach (var (text, count) in _texts)
        {
            var length = Length(text);
            (shortest, longest, sum) = (Math.Min(shortest, length), Math.Max(longest, length), sum + (length * count.All));
            untrimmed += text.Length > 0 && (IsSpace(text[0]) || IsSpace(text[^1])) ? count.All : 0;
            CollectionsMarshal.GetValueRefOrAddDefault(lengths, length, out _) += count.All;
        }

        var rare = _texts.Count is > 2 and <= MaxClasses ? _texts.Values.Where(c => c.All * RareRows < _count).ToList() : null;
        var text0 = new TextFigures(shortest, (double)sum / _count, untrimmed, [], 0);
        return profile with
        {
            Distinct = _texts.Count,
            Min = DatasetProfiler.Value(min, ColumnType.Text),
            Max = DatasetProfiler.Value(max, ColumnType.Text),
            MaxLength = longest,
            TopValues = [.. Top(order).Select(t => new ValueCount(DatasetProfiler.Value(t.Key, ColumnType.Text)!.Value, t.Value.All))],
            Rare = rare is null ? null : new(rare.Count, rare.Sum(c => c.All)),
            Histogram = Lengths(lengths, shortest, longest),
            Text = ProfileTexts.Look(text0, longest, _texts.Where(t => t.Value.LookedAt > 0).Select(t => (t.Key, t.Value.LookedAt))),
        };
    }

    /// <summary>Most texts of a column are no candidates: only those as frequent as the twentieth are sorted.</summary>
    private IEnumerable<KeyValuePair<string, TextCount>> Top(Utf8Order order)
    {
        var most = new PriorityQueue<KeyValuePair<string, TextCount>, (long Count, string Text)>(
            Comparer<(long Count, string Text)>.Create((a, b) => a.Count != b.Count ? a.Count.CompareTo(b.Count) : order.Compare(b.Text, a.Text)));
        foreach (var text in _texts!)
        {
            if (most.Count < TopValues)
            {
                most.Enqueue(text, (text.Value.All, text.Key));
            }
            else
            {
                most.EnqueueDequeue(text, (text.Value.All, text.Key));
            }
        }

        return most.UnorderedItems.Select(i => i.Element).OrderByDescending(t => t.Value.All).ThenBy(t => t.Key, order);
    }

    private static List<HistogramBin> Lengths(Dictionary<int, long> lengths, int from, int to)
    {
        var bins = ProfileBins.Of(ColumnType.Text, from, to)!;
        var counts = new long[bins.Count];
        foreach (var (length, rows) in lengths)
        {
            counts[bins.Find(length)] += rows;
        }

        return bins.Histogram(counts);
    }

    /// <summary>In characters, of which some take two places in a string.</summary>
    private static int Length(string text)
    {
        var length = text.Length;
        foreach (var c in text)
        {
            length -= char.IsLowSurrogate(c) ? 1 : 0;
        }

        return length;
    }

    /// <summary>What the engine trims.</summary>
    private static bool IsSpace(char c) => c == ' ' || (c > 127 && char.GetUnicodeCategory(c) == UnicodeCategory.SpaceSeparator);

    private struct TextCount
    {
        public long All;
        public long LookedAt;
    }

    /// <summary>By code points, as the engine orders texts. Strings are ordered by their places, two of which make a character beyond U+FFFF.</summary>
    private sealed class Utf8Order : IComparer<string>
    {
        public static Utf8Order Instance { get; } = new();

        public int Compare(string? x, string? y)
        {
            var at = x.AsSpan().CommonPrefixLength(y);
            if (at == x!.Length || at == y!.Length)
            {
                return x.Length.CompareTo(y!.Length);
            }

            return char.IsSurrogate(x[at]) != char.IsSurrogate(y[at]) ? (char.IsSurrogate(x[at]) ? 1 : -1) : x[at].CompareTo(y[at]);
        }
    }
}
