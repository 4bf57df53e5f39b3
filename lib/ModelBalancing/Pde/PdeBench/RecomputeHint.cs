// What a difference in one channel alone tells of a recomputed file.
using System.Globalization;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>A sentence for files of which one channel is far off while the others agree: another scheme moves all of them, another setting first the small one.</summary>
internal static class RecomputeHint
{
    // A channel is off when it differs by more than this, and by so much more than the best one.
    private const double Off = 0.02, TimesTheBest = 30;

    // The viscosities of the published files.
    private static readonly double[] Viscosities = [1e-8, 0.01, 0.1];

    public static string? Of(PdeFileInfo info, FlowSettings? flow, IReadOnlyList<int> samples, IReadOnlyList<IReadOnlyList<ChannelDifference>> bySample)
    {
        if (bySample[0].Count < 2)
            return null;
        var odd = Enumerable.Range(0, samples.Count).Where(s => Worst(bySample[s]) is { Largest: > Off and < double.PositiveInfinity } worst && worst.Largest > TimesTheBest * Best(bySample[s]).Largest).ToList();
        if (odd.Count == 0)
            return null;
        var most = odd.MaxBy(s => Worst(bySample[s]).Largest);
        var (bad, good) = (Worst(bySample[most]), Best(bySample[most]));
        var agreeing = samples.Count - odd.Count;
        string chosen = string.Join(',', odd.Select(s => samples[s])), first = samples[most].ToString(CultureInfo.InvariantCulture);
        var found = string.Create(CultureInfo.InvariantCulture, $"{bad.Name} is off by {bad.Largest:0.0E+0} in sample {first} while {good.Name} agrees to {good.Largest:0.0E+0}");
        var which = agreeing > 0 ? $"; of the samples {chosen} are so and {agreeing} not, so what the file says of all of them may not hold for each" : "; such a file was made with other settings than those told above";
        var tried = flow is null ? "" : string.Create(CultureInfo.InvariantCulture,
            $" Try another viscosity (--samples {first} {string.Join(" or ", Viscosities.Where(value => value != flow.Eta).Select(value => $"--eta {value.ToString("0.##e0", CultureInfo.InvariantCulture)}"))}), then --boundary and --fidelity.");
        return $"{found}{which}.{tried}";
    }

    private static ChannelDifference Worst(IReadOnlyList<ChannelDifference> channels) => channels.MaxBy(channel => channel.Largest)!;

    private static ChannelDifference Best(IReadOnlyList<ChannelDifference> channels) => channels.MinBy(channel => channel.Largest)!;
}
