// Columns of a table: values with their type, so that each form of the table can sort, align and format them.
namespace ModelBalancing.Figures;

/// <summary>Which value of a numeric column to set in bold.</summary>
public enum Emphasis
{
    /// <summary>None.</summary>
    None,

    /// <summary>The smallest.</summary>
    Lowest,

    /// <summary>The largest.</summary>
    Highest,
}

/// <summary>A column of a <see cref="Table"/>.</summary>
public abstract record Column
{
    private Column(string header)
    {
        ArgumentNullException.ThrowIfNull(header);
        Header = header;
    }

    /// <summary>What stands above it.</summary>
    public string Header { get; }

    /// <summary>How many rows it has.</summary>
    public abstract int Count { get; }

    /// <summary>Whether it is set flush right.</summary>
    internal abstract bool IsNumeric { get; }

    /// <summary>What a row shows.</summary>
    internal abstract string Shown(int row);

    /// <summary>What a row sorts by: the number, or null for text.</summary>
    internal abstract double? SortedBy(int row);

    /// <summary>The row set in bold, or -1.</summary>
    internal virtual bool IsBold(int row) => false;

    /// <summary>Text, flush left.</summary>
    public sealed record Text : Column
    {
        /// <summary>Makes a column of text.</summary>
        /// <param name="header">What stands above it.</param>
        /// <param name="values">One a row; null is shown empty.</param>
        public Text(string header, IEnumerable<string?> values) : base(header)
        {
            ArgumentNullException.ThrowIfNull(values);
            Values = [.. values.Select(v => v ?? "")];
        }

        /// <summary>One a row.</summary>
        public IReadOnlyList<string> Values { get; }

        /// <inheritdoc/>
        public override int Count => Values.Count;

        internal override bool IsNumeric => false;

        internal override string Shown(int row) => Values[row];

        internal override double? SortedBy(int row) => null;
    }

    /// <summary>Numbers, flush right.</summary>
    public sealed record Number : Column
    {
        /// <summary>Makes a column of numbers.</summary>
        /// <param name="header">What stands above it, with the unit.</param>
        /// <param name="values">One a row; NaN is shown as a dash.</param>
        /// <param name="format">A .NET number format such as "0.000"; default four significant digits.</param>
        public Number(string header, IEnumerable<double> values, string? format = null) : base(header)
        {
            ArgumentNullException.ThrowIfNull(values);
            (Values, Format) = ([.. values], format);
        }

        /// <summary>One a row.</summary>
        public IReadOnlyList<double> Values { get; }

        /// <summary>A .NET number format, or null for four significant digits.</summary>
        public string? Format { get; }

        /// <summary>Which value to set in bold; default none.</summary>
        public Emphasis Bold { get; init; }

        /// <inheritdoc/>
        public override int Count => Values.Count;

        internal override bool IsNumeric => true;

        internal override string Shown(int row) => Formatted(Values[row], Format);

        internal override double? SortedBy(int row) => Values[row];

        internal override bool IsBold(int row) => IsBest(Values, row, Bold);
    }

    /// <summary>Mean ± standard deviation, flush right.</summary>
    public sealed record MeanDeviation : Column
    {
        /// <summary>Makes a column of means with their standard deviations.</summary>
        /// <param name="header">What stands above it, with the unit.</param>
        /// <param name="means">One a row.</param>
        /// <param name="deviations">Sample standard deviations, one a row; NaN (a single seed) leaves the ± out.</param>
        /// <param name="format">A .NET number format; default four significant digits of the mean.</param>
        /// <exception cref="ArgumentException">The lengths differ.</exception>
        public MeanDeviation(string header, IEnumerable<double> means, IEnumerable<double> deviations, string? format = null) : base(header)
        {
            ArgumentNullException.ThrowIfNull(means);
            ArgumentNullException.ThrowIfNull(deviations);
            (Means, Deviations, Format) = ([.. means], [.. deviations], format);
            Same.Length(Deviations, nameof(deviations), Means, nameof(means));
        }

        /// <summary>From each row's values: their mean and sample standard deviation (n − 1).</summary>
        /// <param name="header">What stands above it, with the unit.</param>
        /// <param name="values">The values of each row, such as one a seed.</param>
        /// <param name="format">A .NET number format; default four significant digits of the mean.</param>
        public static MeanDeviation Of(string header, IEnumerable<IReadOnlyList<double>> values, string? format = null)
        {
            var rows = values.Select(Sample.Of).ToList();
            return new(header, rows.Select(r => r.Mean), rows.Select(r => r.Deviation), format);
        }

        /// <summary>One a row.</summary>
        public IReadOnlyList<double> Means { get; }

        /// <summary>One a row.</summary>
        public IReadOnlyList<double> Deviations { get; }

        /// <summary>A .NET number format, or null for four significant digits.</summary>
        public string? Format { get; }

        /// <summary>Which mean to set in bold; default none.</summary>
        public Emphasis Bold { get; init; }

        /// <inheritdoc/>
        public override int Count => Means.Count;

        internal override bool IsNumeric => true;

        internal override string Shown(int row) => Formatted(Means[row], Format)
            + (double.IsFinite(Deviations[row]) && double.IsFinite(Means[row]) ? " ± " + (Format is null ? Quantities.Number(Deviations[row], 2) : Formatted(Deviations[row], Format)) : "");

        internal override double? SortedBy(int row) => Means[row];

        internal override bool IsBold(int row) => IsBest(Means, row, Bold);
    }

    private static string Formatted(double value, string? format) => format is null || !double.IsFinite(value)
        ? Quantities.Number(value)
        : value.ToString(format, System.Globalization.CultureInfo.InvariantCulture).Replace('-', '−').Replace("E−", "e-").Replace("e−", "e-");

    private static bool IsBest(IReadOnlyList<double> values, int row, Emphasis emphasis)
    {
        if (emphasis == Emphasis.None || !double.IsFinite(values[row]))
            return false;
        var finite = values.Where(double.IsFinite).ToList();
        return finite.Count > 1 && values[row] == (emphasis == Emphasis.Lowest ? finite.Min() : finite.Max());
    }
}

/// <summary>Mean and spread of a few values, such as one a seed.</summary>
/// <param name="Mean">Their mean; NaN when there is none.</param>
/// <param name="Deviation">Sample standard deviation (n − 1); NaN for fewer than two.</param>
/// <param name="Low">The smallest.</param>
/// <param name="High">The largest.</param>
internal readonly record struct Sample(double Mean, double Deviation, double Low, double High)
{
    /// <summary>Over the finite values.</summary>
    public static Sample Of(IReadOnlyList<double> values)
    {
        var finite = values.Where(double.IsFinite).ToList();
        if (finite.Count == 0)
            return new(double.NaN, double.NaN, double.NaN, double.NaN);
        var mean = finite.Average();
        var deviation = finite.Count < 2 ? double.NaN : Math.Sqrt(finite.Sum(v => (v - mean) * (v - mean)) / (finite.Count - 1));
        return new(mean, deviation, finite.Min(), finite.Max());
    }
}
