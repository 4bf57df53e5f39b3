// Which rows train, which choose, which are reported (docs: how two methods are compared, rules 1 and 2).
using MathNet.Numerics.Random;
using ModelBalancing.Spectra;

namespace ModelBalancing.Experiments;

/// <summary>Rows of a data set in three parts that share no row.</summary>
/// <param name="Train">Training rows, in the order drawn.</param>
/// <param name="Validation">Rows that choose the epoch and everything else; empty where the variant has none.</param>
/// <param name="Test">Rows that are read once, at the end: the first of the file, the same for every size and seed.</param>
public sealed record RowSplit(int[] Train, int[] Validation, int[] Test)
{
    /// <summary>Fewest validation rows, where there are as many: 32.</summary>
    public const int FewestValidation = 32;

    /// <summary>Splits by the rule of a variant.</summary>
    /// <param name="total">Rows of the file.</param>
    /// <param name="test">Test rows: the first of the file.</param>
    /// <param name="rows">Training rows n.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <param name="rule">How training rows are chosen.</param>
    /// <exception cref="RunException">The file has too few rows.</exception>
    public static RowSplit Of(int total, int test, int rows, int seed, SubsetRule rule)
    {
        if (test < 1 || rows < 1 || test + rows > total)
            throw new RunException($"{rows} training rows and {test} test rows were asked for, the data has {total} (test rows are among the kind's settings); ask for fewer or get more data.");
        int pool = total - test;
        int[] reported = [.. Enumerable.Range(0, test)];
        if (rule is SubsetRule.FirstRows or SubsetRule.Strided)
        {
            int stride = rule == SubsetRule.Strided ? pool / rows : 1;
            return new([.. Enumerable.Range(0, rows).Select(i => test + i * stride)], [], reported);
        }
        // One order for every size: the smaller subset is the beginning of the larger, validation is taken from the end.
        int[] order = [.. Enumerable.Range(test, pool)];
        var random = new Xoshiro256StarStar(seed, threadSafe: false);
        for (int last = pool - 1; last > 0; last--)
        {
            int other = random.Next(last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }
        int validation = Math.Min(Math.Max(FewestValidation, rows), pool - rows);
        return new(order[..rows], order[(pool - validation)..], reported);
    }
}
