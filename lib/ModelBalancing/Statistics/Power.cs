// What a design can find: power, the number of runs needed, the smallest effect found with a given power.
namespace ModelBalancing.Statistics;

/// <summary>Power of t tests, by the noncentral t distribution. Effects are in units of a standard deviation: of the differences for pairs, of the common one for two samples.</summary>
public static class Power
{
    /// <summary>Probability that the paired (or one-sample) t test finds an effect.</summary>
    /// <param name="effect">True mean difference over the differences' standard deviation.</param>
    /// <param name="pairs">Number of pairs, at least 2; a fraction is allowed.</param>
    /// <param name="level">Level α; default 0.05.</param>
    /// <param name="alternative">The side; default two-sided.</param>
    /// <exception cref="ArgumentException">Fewer than 2 pairs, or a level outside (0, 1).</exception>
    public static double Paired(double effect, double pairs, double level = 0.05, Alternative alternative = Alternative.TwoSided) =>
        Of(effect * Math.Sqrt(pairs), pairs - 1, level, alternative);

    /// <summary>Probability that Student's test of two independent samples finds an effect.</summary>
    /// <param name="effect">True difference of means over the common standard deviation.</param>
    /// <param name="first">Size of the first sample; a fraction is allowed.</param>
    /// <param name="second">Size of the second sample.</param>
    /// <param name="level">Level α; default 0.05.</param>
    /// <param name="alternative">The side; default two-sided.</param>
    /// <exception cref="ArgumentException">Fewer than 3 values together, or a level outside (0, 1).</exception>
    public static double Independent(double effect, double first, double second, double level = 0.05, Alternative alternative = Alternative.TwoSided) =>
        Of(effect / Math.Sqrt(1 / first + 1 / second), first + second - 2, level, alternative);

    /// <summary>The number of pairs, as a real number, at which the paired test finds an effect with the wanted power; at least 2.</summary>
    /// <param name="effect">Effect, not 0; the sign is that of the alternative's side.</param>
    /// <param name="power">Wanted power; default 0.8.</param>
    /// <param name="level">Level α; default 0.05.</param>
    /// <param name="alternative">The side; default two-sided.</param>
    /// <returns>The solution; +∞ where the effect is 0 or points to the other side. Round up for a number of runs.</returns>
    public static double PairsNeeded(double effect, double power = 0.8, double level = 0.05, Alternative alternative = Alternative.TwoSided) =>
        Needed(effect, power, level, alternative, 2, pairs => Paired(effect, pairs, level, alternative));

    /// <summary>The size of the first of two independent samples, as a real number, with the second <paramref name="ratio"/> times as large.</summary>
    /// <inheritdoc cref="PairsNeeded"/>
    /// <param name="effect">Effect, not 0; the sign is that of the alternative's side.</param>
    /// <param name="ratio">Size of the second sample over that of the first.</param>
    /// <param name="power">Wanted power; default 0.8.</param>
    /// <param name="level">Level α; default 0.05.</param>
    /// <param name="alternative">The side; default two-sided.</param>
    public static double SamplesNeeded(double effect, double ratio = 1, double power = 0.8, double level = 0.05, Alternative alternative = Alternative.TwoSided) =>
        Needed(effect, power, level, alternative, (3 + 1e-9) / (1 + ratio), size => Independent(effect, size, size * ratio, level, alternative));

    /// <summary>The smallest effect that the paired test finds with the wanted power.</summary>
    /// <param name="pairs">Number of pairs, at least 2.</param>
    /// <param name="power">Wanted power; default 0.8.</param>
    /// <param name="level">Level α; default 0.05.</param>
    /// <param name="alternative">The side; default two-sided.</param>
    /// <returns>The size of the effect, positive.</returns>
    public static double DetectablePaired(double pairs, double power = 0.8, double level = 0.05, Alternative alternative = Alternative.TwoSided) =>
        Detectable(power, level, effect => Paired(effect, pairs, level, Onesided(alternative)));

    /// <summary>The smallest effect that Student's test of two independent samples finds with the wanted power.</summary>
    /// <inheritdoc cref="DetectablePaired"/>
    /// <param name="first">Size of the first sample.</param>
    /// <param name="second">Size of the second sample.</param>
    /// <param name="power">Wanted power; default 0.8.</param>
    /// <param name="level">Level α; default 0.05.</param>
    /// <param name="alternative">The side; default two-sided.</param>
    public static double DetectableIndependent(double first, double second, double power = 0.8, double level = 0.05, Alternative alternative = Alternative.TwoSided) =>
        Detectable(power, level, effect => Independent(effect, first, second, level, Onesided(alternative)));

    private static double Of(double shift, double freedom, double level, Alternative alternative)
    {
        if (!(freedom >= 1))
            throw new ArgumentException("pairs, first, second: too few values for a t test; pairs need 2, two samples 3 together.", nameof(freedom));
        CheckLevel(level);
        double critical = StudentT.UpperQuantile(alternative == Alternative.TwoSided ? level / 2 : level, freedom);
        double upper = alternative == Alternative.Less ? 0 : NoncentralT.Upper(critical, freedom, shift);
        double lower = alternative == Alternative.Greater ? 0 : NoncentralT.Lower(-critical, freedom, shift);
        return upper + lower;
    }

    /// <summary>An effect's size has no sign: the one-sided question is asked to its own side.</summary>
    private static Alternative Onesided(Alternative alternative) => alternative == Alternative.Less ? Alternative.Greater : alternative;

    private static double Needed(double effect, double power, double level, Alternative alternative, double fewest, Func<double, double> powerAt)
    {
        CheckPower(power, level);
        if (effect == 0 || !double.IsFinite(effect) || alternative == Alternative.Less && effect > 0 || alternative == Alternative.Greater && effect < 0)
            return double.IsInfinity(effect) ? fewest : double.PositiveInfinity;
        if (powerAt(fewest) >= power)
            return fewest;
        double high = 2 * fewest;
        while (powerAt(high) < power)
        {
            high *= 2;
            if (high > 1e9)
                return double.PositiveInfinity;
        }
        return RootSearch.Between(size => powerAt(size) - power, high / 2, high);
    }

    private static double Detectable(double power, double level, Func<double, double> powerAt)
    {
        CheckPower(power, level);
        return RootSearch.Upwards(effect => power - powerAt(effect));
    }

    private static void CheckLevel(double level)
    {
        if (!(level > 0 && level < 0.5))
            throw new ArgumentException($"level: must lie between 0 and 0.5, got {level.ToString(System.Globalization.CultureInfo.InvariantCulture)}.", nameof(level));
    }

    private static void CheckPower(double power, double level)
    {
        CheckLevel(level);
        if (!(power > level && power < 1))
            throw new ArgumentException($"power: must lie between the level and 1, got {power.ToString(System.Globalization.CultureInfo.InvariantCulture)}.", nameof(power));
    }
}
