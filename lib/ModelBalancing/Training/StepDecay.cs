// The learning-rate schedule of the PDE runs, in closed form: a resumed run needs no scheduler state.
using System.Text.Json.Serialization;

namespace ModelBalancing.Training;

/// <summary>Multiplies the learning rate by a factor every so many epochs (PyTorch's StepLR).</summary>
/// <param name="EveryEpochs">Epochs between two decays, at least 1; the authors use 100.</param>
/// <param name="Factor">The factor, positive; the authors use 0.5.</param>
public sealed record StepDecay(int EveryEpochs = 100, double Factor = 0.5) : LearningRateSchedule
{
    /// <inheritdoc/>
    public override double Rate(double baseRate, SchedulePosition at) => Rate(baseRate, at.Epoch);

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? Problem => EveryEpochs > 0 && double.IsFinite(Factor) && Factor > 0 ? null : "must have a positive everyEpochs and factor";

    /// <summary>Learning rate of an epoch: base · factor^⌊epoch / every⌋.</summary>
    /// <param name="baseRate">Learning rate of the first epochs.</param>
    /// <param name="epoch">Epoch, from 0.</param>
    /// <returns>The rate, in the unit of <paramref name="baseRate"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is negative, or the schedule's own numbers are not positive.</exception>
    public double Rate(double baseRate, int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(EveryEpochs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Factor);
        double rate = baseRate;
        for (int decay = epoch / EveryEpochs; decay > 0; decay--)
            rate *= Factor; // repeated products, as a scheduler makes them
        return rate;
    }
}
