// What can be drawn in a panel: the data of a figure, with the few looks we use.
namespace ModelBalancing.Figures;

/// <summary>Dashes of a line.</summary>
public enum Dash
{
    /// <summary>A full line.</summary>
    Solid,

    /// <summary>Short strokes.</summary>
    Dashed,

    /// <summary>Dots.</summary>
    Dotted,
}

/// <summary>The form of a marker.</summary>
public enum Symbol
{
    /// <summary>A filled circle.</summary>
    Circle,

    /// <summary>A filled square.</summary>
    Square,

    /// <summary>A filled diamond.</summary>
    Diamond,

    /// <summary>An open circle.</summary>
    Ring,
}

/// <summary>Lower and upper bounds around values, in data units: an error bar or a band.</summary>
/// <param name="Low">The lower bounds, one a value.</param>
/// <param name="High">The upper bounds, one a value.</param>
public sealed record Bounds(IReadOnlyList<double> Low, IReadOnlyList<double> High)
{
    /// <summary>value ± half, element by element.</summary>
    public static Bounds Around(IReadOnlyList<double> values, IReadOnlyList<double> half)
    {
        Same.Length(half, nameof(half), values, nameof(values));
        return new([.. values.Zip(half, (v, h) => v - h)], [.. values.Zip(half, (v, h) => v + h)]);
    }
}

/// <summary>
/// Data in a panel. Values that are not finite are gaps and are counted in the figure's note, and so are values that
/// are not positive on a logarithmic axis; nothing is left out silently.
/// </summary>
public abstract record Trace
{
    private Trace(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
    }

    /// <summary>What the legend says; traces with the same name and colour share one legend entry over all panels.</summary>
    public string Name { get; }

    /// <summary>#rrggbb; default: the next of <see cref="Palette.Series"/>.</summary>
    public string? Color { get; init; }

    /// <summary>0 (invisible) to 1; default 1.</summary>
    public double Opacity { get; init; } = 1;

    /// <summary>Whether the legend lists it; default true. A figure with one entry shows no legend.</summary>
    public bool InLegend { get; init; } = true;

    /// <summary>A line through points, with gaps where a value is not finite.</summary>
    public sealed record Line : Trace
    {
        /// <summary>Makes a line.</summary>
        /// <param name="name">Its name in the legend.</param>
        /// <param name="x">Positions along x.</param>
        /// <param name="y">Values, as many as <paramref name="x"/>.</param>
        /// <exception cref="ArgumentException">The lengths differ.</exception>
        public Line(string name, IReadOnlyList<double> x, IReadOnlyList<double> y) : base(name)
        {
            Same.Length(y, nameof(y), x, nameof(x));
            (X, Y) = (x, y);
        }

        /// <summary>Positions along x.</summary>
        public IReadOnlyList<double> X { get; }

        /// <summary>Values.</summary>
        public IReadOnlyList<double> Y { get; }

        /// <summary>Width in pixels; default 1.8.</summary>
        public double Width { get; init; } = 1.8;

        /// <summary>Default solid.</summary>
        public Dash Dash { get; init; }

        /// <summary>A marker at each point, or none (default).</summary>
        public Symbol? Marker { get; init; }

        /// <summary>A shaded band; as long as the values.</summary>
        public Bounds? Band { get => field; init => field = Same.Checked(value, Y, nameof(Band)); }

        /// <summary>Error bars along y; as long as the values.</summary>
        public Bounds? Error { get => field; init => field = Same.Checked(value, Y, nameof(Error)); }
    }

    /// <summary>Separate points.</summary>
    public sealed record Points : Trace
    {
        /// <summary>Makes points.</summary>
        /// <param name="name">Their name in the legend.</param>
        /// <param name="x">Positions along x.</param>
        /// <param name="y">Values, as many as <paramref name="x"/>.</param>
        /// <exception cref="ArgumentException">The lengths differ.</exception>
        public Points(string name, IReadOnlyList<double> x, IReadOnlyList<double> y) : base(name)
        {
            Same.Length(y, nameof(y), x, nameof(x));
            (X, Y) = (x, y);
        }

        /// <summary>Positions along x.</summary>
        public IReadOnlyList<double> X { get; }

        /// <summary>Values.</summary>
        public IReadOnlyList<double> Y { get; }

        /// <summary>Diameter in pixels; default 7.</summary>
        public double Size { get; init; } = 7;

        /// <summary>Default a circle.</summary>
        public Symbol Symbol { get; init; }

        /// <summary>Error bars along y; as long as the values.</summary>
        public Bounds? Error { get => field; init => field = Same.Checked(value, Y, nameof(Error)); }

        /// <summary>Error bars along x; as long as the values.</summary>
        public Bounds? HorizontalError { get => field; init => field = Same.Checked(value, X, nameof(HorizontalError)); }
    }

    /// <summary>
    /// One bar a category, at 0, 1, 2 ... along x; name the categories in <see cref="Axis.Categories"/>.
    /// Several in one panel stand side by side.
    /// </summary>
    public sealed record Bars : Trace
    {
        /// <summary>Makes bars.</summary>
        /// <param name="name">Their name in the legend.</param>
        /// <param name="heights">One a category.</param>
        public Bars(string name, IReadOnlyList<double> heights) : base(name)
        {
            ArgumentNullException.ThrowIfNull(heights);
            Heights = heights;
        }

