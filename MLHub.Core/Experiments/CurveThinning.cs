namespace MLHub.Core.Experiments;

/// <summary>Makes long curves short without losing a peak.</summary>
internal static class CurveThinning
{
    /// <summary>Splits the points into buckets of equal count and keeps of each the first, lowest, highest and last.</summary>
    public static IReadOnlyList<MetricPointView> Thin(IReadOnlyList<MetricPointView> points, int maxPoints)
    {
        if (points.Count <= maxPoints)
        {
            return points;
        }

        var buckets = Math.Max(1, maxPoints / 4);
        var kept = new List<MetricPointView>(maxPoints);
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            var from = (int)((long)points.Count * bucket / buckets);
            var to = (int)((long)points.Count * (bucket + 1) / buckets);
            var indexes = new SortedSet<int> { from, to - 1 };
            var lowest = from;
            var highest = from;
            for (var i = from; i < to; i++)
            {
                lowest = points[i].Value < points[lowest].Value || points[lowest].Value is null ? i : lowest;
                highest = points[i].Value > points[highest].Value || points[highest].Value is null ? i : highest;
            }

            indexes.Add(lowest);
            indexes.Add(highest);
            kept.AddRange(indexes.Select(i => points[i]));
        }

        return kept;
    }
}
