// How often a test finds a difference where there is none: 10,000 pairs of samples of one normal distribution.
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Random;
using ModelBalancing.Statistics;

namespace ModelBalancing.Tests.Statistics;

public sealed class TypeOneErrorTests
{
    private const int Draws = 10_000;

    private static double FalseAlarms(int first, int second, Func<double[], double[], double> p)
    {
        var random = new Xoshiro256StarStar(11, threadSafe: false);
        int alarms = 0;
        for (int i = 0; i < Draws; i++)
        {
            double[] x = new double[first], y = new double[second];
            Normal.Samples(random, x, 0, 1);
            Normal.Samples(random, y, 0, 1);
            if (p(x, y) <= 0.05)
                alarms++;
        }
        return (double)alarms / Draws;
    }

    [Fact]
    public void T_tests_alarm_in_five_of_a_hundred_cases()
    {
        foreach (var side in Enum.GetValues<Alternative>())
        {
            Assert.InRange(FalseAlarms(10, 10, (x, y) => TTest.Paired(x, y, side).P), 0.045, 0.055);
            Assert.InRange(FalseAlarms(3, 3, (x, y) => TTest.Paired(x, y, side).P), 0.045, 0.055);
            Assert.InRange(FalseAlarms(10, 7, (x, y) => TTest.Student(x, y, side).P), 0.045, 0.055);
            Assert.InRange(FalseAlarms(10, 10, (x, y) => TTest.Welch(x, y, side).P), 0.045, 0.055);
            Assert.InRange(FalseAlarms(8, 1, (x, _) => TTest.OneSample(x, 0, side).P), 0.045, 0.055);
        }
    }

    [Fact]
    public void Exact_tests_never_alarm_oftener()
    {
        foreach (var side in Enum.GetValues<Alternative>())
        {
            Assert.InRange(FalseAlarms(8, 8, (x, y) => Permutation.Paired(x, y, side).P), 0.03, 0.055);
            Assert.InRange(FalseAlarms(5, 5, (x, y) => Permutation.Independent(x, y, side).P), 0.03, 0.055);
            Assert.InRange(FalseAlarms(8, 8, (x, y) => Wilcoxon.Test(x, y, side).P), 0.03, 0.055);
            Assert.InRange(FalseAlarms(6, 7, (x, y) => MannWhitney.Test(x, y, side).P), 0.03, 0.055);
            Assert.InRange(FalseAlarms(8, 8, (x, y) => KolmogorovSmirnov.Test(x, y, side).P), 0.005, 0.055);
        }
        Assert.InRange(FalseAlarms(9, 9, (x, y) => new SignTest(x.Zip(y).Count(pair => pair.First > pair.Second), x.Zip(y).Count(pair => pair.First < pair.Second), 0).P), 0.02, 0.055);
    }

    [Fact]
    public void Exact_tests_hold_with_ties_and_zeros()
    {
        static double[] Rounded(double[] values) => [.. values.Select(value => Math.Round(value))];
        Assert.InRange(FalseAlarms(8, 8, (x, y) => Permutation.Paired(Rounded(x), Rounded(y)).P), 0, 0.055);
        Assert.InRange(FalseAlarms(5, 5, (x, y) => Permutation.Independent(Rounded(x), Rounded(y)).P), 0, 0.055);
        Assert.InRange(FalseAlarms(8, 8, (x, y) => Wilcoxon.Test(Rounded(x), Rounded(y)).P), 0, 0.055);
    }
}
