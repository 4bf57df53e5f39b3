// Two methods on the same seeds, as the few numbers that a figure needs; the comparison behind them is Statistics.Comparison.
using ModelBalancing.Statistics;

namespace ModelBalancing.Experiments;

/// <summary>Summary of paired differences, treatment − baseline; for an error, negative means that the treatment is better.</summary>
/// <param name="Comparison">The comparison: treatment first, paired, two-sided, 95 %.</param>
public sealed record PairedSummary(Comparison Comparison)
{
    /// <summary>Number of pairs.</summary>
    public int Pairs => Comparison.First.Count;

    /// <summary>Mean of the baseline.</summary>
    public double BaselineMean => Comparison.Second.Mean;

    /// <summary>Mean of the treatment.</summary>
    public double TreatmentMean => Comparison.First.Mean;

    /// <summary>Mean of the differences.</summary>
    public double MeanDifference => Comparison.Difference;

    /// <summary>Standard deviation of the differences (n − 1); NaN for one pair.</summary>
    public double Deviation => Comparison.Deviation;

    /// <summary>Lower end of the 95 % t interval of the mean difference; NaN for one pair or equal differences.</summary>
    public double Low => Comparison.HasSpread ? Comparison.Interval.Low : double.NaN;

    /// <summary>Upper end.</summary>
    public double High => Comparison.HasSpread ? Comparison.Interval.High : double.NaN;

    /// <summary>Two-sided p of the paired t test; NaN for one pair or equal differences.</summary>
    public double TProbability => Comparison.HasSpread ? Comparison.Test.P : double.NaN;

    /// <summary>Two-sided p of the permutation test of the mean, exact up to 40 pairs; its smallest possible value is then 2/2ⁿ.</summary>
    public double PermutationProbability => Comparison.Permutation.P;

    /// <summary>Smallest true mean difference that this design finds with 80 % power at level 0.05 if the deviation is true; NaN for one pair or equal differences.</summary>
    public double SmallestDetectable => Comparison.HasSpread ? Comparison.SmallestDetectable : double.NaN;

    /// <summary>Improvement of the mean in per cent of the baseline's mean; positive means a lower treatment.</summary>
    public double ImprovementPercent => 100 * (BaselineMean - TreatmentMean) / BaselineMean;

    /// <summary>Summarises pairs.</summary>
    /// <param name="baseline">One value a pair.</param>
    /// <param name="treatment">One value a pair, in the same order.</param>
    /// <exception cref="ArgumentException">No pairs, different numbers, or values that are not finite: a failed run must be reported, not averaged.</exception>
    public static PairedSummary Of(IReadOnlyList<double> baseline, IReadOnlyList<double> treatment) =>
        new(Comparison.Of(treatment, baseline, new() { First = "treatment", Second = "baseline", Paired = true }));
}
