// From the layers' metrics to learning-rate multipliers: the curves of the paper, its code and its review thread.
using System.Text.Json.Serialization;
using ModelBalancing.Spectra;

namespace ModelBalancing.Balancing;

/// <summary>A curve that turns the metrics of n layers into n learning-rate multipliers; a larger metric never gets a smaller one.</summary>
/// <remarks>Section 2.1 of the method's description; the released functions give multiplier · base rate.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "curve")]
[JsonDerivedType(typeof(Sigmoid), "sigmoid")]
[JsonDerivedType(typeof(LinearMap), "linear-map")]
[JsonDerivedType(typeof(SquareRoot), "square-root")]
[JsonDerivedType(typeof(Log2), "log2")]
[JsonDerivedType(typeof(Exponential), "exponential")]
[JsonDerivedType(typeof(Rank), "rank")]
public abstract record Schedule
{
    // Closed: the curves below are all there are.
    private Schedule()
    {
    }

    /// <summary>The multipliers of layers with these metrics.</summary>
    /// <param name="metrics">One metric a layer, in any order; usually the exponents alpha.</param>
    /// <param name="fidelity">Decides about equal and infinite metrics: the released arithmetic, or 1 for all and an exception. Corrected if left out.</param>
    /// <returns>One multiplier a layer, in the same order.</returns>
    /// <exception cref="ArgumentException">A metric for which the curve has no positive value, unless the variant computes regardless.</exception>
    public double[] Multipliers(ReadOnlySpan<double> metrics, Fidelity? fidelity = null)
    {
        if (metrics.IsEmpty)
            return [];
        if ((fidelity ?? Fidelity.Corrected).Degenerate == DegenerateCases.AsComputed)
            return Compute(metrics, averageTies: false);
        for (var i = 0; i < metrics.Length; i++)
        {
            if (!double.IsFinite(metrics[i]))
                throw new ArgumentException($"Metric {i} of {metrics.Length} is {metrics[i]}; leave layers without a finite metric out.", nameof(metrics));
        }
        var multipliers = new double[metrics.Length];
        if (metrics.IndexOfAnyExcept(metrics[0]) < 0)
        {
            Array.Fill(multipliers, 1);
            return multipliers;
        }
        multipliers = Compute(metrics, averageTies: true);
        for (var i = 0; i < metrics.Length; i++)
        {
            if (!double.IsFinite(multipliers[i]) || multipliers[i] < 0)
                throw new ArgumentException($"{this} gives {multipliers[i]} for metric {metrics[i]}; take another curve for these metrics.", nameof(metrics));
        }
        return multipliers;
    }

    /// <summary>What is wrong with the curve's own numbers, as the end of a sentence; null if nothing.</summary>
    internal virtual string? Problem => null;

    private protected static string? Negative(params (string Name, double Value)[] numbers) =>
        numbers.FirstOrDefault(number => !(double.IsFinite(number.Value) && number.Value >= 0)) is { Name: { } name, Value: var value }
            ? $"{name} is {value}, but must be at least 0, so that a larger metric never gets a smaller rate; the reverse is the control Inverted" : null;

    private protected abstract double[] Compute(ReadOnlySpan<double> metrics, bool averageTies);

    /// <summary>TB_Sigmoid: 10^(s·(σ(τ·d) − 1/2)) with d the metric minus the mean.</summary>
    /// <param name="SBelow">Strength s for layers at or below the mean (sigmoid_min; the first of a pair in the paper's tables).</param>
    /// <param name="SAbove">Strength s for layers above it (sigmoid_max).</param>
    /// <param name="Tau">Steepness τ (exp_temp).</param>
    /// <remarks>Paper Eq. 3 and 4. The multipliers lie between 10^(−SBelow/2) and 10^(SAbove/2).</remarks>
    public sealed record Sigmoid(double SBelow, double SAbove, double Tau = 10) : Schedule
    {
        internal override string? Problem => Negative(("sBelow", SBelow), ("sAbove", SAbove), ("tau", Tau));

        private protected override double[] Compute(ReadOnlySpan<double> metrics, bool averageTies)
        {
            var mean = Mean(metrics);
            return Map(metrics, metric =>
            {
                var difference = metric - mean;
                var strength = difference > 0 ? SAbove : SBelow;
                return Math.Pow(10, strength * (1 / (1 + Math.Exp(-Tau * difference)) - 0.5));
            });
        }
    }

    /// <summary>TB_Linear_Map: from Min at the smallest metric to Min + Slope at the largest.</summary>
    /// <param name="Min">Multiplier of the smallest metric (lr_min_ratio).</param>
    /// <param name="Slope">What the largest gets more (lr_slope).</param>
    /// <param name="Normalise">Whether the multipliers are divided by their mean (tb_lr_normalize).</param>
    /// <remarks>With equal metrics the released code gives every layer the upper end, Min + Slope.</remarks>
    public sealed record LinearMap(double Min = 0.5, double Slope = 1, bool Normalise = false) : Schedule
    {
        internal override string? Problem => Negative(("min", Min), ("slope", Slope));

