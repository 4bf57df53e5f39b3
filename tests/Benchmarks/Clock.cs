// What a step is timed with: the clock on the wall, or on a shared machine the processor time of the process.
using System.Diagnostics;

namespace ModelBalancing.Benchmarks;

/// <summary>Seconds since any moment.</summary>
internal static class Clock
{
    /// <summary>Whether processor time counts (option --processor-time); the peers are told by PEER_CLOCK.</summary>
    internal static bool Processor { get; set; }

    internal static double Now
    {
        get
        {
            if (!Processor)
                return Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
            using var self = Process.GetCurrentProcess();
            return self.TotalProcessorTime.TotalSeconds;
        }
    }
}
