// The order in which training rows are seen: a function of seed and epoch alone, so that a resumed run sees the same order.
using MathNet.Numerics.Random;

namespace ModelBalancing.Training;

/// <summary>Shuffles rows anew for every epoch.</summary>
public static class DataOrder
{
    /// <summary>Order of an epoch.</summary>
    /// <param name="seed">Seed of the order.</param>
    /// <param name="epoch">Epoch, from 0.</param>
    /// <param name="rows">Number of rows.</param>
    /// <returns>A permutation of 0..rows−1.</returns>
    public static int[] Epoch(int seed, int epoch, int rows)
    {
        var random = new Xoshiro256StarStar(unchecked(seed * 1_000_003 + epoch), threadSafe: false);
        int[] order = [.. Enumerable.Range(0, rows)];
        for (int last = rows - 1; last > 0; last--)
        {
            int other = random.Next(last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }
        return order;
    }

    /// <summary>The batches of an epoch, the last one may be shorter.</summary>
    /// <param name="seed">Seed of the order.</param>
    /// <param name="epoch">Epoch, from 0.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="batch">Rows of a batch, at least 1.</param>
    /// <returns>Row numbers, batch by batch.</returns>
    public static int[][] Batches(int seed, int epoch, int rows, int batch) => [.. Epoch(seed, epoch, rows).Chunk(batch)];
}
