// What a design makes of many repetitions of one study: how often it finds an effect, and how large the effects look that it finds.
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Random;

namespace ModelBalancing.Statistics;

/// <summary>Many studies of one design, all with the same true effect; effects in standard deviations of the pairs' differences.</summary>
/// <param name="Effect">The true mean difference, at least 0.</param>
/// <param name="Pairs">Pairs of each study.</param>
/// <param name="Studies">Number of studies drawn.</param>
/// <param name="Found">Share of the studies whose paired t test is significant: the power.</param>
/// <param name="FoundSize">Mean size of the observed effect among the significant studies; NaN if there is none.</param>
/// <param name="WrongSide">Share of the significant studies whose effect has the wrong sign; half of them without an effect, NaN if there is none.</param>
/// <remarks>The size among the significant studies is what a literature shows that reports these only: it is too large, the more so the weaker the design (the winner's curse).</remarks>
public sealed record PairedStudies(double Effect, int Pairs, int Studies, double Found, double FoundSize, double WrongSide)
{
    /// <summary>How many times too large the effect looks among the significant studies; infinite without an effect.</summary>
    public double Exaggeration => FoundSize / Effect;

    /// <summary>Draws studies and counts what their tests find, two-sided.</summary>
    /// <inheritdoc cref="Tests"/>
    /// <param name="effect">The true mean difference in standard deviations, at least 0.</param>
    /// <param name="pairs">Pairs of each study, at least 2.</param>
    /// <param name="studies">Studies to draw; default 20,000, which leaves a standard error of at most 0.0035 on a share.</param>
    /// <param name="level">Level of the tests; default 0.05.</param>
    /// <param name="seed">Seed of the draws.</param>
    public static PairedStudies Draw(double effect, int pairs, int studies = 20_000, double level = 0.05, int seed = 1)
    {
        if (!(level > 0 && level < 1))
            throw new ArgumentException($"level: must lie between 0 and 1, got {level.ToString(System.Globalization.CultureInfo.InvariantCulture)}.", nameof(level));
        var tests = Tests(effect, pairs, studies, seed);
        double critical = StudentT.UpperQuantile(level / 2, pairs - 1);
        var found = tests.Where(test => Math.Abs(test.Statistic) >= critical).ToList();
        return found.Count == 0 ? new(effect, pairs, studies, 0, double.NaN, double.NaN)
            : new(effect, pairs, studies, (double)found.Count / studies, found.Average(test => Math.Abs(test.Difference)), found.Average(test => test.Difference < 0 ? 1.0 : 0));
    }

    /// <summary>The paired t tests of drawn studies: differences are normal with the effect as mean and 1 as standard deviation.</summary>
    /// <param name="effect">The true mean difference in standard deviations, at least 0.</param>
    /// <param name="pairs">Pairs of each study, at least 2.</param>
    /// <param name="studies">Studies to draw.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static IReadOnlyList<TTestResult> Tests(double effect, int pairs, int studies, int seed = 1)
    {
        if (!(effect >= 0) || !double.IsFinite(effect))
            throw new ArgumentException($"effect: expected a size of at least 0, got {effect.ToString(System.Globalization.CultureInfo.InvariantCulture)}.", nameof(effect));
        if (pairs < 2 || studies < 1)
            throw new ArgumentException($"pairs, studies: expected at least 2 pairs and 1 study, got {pairs} and {studies}.", nameof(pairs));
        var normal = new Normal(effect, 1, new Xoshiro256StarStar(seed, threadSafe: false));
        var (tests, differences) = (new TTestResult[studies], new double[pairs]);
        for (int study = 0; study < studies; study++)
        {
            normal.Samples(differences);
            var moments = Moments.Of(differences);
            tests[study] = new(moments.Mean, moments.StandardError, pairs - 1, Alternative.TwoSided);
        }
        return tests;
    }
}
