// The one-cycle schedule of DPOT's fine-tuning (PyTorch's OneCycleLR), in closed form: a resumed run needs no scheduler state.
namespace ModelBalancing.Training;

/// <summary>Learning rate up and down again along half cosines, Adam's β1 the other way round.</summary>
/// <param name="Steps">Optimiser steps of the whole run, at least 2.</param>
/// <param name="RisingShare">Share of the steps in which the rate rises, between 0 and 1; DPOT: warm-up epochs / epochs.</param>
/// <param name="StartDivisor">Highest rate over the first one.</param>
/// <param name="EndDivisor">First rate over the last one.</param>
/// <remarks>β1 falls from 0.95 to 0.85 and returns, because PyTorch cycles it unless told not to; the released fine-tuning does not, so its β1 of 0.9 never acts.</remarks>
public sealed record OneCycle(int Steps, double RisingShare = 0.2, double StartDivisor = 1e4, double EndDivisor = 1e4)
{
    private const double HighestMomentum = 0.95, LowestMomentum = 0.85;

    /// <summary>Learning rate of a step.</summary>
    /// <param name="highest">Rate at the top.</param>
    /// <param name="step">Step, from 0.</param>
    public double Rate(double highest, int step)
    {
        double first = highest / StartDivisor;
        return At(step, first, highest, first / EndDivisor);
    }

    /// <summary>β1 of a step.</summary>
    /// <param name="step">Step, from 0.</param>
    public double Beta1(int step) => At(step, HighestMomentum, LowestMomentum, HighestMomentum);

    private double At(int step, double first, double middle, double last)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, Steps);
        double top = RisingShare * Steps - 1, end = Steps - 1; // the top may fall between two steps, or before the first
        return step <= top ? Between(first, middle, top > 0 ? step / top : 1) : Between(middle, last, (step - top) / (end - top));
    }

    // Half a cosine from one value to another.
    private static double Between(double from, double to, double share) => to + (from - to) / 2 * (1 + Math.Cos(Math.PI * share));
}
