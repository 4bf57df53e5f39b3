// Solutions of differential equations as pictures.
namespace ModelBalancing.Figures;

public static partial class Plots
{
    /// <summary>More cells than this along an axis are thinned: a panel has no more pixels.</summary>
    private const int MostCells = 256;

    /// <summary>
    /// Truth, prediction and error of a field over space and time: truth and prediction on one colour scale, the error (prediction − truth) on its own, with zero in the middle.
    /// </summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="x">Positions in space.</param>
    /// <param name="times">Times.</param>
    /// <param name="truth">The reference (time, space).</param>
    /// <param name="prediction">The prediction (time, space).</param>
    /// <param name="quantity">What the field is, such as "density"; default "u".</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Figure SpaceTime(string title, IReadOnlyList<double> x, IReadOnlyList<double> times, double[,] truth, double[,] prediction, string quantity = "u")
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(prediction);
        Shape(truth, nameof(truth), x, times);
        Shape(prediction, nameof(prediction), x, times);
        var (rows, columns) = (Every(times.Count), Every(x.Count));
        double[] xs = [.. x.Where((_, i) => i % columns == 0)];
        double[] ts = [.. times.Where((_, i) => i % rows == 0)];
        double[,] Thin(Func<int, int, double> value)
        {
            var thin = new double[ts.Length, xs.Length];
            for (var r = 0; r < ts.Length; r++)
                for (var c = 0; c < xs.Length; c++)
                    thin[r, c] = value(r * rows, c * columns);
            return thin;
        }
        var shownTruth = new Trace.Heatmap("truth", xs, ts, Thin((r, c) => truth[r, c]));
        var shownPrediction = new Trace.Heatmap("prediction", xs, ts, Thin((r, c) => prediction[r, c]));
        var (low, high) = shownTruth.Limits();
        var (lowPredicted, highPredicted) = shownPrediction.Limits();
        (low, high) = (Math.Min(low, lowPredicted), Math.Max(high, highPredicted));
        var error = new Trace.Heatmap("error", xs, ts, Thin((r, c) => prediction[r, c] - truth[r, c])) { Scale = ColorScale.BlueRed, ScaleTitle = "" };
        Panel Of(string name, Trace.Heatmap field, string timeTitle) => new(new("x"), new(timeTitle), field) { Title = name };
        return new(title,
            Of("truth", shownTruth with { Low = low, High = high, ShowScale = false }, "t"),
            Of("prediction", shownPrediction with { Low = low, High = high, ScaleTitle = quantity }, ""),
            Of("prediction − truth", error, ""))
        {
            Columns = 3, Width = 900, PanelHeight = 230,
            Note = Thinned(rows, "time", columns, "position"),
        };
    }

    /// <summary>Truth, prediction and error of a field over two dimensions of space at one time.</summary>
    /// <inheritdoc cref="SpaceTime"/>
    /// <param name="title">The figure's title.</param>
    /// <param name="x">Positions along x.</param>
    /// <param name="y">Positions along y.</param>
    /// <param name="truth">The reference (y, x).</param>
    /// <param name="prediction">The prediction (y, x).</param>
    /// <param name="quantity">What the field is; default "u".</param>
    public static Figure Plane(string title, IReadOnlyList<double> x, IReadOnlyList<double> y, double[,] truth, double[,] prediction, string quantity = "u")
    {
        var figure = SpaceTime(title, x, y, truth, prediction, quantity);
        return new(figure.Title, [.. figure.Panels.Select((panel, i) => panel with { Y = new(i == 0 ? "y" : "") })])
        {
            Columns = figure.Columns, Width = figure.Width, PanelHeight = figure.PanelHeight, Note = Thinned(Every(y.Count), "row", Every(x.Count), "column"),
        };
    }

    private static void Shape(double[,] field, string name, IReadOnlyList<double> x, IReadOnlyList<double> times)
    {
        if (field.GetLength(0) != times.Count || field.GetLength(1) != x.Count)
            throw new ArgumentException($"{name} has the shape ({field.GetLength(0)}, {field.GetLength(1)}) but there are {times.Count} times and {x.Count} positions; expected ({times.Count}, {x.Count}).", name);
    }

    private static int Every(int count) => Math.Max(1, (count + MostCells - 1) / MostCells);

    private static string Thinned(int rows, string row, int columns, string column)
    {
        string[] parts = [.. new[] { (rows, row), (columns, column) }.Where(p => p.Item1 > 1).Select(p => $"every {Ordinal(p.Item1)} {p.Item2}")];
        return parts.Length == 0 ? "" : $"Thinned for display to {string.Join(" and ", parts)}.";
    }

    private static string Ordinal(int n) => n switch { 1 => "1st", 2 => "2nd", 3 => "3rd", _ => n + "th" };
}
