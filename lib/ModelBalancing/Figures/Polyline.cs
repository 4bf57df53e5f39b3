// Long lines with no more points than a picture can show.
namespace ModelBalancing.Figures;

internal static class Polyline
{
    /// <summary>Lines shorter than this stay as they are.</summary>
    private const int Long = 3000;

    /// <summary>Half a pixel: within it only the first, lowest, highest and last point can be told apart.</summary>
    private const double Slot = 0.5;

    /// <summary>The same picture with fewer points: spikes stay, for every slot keeps its extremes.</summary>
    public static IReadOnlyList<(double X, double Y)> Reduce(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Count < Long)
            return points;
        var kept = new List<(double, double)>();
        for (var from = 0; from < points.Count;)
        {
            var to = from + 1;
            while (to < points.Count && Math.Abs(points[to].X - points[from].X) < Slot)
                to++;
            var (lowest, highest) = (from, from);
            for (var i = from; i < to; i++)
            {
                if (points[i].Y < points[lowest].Y)
                    lowest = i;
                if (points[i].Y > points[highest].Y)
                    highest = i;
            }
            foreach (var index in new SortedSet<int> { from, lowest, highest, to - 1 })
                kept.Add(points[index]);
            from = to;
        }
        return kept;
    }
}
