// Methods of the same family as functions of the same metric: TempBalance of 2023, AlphaDecay, AlphaPruning, AlphaLoRA.
using ModelBalancing.Spectra;

namespace ModelBalancing.Balancing;

/// <summary>TempBalance as published at NeurIPS 2023 (public code YefanZhou/TempBalance).</summary>
/// <remarks>Its curves name the upper end of the range where this library names the width; square root and log2 are the same. First and last layer and layers of fewer than 50 eigenvalues are left out.</remarks>
public static class TempBalance2023
{
    /// <summary>Linear map between the smallest and the largest ratio.</summary>
    /// <param name="min">lr_min_ratio.</param>
    /// <param name="max">lr_max_ratio.</param>
    public static Schedule LinearMap(double min = 0.5, double max = 1.5) => new Schedule.LinearMap(min, max - min);

    /// <summary>By rank ("tb_step").</summary>
    /// <param name="min">Ratio of the smallest metric.</param>
    /// <param name="max">Ratio that the largest would get at rank n.</param>
    public static Schedule Step(double min = 0.5, double max = 1.5) => new Schedule.Rank(min, max - min);

    /// <summary>What it analyses: without the first and the last layer.</summary>
    public static EsdOptions Layers { get; } = new() { RemoveFirst = true, RemoveLast = true };

    /// <summary>Its variant: median fit, at least 50 eigenvalues.</summary>
    public static Fidelity Fidelity { get; } = Fidelity.ReleasedText with { TailPosition = 2 };
}

/// <summary>AlphaDecay: weaker weight decay for layers with a heavier tail.</summary>
/// <remarks>He et al.; every 500 steps, (s1, s2) = (0.67, 3) or (0.67, 5).</remarks>
public static class AlphaDecay
{
    /// <summary>Factor of the weight decay, on a line from s1 at the smallest alpha to s2 at the largest.</summary>
    public static Schedule Curve(double s1 = 0.67, double s2 = 3) => new Schedule.LinearMap(s1, s2 - s1);

    /// <summary>Options for <see cref="StepBalance"/> that tune nothing but the weight decay, layer by layer.</summary>
    /// <param name="weightDecay">The base weight decay.</param>
    /// <param name="s1">Factor at the smallest alpha.</param>
    /// <param name="s2">Factor at the largest.</param>
    public static StepBalanceOptions Options(double weightDecay, double s1 = 0.67, double s2 = 3) => new()
    {
        Balance = new BalanceOptions { Schedule = Curve(s1, s2) }, Unit = new BalanceUnit.Layer(), Tuned = TunedRates.WeightDecay, WeightDecay = weightDecay,
        Refresh = new RefreshRule.EverySteps(500), RemoveLast = false,
    };
}

/// <summary>AlphaPruning: layers with a light tail are pruned more.</summary>
/// <remarks>NeurIPS 2024, public code haiquanlu/AlphaPruning, lib/prune.py.</remarks>
public static class AlphaPruning
{
    // What the shipped code puts in place of a sparsity above 1; at an overall sparsity of 0.7 it has another number.
    private const double Clamp = 0.998, ClampAtSeventy = 0.99999;

    /// <summary>Sparsity of every layer.</summary>
    /// <param name="metrics">One metric a layer.</param>
    /// <param name="counts">Weights of every layer.</param>
    /// <param name="sparsity">Overall share of weights to remove, 0 to 1.</param>
    /// <param name="s1">Relative sparsity at the smallest metric; 1 − 0.3 by default.</param>
    /// <param name="s2">Relative sparsity at the largest.</param>
    /// <param name="layersPerBlock">With a number above 1, every so many layers share the mean of their metrics.</param>
    /// <param name="fidelity">The released variant clamps single layers and misses the overall sparsity; Corrected clamps at 1 and spreads the rest, and gives equal metrics equal sparsity.</param>
    /// <returns>Sparsities whose weighted mean is the overall one.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or a value is out of range.</exception>
    public static double[] Sparsities(IReadOnlyList<double> metrics, IReadOnlyList<double> counts, double sparsity, double s1 = 0.7, double s2 = 1.3, int layersPerBlock = 1, Fidelity? fidelity = null)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(counts);
        if (metrics.Count != counts.Count || layersPerBlock < 1)
            throw new ArgumentException($"There are {metrics.Count} metrics and {counts.Count} counts, in blocks of {layersPerBlock}; give one count a metric and blocks of at least 1.", nameof(counts));
        if (!(sparsity is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(sparsity), sparsity, "The overall sparsity is a share from 0 to 1.");
        var released = (fidelity ?? Fidelity.Corrected).Degenerate == DegenerateCases.AsComputed;
        var scores = Enumerable.Range(0, metrics.Count).Select(i => i / layersPerBlock * layersPerBlock)
            .Select(first => Schedule.Mean([.. metrics.Skip(first).Take(layersPerBlock)])).ToArray();
        var (low, high) = scores.Any(double.IsNaN) ? (double.NaN, double.NaN) : (scores.Min(), scores.Max());
        var shares = scores.Select(score => !released && low == high ? 1 : (score - low) / (high - low) * (s2 - s1) + s1).ToArray();
        if (released)
        {
            var scale = counts.Sum() * sparsity / counts.Zip(shares, (count, share) => count * share).Sum();
            return [.. shares.Select(share => share * scale)];
        }
        return Spread(shares, counts, sparsity);
    }

