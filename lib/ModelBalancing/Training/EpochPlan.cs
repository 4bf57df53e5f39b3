// Which rows every step of a run takes: epochs of whole passes over the training rows, each shuffled anew.
using ModelBalancing.Experiments;

namespace ModelBalancing.Training;

/// <summary>The steps of a run and their rows.</summary>
/// <param name="spec">Batch size, epochs and the seed of the order.</param>
/// <param name="rows">What an epoch passes over.</param>
internal sealed class EpochPlan(RunSpec spec, int rows)
{
    private int prepared = -1;
    private int[][] batches = [];

    /// <summary>Over the spec's rows.</summary>
    public EpochPlan(RunSpec spec) : this(spec, spec.Rows)
    {
    }

    /// <summary>Steps of an epoch; the last batch may be shorter.</summary>
    public int StepsPerEpoch { get; } = (rows + spec.BatchSize - 1) / spec.BatchSize;

    /// <summary>Steps of the run.</summary>
    public int Steps { get; } = checked((rows + spec.BatchSize - 1) / spec.BatchSize * spec.Epochs);

    /// <summary>The epoch of a step, from 0, and how many there are.</summary>
    public (int Current, int Count) EpochAt(int step) => (step / StepsPerEpoch, spec.Epochs);

    /// <summary>Places, among the training rows, of the batch of a step.</summary>
    public int[] BatchAt(int step) => BatchesFrom(step)[0];

    /// <summary>The batches from a step to the end of its epoch.</summary>
    public ReadOnlySpan<int[]> BatchesFrom(int step)
    {
        int epoch = step / StepsPerEpoch;
        if (prepared != epoch)
            (batches, prepared) = (DataOrder.Batches(spec.Seeds.Order, epoch, rows, spec.BatchSize), epoch);
        return batches.AsSpan(step % StepsPerEpoch);
    }
}
