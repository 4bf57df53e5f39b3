// What long work will cost, said before it starts.
using System.Diagnostics;

namespace ModelBalancing.Figures;

/// <summary>An estimate of time and memory, made from a few warm-up steps; its text is for the reader of a notebook.</summary>
/// <param name="Duration">Expected duration of the whole work.</param>
/// <param name="Bytes">Expected memory of the process, in bytes.</param>
/// <param name="WarmupSteps">How many steps were timed; 0 when the estimate was not measured here.</param>
public sealed record CostEstimate(TimeSpan Duration, long Bytes, int WarmupSteps)
{
    /// <summary>"about 3 min 20 s and 400 MB (measured on 5 warm-up steps)".</summary>
    public string Sentence =>
        $"about {Quantities.Duration(Rounded(Duration.TotalSeconds))} and {Quantities.Bytes(Rounded(Bytes))} ("
        + (WarmupSteps == 0 ? "not measured on this machine" : $"measured on {WarmupSteps} warm-up step{(WarmupSteps == 1 ? "" : "s")}") + ")";

    /// <inheritdoc/>
    public override string ToString() => Sentence;

    /// <summary>Runs one step to warm up, then times a few more and extrapolates.</summary>
    /// <param name="step">One step of the work; it really runs, so give it something whose effect does not matter.</param>
    /// <param name="steps">How many steps the whole work has; at least 1.</param>
    /// <param name="warmupSteps">How many steps to time after the untimed first one; default 3.</param>
    /// <param name="extraBytes">Memory that the work will need beyond what the warm-up touched; default 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> or <paramref name="warmupSteps"/> is less than 1.</exception>
    public static CostEstimate Measure(Action step, long steps, int warmupSteps = 3, long extraBytes = 0)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(warmupSteps, 1);
        step(); // compiles the code and fills caches, which the other steps do not pay again
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < warmupSteps; i++)
            step();
        var one = Stopwatch.GetElapsedTime(started).TotalSeconds / warmupSteps;
        using var process = Process.GetCurrentProcess();
        return new(TimeSpan.FromSeconds(one * steps), Math.Max(process.PeakWorkingSet64, process.WorkingSet64) + extraBytes, warmupSteps);
    }

    /// <summary>Two significant digits: an estimate that says 3 min 17.3 s promises too much.</summary>
    private static double Rounded(double value)
    {
        if (value <= 0 || !double.IsFinite(value))
            return Math.Max(0, value);
        if (value is > 60 and < 600)
            return Math.Round(value / 5) * 5; // between one and ten minutes a step of five seconds reads best
        var unit = Math.Pow(10, Math.Floor(Math.Log10(value)) - 1);
        return Math.Round(value / unit) * unit;
    }
}