    /// <summary>The shipped code's last step: sparsities above 1 are replaced.</summary>
    /// <param name="sparsities">What <see cref="Sparsities"/> gave.</param>
    /// <param name="sparsity">The overall sparsity that was asked for.</param>
    public static double[] Clamped(IReadOnlyList<double> sparsities, double sparsity) =>
        [.. sparsities.Select(value => value > 1 ? sparsity == 0.7 ? ClampAtSeventy : Clamp : value)];

    // Layers that would be pruned by more than all of their weights are pruned wholly, the others take the rest.
    private static double[] Spread(double[] shares, IReadOnlyList<double> counts, double sparsity)
    {
        var full = new bool[shares.Length];
        while (true)
        {
            var open = Enumerable.Range(0, shares.Length).Where(i => !full[i]).ToList();
            var wanted = counts.Sum() * sparsity - Enumerable.Range(0, shares.Length).Where(i => full[i]).Sum(i => counts[i]);
            var weight = open.Sum(i => counts[i] * shares[i]);
            var scale = weight > 0 ? wanted / weight : 0;
            var above = open.Where(i => shares[i] * scale > 1).ToList();
            if (above.Count == 0)
                return [.. shares.Select((share, i) => full[i] ? 1 : share * scale)];
            foreach (var i in above)
                full[i] = true;
        }
    }
}

/// <summary>AlphaLoRA: more experts for blocks with a light tail, which are trained less.</summary>
/// <remarks>EMNLP 2024, public code peijunallin/alphalora, expert_number.py.</remarks>
public static class AlphaLora
{
    /// <summary>Number of experts of every block.</summary>
    /// <param name="metrics">Mean alpha of every block, above 0.</param>
    /// <param name="total">All experts together.</param>
    /// <param name="beta">Power of alpha.</param>
    /// <param name="fidelity">The released correction compares un-normalised quantities and can give 0 or negative counts; Corrected rounds by largest remainder with at least one a block.</param>
    /// <returns>Counts whose sum is the total.</returns>
    /// <exception cref="ArgumentException">A metric is not finite and above 0, or there are fewer experts than blocks.</exception>
    public static int[] Experts(IReadOnlyList<double> metrics, int total = 160, double beta = 2.5, Fidelity? fidelity = null)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        if (metrics.FirstOrDefault(metric => !double.IsFinite(metric) || metric <= 0, 1) is var wrong && wrong != 1)
            throw new ArgumentException($"A block's alpha is {wrong}; expert counts need finite values above 0.", nameof(metrics));
        var powers = metrics.Select(metric => Math.Pow(metric, beta)).ToArray();
        var shares = powers.Select(power => power / powers.Sum() * total).ToArray();
        if ((fidelity ?? Fidelity.Corrected).Degenerate == DegenerateCases.AsComputed)
            return Released(powers, shares, total);
        if (total < metrics.Count)
            throw new ArgumentException($"{total} experts cannot serve {metrics.Count} blocks; take at least one a block.", nameof(total));
        // One each, the rest by largest remainder.
        var rest = powers.Select(power => power / powers.Sum() * (total - metrics.Count)).ToArray();
        var counts = rest.Select(share => 1 + (int)Math.Floor(share)).ToArray();
        foreach (var i in Enumerable.Range(0, counts.Length).OrderByDescending(i => rest[i] - Math.Floor(rest[i])).ThenBy(i => i).Take(total - counts.Sum()).ToList())
            counts[i]++;
        return counts;
    }

    /// <summary>Experts that are active for a token: 2 where a block has more than one, else 1.</summary>
    public static int[] TopK(IReadOnlyList<int> experts) => [.. experts.Select(count => count > 1 ? 2 : 1)];

    private static int[] Released(double[] powers, double[] shares, int total)
    {
        // numpy rounds halves to even.
        var counts = shares.Select(share => (int)Math.Round(share, MidpointRounding.ToEven)).ToArray();
        while (counts.Sum() != total)
        {
            var gaps = powers.Zip(counts, (power, count) => power - count).ToArray();
            if (counts.Sum() < total)
                counts[Array.IndexOf(gaps, gaps.Min())]++;
            else
                counts[Array.IndexOf(gaps, gaps.Max())]--;
        }
        return counts;
    }
}
