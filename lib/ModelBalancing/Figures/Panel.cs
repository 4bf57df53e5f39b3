// One pair of axes with what is drawn between them.
namespace ModelBalancing.Figures;

/// <summary>An axis.</summary>
/// <param name="Title">What it measures, with its unit; empty for none.</param>
public sealed record Axis(string Title = "")
{
    /// <summary>Whether it is logarithmic (base 10); default false.</summary>
    public bool Log { get; init; }

    /// <summary>The lower end; default from the data, with a little room.</summary>
    public double? Low { get; init; }

    /// <summary>The upper end; default from the data, with a little room.</summary>
    public double? High { get; init; }

    /// <summary>Names of the places 0, 1, 2 ..., instead of numbers.</summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>Whether it runs the other way (downwards for y); default false.</summary>
    public bool Reversed { get; init; }

    /// <summary>Whether grid lines are drawn; default true.</summary>
    public bool Grid { get; init; } = true;

    /// <summary>Exactly these ticks instead of chosen ones, such as the training sizes that were run.</summary>
    public IReadOnlyList<double>? TickValues { get; init; }
}

/// <summary>One pair of axes and its traces.</summary>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Traces">What is drawn, in this order.</param>
public sealed record Panel(Axis X, Axis Y, IReadOnlyList<Trace> Traces)
{
    /// <summary>A panel from traces given one by one.</summary>
    public Panel(Axis x, Axis y, params Trace[] traces) : this(x, y, (IReadOnlyList<Trace>)traces)
    {
    }

    /// <summary>The panel's own title; default none.</summary>
    public string Title { get; init; } = "";

    /// <summary>Lines, labels and shades over the data.</summary>
    public IReadOnlyList<Mark> Marks { get; init; } = [];
}

/// <summary>A corner of a panel.</summary>
public enum Corner
{
    /// <summary>Top right.</summary>
    TopRight,

    /// <summary>Top left.</summary>
    TopLeft,

    /// <summary>Bottom right.</summary>
    BottomRight,

    /// <summary>Bottom left.</summary>
    BottomLeft,
}

/// <summary>Something drawn over the data that is not data: a threshold, a label, a shaded range.</summary>
public abstract record Mark
{
    private Mark()
    {
    }

    /// <summary>#rrggbb; default <see cref="Palette.Reference"/>.</summary>
    public string Color { get; init; } = Palette.Reference;

    /// <summary>A vertical line over the panel's height.</summary>
    /// <param name="At">Where, in data units.</param>
    /// <param name="Label">Written beside it; empty for none.</param>
    public sealed record Vertical(double At, string Label = "") : Mark
    {
        /// <summary>Default dashed.</summary>
        public Dash Dash { get; init; } = Dash.Dashed;
    }

    /// <summary>A horizontal line over the panel's width.</summary>
    /// <param name="At">Where, in data units.</param>
    /// <param name="Label">Written above its right end; empty for none.</param>
    public sealed record Horizontal(double At, string Label = "") : Mark
    {
        /// <summary>Default dashed.</summary>
        public Dash Dash { get; init; } = Dash.Dashed;
    }

    /// <summary>A shaded range along x, over the panel's height.</summary>
    /// <param name="From">Its left end, in data units.</param>
    /// <param name="To">Its right end, in data units.</param>
    public sealed record Shade(double From, double To) : Mark;

    /// <summary>Text at a place.</summary>
    /// <param name="X">In data units.</param>
    /// <param name="Y">In data units.</param>
    /// <param name="Text">May have several lines.</param>
    public sealed record Caption(double X, double Y, string Text) : Mark;

    /// <summary>Text in a corner of the panel.</summary>
    /// <param name="Text">May have several lines.</param>
    /// <param name="Where">Which corner; default top right.</param>
    public sealed record Remark(string Text, Corner Where = Corner.TopRight) : Mark;
}
