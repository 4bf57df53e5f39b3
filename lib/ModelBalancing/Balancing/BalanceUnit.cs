// What shares a multiplier: a layer, a block of layers, one block alone.
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using ModelBalancing.Spectra;

namespace ModelBalancing.Balancing;

/// <summary>The unit that gets one multiplier.</summary>
/// <remarks>Sections 2.1 to 2.3 of the method's description; released option tb_unit.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "unit")]
[JsonDerivedType(typeof(Layer), "layer")]
[JsonDerivedType(typeof(Block), "block")]
[JsonDerivedType(typeof(LayerInBlock), "layer-in-block")]
[JsonDerivedType(typeof(Window), "window")]
[JsonDerivedType(typeof(ReversedGroups), "reversed-groups")]
public abstract partial record BalanceUnit
{
    // Closed: the units below are all there are.
    private BalanceUnit()
    {
    }

    /// <summary>Every layer by its own metric.</summary>
    public sealed record Layer : BalanceUnit;

    /// <summary>Every block by the mean of its layers' metrics; what the paper's language-model runs use.</summary>
    public sealed record Block : BalanceUnit;

    /// <summary>Blocks first, then the layers of a block on a line from Min to Min + Slope times the block's multiplier (tb_unit = "layer").</summary>
    /// <param name="Min">Part of the block's multiplier that its layer of smallest metric gets.</param>
    /// <param name="Slope">What the layer of largest metric gets more.</param>
    public sealed record LayerInBlock(double Min = 0.5, double Slope = 1) : BalanceUnit;

    /// <summary>One block at a fixed multiplier, everything else at the base: a diagnosis, not balancing (tb_unit = "sliding_window").</summary>
    /// <param name="Index">The block, from 0 in order of appearance.</param>
    /// <param name="Scale">Its multiplier.</param>
    public sealed record Window(int Index, double Scale) : BalanceUnit;

    /// <summary>Layers of the same type across blocks, the largest metric at the lower end: the released tb_layer_groups, opposite to everything else.</summary>
    /// <param name="Min">Multiplier of the largest metric of a group, and of a group of one or of equal metrics.</param>
    /// <param name="Slope">What the smallest gets more.</param>
    public sealed record ReversedGroups(double Min = 0.5, double Slope = 1) : BalanceUnit;

    /// <summary>Multipliers of a table of layers.</summary>
    /// <param name="names">The layers' names.</param>
    /// <param name="metrics">Their metrics, one each.</param>
    /// <param name="schedule">Curve over the units.</param>
    /// <param name="normalise">Whether multipliers of blocks, or of layers in blocks, are divided by their mean over all rows, those outside any block included (tb_lr_normalize).</param>
    /// <param name="fidelity">Decides which names share a block, and about equal metrics; Corrected if left out.</param>
    /// <param name="targets">Only layers whose name holds one of these count, the rest stays at 1 (low-rank adapters); null for all.</param>
    /// <returns>One multiplier a layer; 1 for a layer outside any block.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or the window is outside the blocks.</exception>
    public double[] Multipliers(IReadOnlyList<string> names, IReadOnlyList<double> metrics, Schedule schedule, bool normalise = false, Fidelity? fidelity = null, IReadOnlyList<string>? targets = null)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(schedule);
        if (names.Count != metrics.Count)
            throw new ArgumentException($"There are {names.Count} layers and {metrics.Count} metrics; give one each.", nameof(metrics));
        fidelity ??= Fidelity.Corrected;
        if (this is Layer)
            return schedule.Multipliers([.. metrics], fidelity);
        var multipliers = new double[names.Count];
        Array.Fill(multipliers, 1);
        if (this is ReversedGroups reversed)
        {
            foreach (var rows in Grouped(names, name => TypeOf(name)))
                Spread(rows, metrics, multipliers, reversed.Min + reversed.Slope, reversed.Min, equal: reversed.Min);
            return multipliers;
        }
        var counted = targets is null ? names : [.. names.Select(name => targets.Any(target => name.Contains(target, StringComparison.Ordinal)) ? name : "")];
        var blocks = Grouped(counted, name => BlockOf(name, fidelity));
        if (this is Window window)
        {
            if (window.Index < 0 || window.Index >= blocks.Count)
                throw new ArgumentException($"Window {window.Index} is outside the {blocks.Count} blocks of the model; take 0 to {blocks.Count - 1}.", nameof(names));
            foreach (var row in blocks[window.Index])
                multipliers[row] = window.Scale;
            return multipliers;
        }
        var ofBlocks = schedule.Multipliers([.. blocks.Select(rows => Schedule.Mean([.. rows.Select(row => metrics[row])]))], fidelity);
        for (var block = 0; block < blocks.Count; block++)
        {
            if (this is LayerInBlock inner)
                Spread(blocks[block], metrics, multipliers, inner.Min * ofBlocks[block], (inner.Min + inner.Slope) * ofBlocks[block],
                    equal: fidelity.Degenerate == DegenerateCases.AsComputed ? (inner.Min + inner.Slope) * ofBlocks[block] : ofBlocks[block]);
            else
                foreach (var row in blocks[block])
                    multipliers[row] = ofBlocks[block];
        }
        return normalise ? Schedule.DividedByMean(multipliers) : multipliers;
    }

    /// <summary>The block a layer or parameter belongs to, or null outside any block.</summary>
    /// <param name="name">Such as "roberta.encoder.layer.3.output.dense", "model.layers.3.mlp.up_proj", "encoder.block.3.layer.0.SelfAttention.q".</param>
    /// <param name="fidelity">The released rule takes the first number alone, so that T5's encoder and decoder blocks of one number fall together; Corrected if left out.</param>
    public static string? BlockOf(string name, Fidelity? fidelity = null)
    {
        var match = Numbered().Match(name);
        if (!match.Success)
            return null;
        return (fidelity ?? Fidelity.Corrected).Degenerate == DegenerateCases.AsComputed ? match.Groups[2].Value : $"{match.Groups[1].Value}.{match.Groups[2].Value}";
    }

    // Name without its first number; null outside any block.
    private static string? TypeOf(string name) =>
        Numbered().Match(name) is { Success: true } match ? string.Create(CultureInfo.InvariantCulture, $"{match.Groups[1].Value}.{match.Groups[3].Value}") : null;

    // Rows by key in the order of first appearance; rows without a key are in no group.
    private static List<List<int>> Grouped(IReadOnlyList<string> names, Func<string, string?> key)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var groups = new List<List<int>>();
        for (var row = 0; row < names.Count; row++)
        {
            if (key(names[row]) is not { } found)
                continue;
            if (!places.TryGetValue(found, out var place))
            {
                places[found] = place = groups.Count;
                groups.Add([]);
            }
            groups[place].Add(row);
        }
        return groups;
    }

    // A line from the smallest metric to the largest.
    private static void Spread(List<int> rows, IReadOnlyList<double> metrics, double[] multipliers, double atSmallest, double atLargest, double equal)
    {
        var (low, high) = (rows.Min(row => metrics[row]), rows.Max(row => metrics[row]));
        var rise = (atLargest - atSmallest) / (high - low);
        foreach (var row in rows)
            multipliers[row] = low == high ? equal : metrics[row] >= high ? atLargest : rise * (metrics[row] - low) + atSmallest;
    }

    [GeneratedRegex(@"^(.*?)\.(\d+)\.(.*)$", RegexOptions.Singleline)]
    private static partial Regex Numbered();
}
