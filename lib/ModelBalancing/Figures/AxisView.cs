// An axis with its final range: from data to a place between 0 and 1.
namespace ModelBalancing.Figures;

internal sealed class AxisView
{
    private AxisView(Axis axis, double low, double high, bool isEmpty)
    {
        (Axis, Low, High, IsEmpty) = (axis, low, high, isEmpty);
    }

    public Axis Axis { get; }

    public double Low { get; }

    public double High { get; }

    /// <summary>Whether there was no value to make a range from.</summary>
    public bool IsEmpty { get; }

    public IReadOnlyList<Tick> Ticks { get; private set; } = [];

    /// <summary>Whether a value has a place on this axis at all.</summary>
    public bool Has(double value) => double.IsFinite(value) && (!Axis.Log || value > 0);

    /// <summary>0 at the axis' start, 1 at its end; also beyond.</summary>
    public double Place(double value)
    {
        // Halves and logarithms keep the difference of the largest numbers finite.
        var place = Axis.Log ? (Math.Log(value) - Math.Log(Low)) / (Math.Log(High) - Math.Log(Low)) : (value / 2 - Low / 2) / (High / 2 - Low / 2);
        return Axis.Reversed ? 1 - place : place;
    }

    public void ChooseTicks(int wanted) =>
        Ticks = Axis.Categories is { } names ? [.. names.Select((name, i) => new Tick(i, name))]
            : Axis.TickValues is { } given ? Figures.Ticks.At([.. given.Where(v => Has(v) && v >= Low && v <= High)])
            : Axis.Log ? Figures.Ticks.Logarithmic(Low, High, wanted)
            : Figures.Ticks.Linear(Low, High, wanted);

    /// <summary>The range over all values, with room at both ends.</summary>
    /// <param name="axis">The axis; its own limits win.</param>
    /// <param name="values">Values; those that have no place are ignored.</param>
    /// <param name="room">Share of the range added at each end.</param>
    /// <param name="exact">Whether the data ends where the axis should (heatmaps, bars): no room.</param>
    /// <param name="fromZero">Whether bars stand on a linear axis' zero.</param>
    public static AxisView Over(Axis axis, IEnumerable<double> values, double room, bool exact, bool fromZero)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
            if (double.IsFinite(value) && (!axis.Log || value > 0))
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
        if (axis.Categories is { Count: > 0 } names)
            (low, high, exact) = (-0.5, names.Count - 0.5, true);
        var isEmpty = low > high;
        if (isEmpty)
            (low, high, exact) = axis.Log ? (1, 10, true) : (0, 1, true);
        var zero = fromZero && !axis.Log;
        if (zero)
            (low, high) = (Math.Min(low, 0), Math.Max(high, 0));
        if (axis.Log)
        {
            var factor = Math.Log(high) - Math.Log(low) < 1e-7 ? 3 : exact ? 1 : Math.Exp((Math.Log(high) - Math.Log(low)) * room);
            (low, high) = (Math.Max(low / factor, double.Epsilon), Math.Min(high * factor, double.MaxValue));
        }
        else if (high - low <= Math.Abs(high) * 1e-12)
        {
            var half = high == 0 ? 0.5 : Math.Abs(high) * 0.1;
            (low, high) = (low - half, high + half);
        }
        else if (!exact)
        {
            var extra = high * room - low * room;
            (low, high) = (zero && low == 0 ? 0 : Math.Max(low - extra, double.MinValue), zero && high == 0 ? 0 : Math.Min(high + extra, double.MaxValue));
        }
        var (from, to) = (Limit(axis, axis.Low) ?? low, Limit(axis, axis.High) ?? high);
        if (!(to > from))
            (from, to) = axis.Log ? (from, from * 10) : (from, from + 1);
        return new(axis, from, to, isEmpty);
    }

    private static double? Limit(Axis axis, double? given) => given switch
    {
        null => null,
        { } value when !double.IsFinite(value) || (axis.Log && value <= 0) =>
            throw new ArgumentException($"The limit {value} of the axis '{axis.Title}' cannot be used; expected a finite number{(axis.Log ? " above zero, as the axis is logarithmic" : "")}."),
        _ => given,
    };
}
