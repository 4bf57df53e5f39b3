// Which rows train, which choose, which are reported (docs: how two methods are compared, rules 1 and 2).
using MathNet.Numerics.Random;
using ModelBalancing.Spectra;

namespace ModelBalancing.Experiments;

/// <summary>Rows of a data set in three parts that share no row.</summary>
/// <param name="Train">Training rows, in the order drawn.</param>
/// <param name="Validation">Rows that choose the epoch and everything else; empty where the variant has none.</param>
/// <param name="Test">Rows that are read once, at the end; the same for every size and seed. Empty where the test rows are a file of their own.</param>
public sealed record RowSplit(int[] Train, int[] Validation, int[] Test)
{
    /// <summary>Fewest validation rows, where there are as many: 32.</summary>
    public const int FewestValidation = 32;

    /// <summary>Share of the rows that a grouped split keeps for validation, in whole groups.</summary>
    private const double ReservedShare = 0.1;

    /// <summary>Splits a file whose first rows are the test rows.</summary>
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
        return Draw([.. Enumerable.Range(test, total - test)], rows, seed, rule) with { Test = [.. Enumerable.Range(0, test)] };
    }

    /// <summary>Draws training and validation rows from those that may be used.</summary>
    /// <param name="pool">Rows that are neither test rows nor duplicates (<see cref="DistinctRows"/>), in file order.</param>
    /// <param name="rows">Training rows n.</param>
    /// <param name="seed">Seed of the draw; one order for every size, so the smaller subset is the beginning of the larger.</param>
    /// <param name="rule">How training rows are chosen.</param>
    /// <param name="groupOf">
    /// Key of a row's group, such as the sentence that a phrase is from: no group is in both parts. A tenth of the rows, in whole groups, is then kept back and
    /// trains last. Null where rows stand alone.
    /// </param>
    /// <returns>
    /// Training rows, and outside them as many validation rows, at least <see cref="FewestValidation"/> where there are as many. The released rules have none.
    /// </returns>
    /// <exception cref="RunException">The pool has too few rows.</exception>
    public static RowSplit Draw(IReadOnlyList<int> pool, int rows, int seed, SubsetRule rule = SubsetRule.SeededNested, Func<int, string>? groupOf = null)
    {
        ArgumentNullException.ThrowIfNull(pool);
        if (rows < 1 || rows > pool.Count)
            throw new RunException($"{rows} training rows were asked for, there are {pool.Count} after duplicates and test rows are taken out; ask for fewer or get more data.");
        if (rule is SubsetRule.FirstRows or SubsetRule.Strided)
        {
            int stride = rule == SubsetRule.Strided ? pool.Count / rows : 1;
            return new([.. Enumerable.Range(0, rows).Select(i => pool[i * stride])], [], []);
        }
        int[] order = [.. pool];
        var random = new Xoshiro256StarStar(seed, threadSafe: false);
        for (int last = order.Length - 1; last > 0; last--)
        {
            int other = random.Next(last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }
        int most = Math.Max(FewestValidation, rows);
        if (groupOf is null)
            return new(order[..rows], order[^Math.Min(most, order.Length - rows)..], []);

        var groups = order.ToDictionary(row => row, groupOf);
        var reserved = Reserved(order, groups);
        order = [.. order.Where(row => !reserved.Contains(groups[row])), .. order.Where(row => reserved.Contains(groups[row]))];
        var seen = order[..rows].Select(row => groups[row]).ToHashSet(StringComparer.Ordinal);
        return new(order[..rows], [.. order.Skip(rows).Where(row => !seen.Contains(groups[row]) && reserved.Contains(groups[row])).TakeLast(most)], []);
    }

    /// <summary>Groups kept for validation: from the end of the order, until they hold the share; one that would hold half of all rows is left to training.</summary>
    private static HashSet<string> Reserved(int[] order, Dictionary<int, string> groups)
    {
        var sizes = groups.Values.CountBy(group => group, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        int wanted = Math.Max(FewestValidation, (int)Math.Ceiling(ReservedShare * order.Length)), held = 0;
        var reserved = new HashSet<string>(StringComparer.Ordinal);
        foreach (int row in order.Reverse())
        {
            if (held >= wanted)
                break;
            string group = groups[row];
            if (held + sizes[group] <= order.Length / 2 && reserved.Add(group))
                held += sizes[group];
        }
        return reserved;
    }
}
