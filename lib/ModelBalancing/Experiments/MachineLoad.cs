// How busy a machine is: times that were measured on a busy one are shown as such (rule 11).
using System.Globalization;
using ModelBalancing.Figures;

namespace ModelBalancing.Experiments;

/// <summary>Processes that want a processor, averaged over the last minute.</summary>
/// <param name="Average">The load average; null where the system does not tell it.</param>
/// <param name="Processors">Processors there are.</param>
public sealed record MachineLoad(double? Average, int Processors)
{
    private const double Quiet = 0.25; // of the processors

    /// <summary>Whether others keep the processors busy; false where it is not known.</summary>
    public bool IsBusy => Average > Quiet * Processors;

    /// <summary>The load as Linux tells it.</summary>
    public static MachineLoad Now()
    {
        const string path = "/proc/loadavg";
        double? average = File.Exists(path) && double.TryParse(File.ReadAllText(path).Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double read) ? read : null;
        return new(average, Environment.ProcessorCount);
    }

    /// <summary>What a reader of times must know.</summary>
    public string Sentence => Average is not { } load ? $"{Processors} processors; this system does not tell how busy they are"
        : IsBusy ? $"load average {Quantities.Number(load, 3)} on {Processors} processors: busy, so read ratios and processor times, not the clock"
        : $"load average {Quantities.Number(load, 3)} on {Processors} processors: quiet";

    /// <inheritdoc/>
    public override string ToString() => Sentence;
}
