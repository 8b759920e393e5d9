namespace MLHub.Core.Experiments;

/// <summary>
/// Makes a long curve short without losing a peak: splits the points into buckets of equal count and keeps of each the first, lowest,
/// highest and last. Points are added in their order and forgotten at once.
/// </summary>
internal sealed class CurveThinning(long count, int maxPoints)
{
    private readonly long _buckets = count <= maxPoints ? long.MaxValue : Math.Max(1, maxPoints / 4);
    private readonly List<MetricPointView> _kept = [];
    private long _index;
    private long _bucket = -1;
    private (long Index, MetricPointView Point) _first;
    private (long Index, MetricPointView Point) _lowest;
    private (long Index, MetricPointView Point) _highest;
    private (long Index, MetricPointView Point) _last;

    public static IReadOnlyList<MetricPointView> Thin(IReadOnlyList<MetricPointView> points, int maxPoints)
    {
        if (points.Count <= maxPoints)
        {
            return points;
        }

        var thinning = new CurveThinning(points.Count, maxPoints);
        foreach (var point in points)
        {
            thinning.Add(point);
        }

        return thinning.Points();
    }

    public void Add(MetricPointView point)
    {
        var at = (_index, point);
        // Points that arrived since they were counted belong to the last bucket.
        var bucket = _buckets == long.MaxValue ? _index : Math.Min(_buckets - 1, (long)((Int128)_index * _buckets / count));
        _index++;
        if (bucket != _bucket)
        {
            Close();
            _bucket = bucket;
            _first = _lowest = _highest = at;
        }

        _lowest = point.Value < _lowest.Point.Value || _lowest.Point.Value is null ? at : _lowest;
        _highest = point.Value > _highest.Point.Value || _highest.Point.Value is null ? at : _highest;
        _last = at;
    }

    public IReadOnlyList<MetricPointView> Points()
    {
        Close();
        _bucket = -1;
        return _kept;
    }

    private void Close()
    {
        if (_bucket >= 0)
        {
            _kept.AddRange(new[] { _first, _lowest, _highest, _last }.DistinctBy(p => p.Index).OrderBy(p => p.Index).Select(p => p.Point));
        }
    }
}
