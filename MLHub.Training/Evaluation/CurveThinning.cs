namespace MLHub.Training.Evaluation;

/// <summary>Fewer points for the same line.</summary>
internal static class CurveThinning
{
    /// <summary>
    /// Keeps corners, then, where these are still too many, points at equal steps along the line: on a unit square with 500 points no
    /// place of the line moves by more than 0.01, which is a pixel or two.
    /// </summary>
    public static IReadOnlyList<T> Thin<T>(IReadOnlyList<T> points, Func<T, (double X, double Y)> place, int max)
    {
        if (points.Count <= max)
        {
            return points;
        }

        var corners = Corners(points, place);
        if (corners.Count <= max)
        {
            return corners;
        }

        var along = new double[corners.Count];
        for (var i = 1; i < along.Length; i++)
        {
            var (from, to) = (place(corners[i - 1]), place(corners[i]));
            along[i] = along[i - 1] + Math.Abs(to.X - from.X) + Math.Abs(to.Y - from.Y);
        }

        var kept = new List<T>(max) { corners[0] };
        var step = along[^1] / (max - 1);
        var next = step;
        for (var i = 1; i < corners.Count - 1 && kept.Count < max - 1; i++)
        {
            if (along[i] >= next)
            {
                kept.Add(corners[i]);
                next = Math.Max(next + step, along[i] + (step / 2));
            }
        }

        kept.Add(corners[^1]);
        return kept;
    }

    private static List<T> Corners<T>(IReadOnlyList<T> points, Func<T, (double X, double Y)> place)
    {
        var corners = new List<T> { points[0] };
        for (var i = 1; i < points.Count - 1; i++)
        {
            var (a, b, c) = (place(points[i - 1]), place(points[i]), place(points[i + 1]));
            if (Math.Abs(((b.X - a.X) * (c.Y - b.Y)) - ((b.Y - a.Y) * (c.X - b.X))) > 1e-18)
            {
                corners.Add(points[i]);
            }
        }

        corners.Add(points[^1]);
        return corners;
    }
}