        private protected override double[] Compute(ReadOnlySpan<double> metrics, bool averageTies)
        {
            var (low, high) = Range(metrics);
            // An infinite largest metric leaves the others at the lower end, as interpolation over an infinite range does.
            var rise = Slope / (high - low);
            var multipliers = Map(metrics, metric => double.IsNaN(metric) ? metric : metric >= high ? Min + Slope : rise * (metric - low) + Min);
            return Normalise ? DividedByMean(multipliers) : multipliers;
        }
    }

    /// <summary>Sqrt: √α over the mean of √α.</summary>
    public sealed record SquareRoot : Schedule
    {
        private protected override double[] Compute(ReadOnlySpan<double> metrics, bool averageTies) => DividedByMean(Map(metrics, Math.Sqrt));
    }

    /// <summary>Log2: log α over the mean of log α; negative for metrics below 1.</summary>
    public sealed record Log2 : Schedule
    {
        private protected override double[] Compute(ReadOnlySpan<double> metrics, bool averageTies) => DividedByMean(Map(metrics, Math.Log2));
    }

    /// <summary>Exp: 10^(sign(d)·|d|^S) with d the metric minus the mean.</summary>
    /// <param name="S">The power; 1 is the printed formula without it.</param>
    /// <remarks>Given only in the authors' answers to reviewers, as 10^(d^s), which has no value for d below 0 and broken s; equal to it at odd s.</remarks>
    public sealed record Exponential(double S = 1) : Schedule
    {
        internal override string? Problem => Negative(("s", S));

        private protected override double[] Compute(ReadOnlySpan<double> metrics, bool averageTies)
        {
            var mean = Mean(metrics);
            return Map(metrics, metric => Math.Pow(10, Math.CopySign(Math.Pow(Math.Abs(metric - mean), S), metric - mean)));
        }
    }

    /// <summary>Rank ("step"): Min + Slope·k/n for the k-th smallest of n metrics, k from 0.</summary>
    /// <param name="Min">Multiplier of the smallest.</param>
    /// <param name="Slope">The largest gets Min + Slope·(n − 1)/n.</param>
    /// <remarks>Equal metrics share their mean rank; the released code ranks them in whatever order its sort gives (here: the order of the layers).</remarks>
    public sealed record Rank(double Min = 0.5, double Slope = 1) : Schedule
    {
        internal override string? Problem => Negative(("min", Min), ("slope", Slope));

        private protected override double[] Compute(ReadOnlySpan<double> metrics, bool averageTies)
        {
            var values = metrics.ToArray();
            // NaN last, equal ones in the order of the layers.
            var order = Enumerable.Range(0, values.Length).OrderBy(i => double.IsNaN(values[i])).ThenBy(i => values[i]).ToArray();
            var multipliers = new double[values.Length];
            for (var first = 0; first < order.Length;)
            {
                var end = first + 1;
                while (averageTies && end < order.Length && values[order[end]] == values[order[first]])
                    end++;
                var rank = (first + end - 1) / 2.0;
                for (; first < end; first++)
                    multipliers[order[first]] = Min + Slope * rank / values.Length;
            }
            return multipliers;
        }
    }

    private static double[] Map(ReadOnlySpan<double> metrics, Func<double, double> curve)
    {
        var multipliers = new double[metrics.Length];
        for (var i = 0; i < metrics.Length; i++)
            multipliers[i] = curve(metrics[i]);
        return multipliers;
    }

    // Summed in eight lanes as numpy sums, so that the released values come out to the last digits.
    internal static double Mean(ReadOnlySpan<double> values) => Sum(values) / values.Length;

    private static double Sum(ReadOnlySpan<double> values)
    {
        const int lanes = 8, block = 128;
        if (values.Length > block)
        {
            var half = values.Length / 2 / lanes * lanes;
            return Sum(values[..half]) + Sum(values[half..]);
        }
        double sum = 0;
        var first = 0;
        if (values.Length >= lanes)
        {
            Span<double> lane = stackalloc double[lanes];
            for (; first + lanes <= values.Length; first += lanes)
            {
                for (var i = 0; i < lanes; i++)
                    lane[i] += values[first + i];
            }
            sum = lane[0] + lane[1] + (lane[2] + lane[3]) + (lane[4] + lane[5] + (lane[6] + lane[7]));
        }
        for (; first < values.Length; first++)
            sum += values[first];
        return sum;
    }

    internal static double[] DividedByMean(double[] values)
    {
        var mean = Mean(values);
        return Map(values, value => value / mean);
    }

    // Smallest and largest metric, NaN left out.
    private static (double Low, double High) Range(ReadOnlySpan<double> metrics)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var metric in metrics)
        {
            if (metric < low)
                low = metric;
            if (metric > high)
                high = metric;
        }
        return (low, high);
    }
}
