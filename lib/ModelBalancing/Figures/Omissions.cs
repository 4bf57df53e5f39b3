// Values that cannot be drawn, counted so that a figure says so.
namespace ModelBalancing.Figures;

/// <summary>How many values of a figure are not drawn, by reason.</summary>
internal sealed record Omissions(int NotFinite, int NotPositive, int Outside)
{
    public static Omissions Of(IReadOnlyList<PanelPlace> panels)
    {
        var (notFinite, notPositive, outside) = (0, 0, 0);
        foreach (var (_, panel, x, y) in panels)
        {
            // A curve may well leave the panel; a point that does is one the reader does not see.
            void Count(double a, double b, bool isPoint)
            {
                if (!double.IsFinite(a) || !double.IsFinite(b))
                    notFinite++;
                else if (!x.Has(a) || !y.Has(b))
                    notPositive++;
                else if (isPoint && (Beyond(x, a) || Beyond(y, b)))
                    outside++;
            }
            foreach (var trace in panel.Traces)
                switch (trace)
                {
                    case Trace.Line t:
                        for (var i = 0; i < t.X.Count; i++)
                            Count(t.X[i], t.Y[i], isPoint: false);
                        break;
                    case Trace.Points t:
                        for (var i = 0; i < t.X.Count; i++)
                            Count(t.X[i], t.Y[i], isPoint: true);
                        break;
                    case Trace.Bars t:
                        foreach (var height in t.Heights)
                            if (!double.IsFinite(height))
                                notFinite++;
                            else if (!y.Has(height))
                                notPositive++;
                        break;
                    case Trace.Histogram t:
                        // An empty bin on a logarithmic axis is nothing left out.
                        notFinite += t.Heights.Count(h => !double.IsFinite(h));
                        break;
                    case Trace.Heatmap t:
                        foreach (var value in t.Values)
                            if (!double.IsFinite(value))
                                notFinite++;
                        break;
                }
        }
        return new(notFinite, notPositive, outside);
    }

    public IEnumerable<string> Sentences()
    {
        if (NotFinite > 0)
            yield return $"{Values(NotFinite)} not finite (NaN or infinite) and left as {(NotFinite == 1 ? "a gap" : "gaps")}.";
        if (NotPositive > 0)
            yield return $"{Values(NotPositive)} not positive and not shown on the logarithmic axis.";
        if (Outside > 0)
            yield return $"{Values(Outside)} outside the axes.";
    }

    private static string Values(int count) => count == 1 ? "1 value is" : $"{Quantities.Count(count)} values are";

    private static bool Beyond(AxisView axis, double value)
    {
        var place = axis.Place(value);
        return place is < -1e-9 or > 1 + 1e-9;
    }
}