        /// <summary>One a category.</summary>
        public IReadOnlyList<double> Heights { get; }

        /// <summary>Error bars; as long as the heights.</summary>
        public Bounds? Error { get => field; init => field = Same.Checked(value, Heights, nameof(Error)); }
    }

    /// <summary>Bars between given edges, without gaps; also right on logarithmic axes.</summary>
    public sealed record Histogram : Trace
    {
        /// <summary>Makes a histogram from counted bins.</summary>
        /// <param name="name">Its name in the legend.</param>
        /// <param name="edges">Bin edges, ascending; one more than <paramref name="heights"/>.</param>
        /// <param name="heights">Counts or densities.</param>
        /// <exception cref="ArgumentException">The lengths do not fit.</exception>
        public Histogram(string name, IReadOnlyList<double> edges, IReadOnlyList<double> heights) : base(name)
        {
            ArgumentNullException.ThrowIfNull(edges);
            ArgumentNullException.ThrowIfNull(heights);
            if (edges.Count != heights.Count + 1)
                throw new ArgumentException($"edges has {edges.Count} values for {heights.Count} heights; expected {heights.Count + 1}, one more than heights.", nameof(edges));
            (Edges, Heights) = (edges, heights);
        }

        /// <summary>Bin edges, ascending.</summary>
        public IReadOnlyList<double> Edges { get; }

        /// <summary>Counts or densities.</summary>
        public IReadOnlyList<double> Heights { get; }
    }

    /// <summary>A field as colours.</summary>
    public sealed record Heatmap : Trace
    {
        /// <summary>Makes a heatmap.</summary>
        /// <param name="name">What it shows.</param>
        /// <param name="x">Cell centres along x, evenly spaced; as many as <paramref name="values"/> has columns.</param>
        /// <param name="y">Cell centres along y, evenly spaced; as many as <paramref name="values"/> has rows.</param>
        /// <param name="values">Values (y, x).</param>
        /// <exception cref="ArgumentException">The lengths do not fit.</exception>
        public Heatmap(string name, IReadOnlyList<double> x, IReadOnlyList<double> y, double[,] values) : base(name)
        {
            ArgumentNullException.ThrowIfNull(x);
            ArgumentNullException.ThrowIfNull(y);
            ArgumentNullException.ThrowIfNull(values);
            if (x.Count != values.GetLength(1))
                throw new ArgumentException($"x has {x.Count} values for {values.GetLength(1)} columns of values; expected as many.", nameof(x));
            if (y.Count != values.GetLength(0))
                throw new ArgumentException($"y has {y.Count} values for {values.GetLength(0)} rows of values; expected as many.", nameof(y));
            (X, Y, Values) = (x, y, values);
        }

        /// <summary>Cell centres along x.</summary>
        public IReadOnlyList<double> X { get; }

        /// <summary>Cell centres along y.</summary>
        public IReadOnlyList<double> Y { get; }

        /// <summary>Values (y, x).</summary>
        public double[,] Values { get; }

        /// <summary>Default <see cref="ColorScale.Viridis"/>.</summary>
        public ColorScale Scale { get; init; } = ColorScale.Viridis;

        /// <summary>The value at the scale's lower end; default the smallest (symmetric for a diverging scale).</summary>
        public double? Low { get; init; }

        /// <summary>The value at the scale's upper end; default the largest (symmetric for a diverging scale).</summary>
        public double? High { get; init; }

        /// <summary>Whether to draw the colour bar; default true.</summary>
        public bool ShowScale { get; init; } = true;

        /// <summary>What the colour bar measures, with its unit; default nothing.</summary>
        public string ScaleTitle { get; init; } = "";

        /// <summary>The limits that are drawn.</summary>
        internal (double Low, double High) Limits()
        {
            var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
            foreach (var value in Values)
                if (double.IsFinite(value))
                    (low, high) = (Math.Min(low, value), Math.Max(high, value));
            if (low > high)
                (low, high) = (0, 1);
            if (Scale.IsDiverging && Low is null && High is null)
            {
                var size = Math.Max(Math.Abs(low), Math.Abs(high));
                (low, high) = (-size, size);
            }
            (low, high) = (Low ?? low, High ?? high);
            return high > low ? (low, high) : (low - 0.5 * Math.Max(Math.Abs(low), 1e-12), low + 0.5 * Math.Max(Math.Abs(low), 1e-12));
        }
    }
}

/// <summary>Checks of lengths, with messages that name the argument.</summary>
internal static class Same
{
    public static void Length<A, B>(IReadOnlyList<A> given, string name, IReadOnlyList<B> expected, string expectedName)
    {
        ArgumentNullException.ThrowIfNull(given, name);
        ArgumentNullException.ThrowIfNull(expected, expectedName);
        if (given.Count != expected.Count)
            throw new ArgumentException($"{name} has {given.Count} values but {expectedName} has {expected.Count}; expected as many.", name);
    }

    public static Bounds? Checked(Bounds? bounds, IReadOnlyList<double> values, string name)
    {
        if (bounds is null)
            return null;
        if (bounds.Low.Count != values.Count || bounds.High.Count != values.Count)
            throw new ArgumentException($"{name} has {bounds.Low.Count} lower and {bounds.High.Count} upper bounds for {values.Count} values; expected as many.", name);
        return bounds;
    }
}
