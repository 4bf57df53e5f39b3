// The sign test: only who is better counts, so that a run without a number can count too.
namespace ModelBalancing.Statistics;

/// <summary>An exact two-sided sign test.</summary>
/// <param name="Better">Pairs in which the first is better.</param>
/// <param name="Worse">Pairs in which it is worse.</param>
/// <param name="Ties">Pairs without a difference; they do not count.</param>
public sealed record SignTest(int Better, int Worse, int Ties)
{
    /// <summary>Twice the probability of a count as uneven under fair coins, at most 1; 1 without any counting pair.</summary>
    public double P
    {
        get
        {
            int larger = Math.Max(Better, Worse), smaller = Math.Min(Better, Worse);
            return larger == 0 ? 1 : Math.Min(1, 2 * IncompleteBeta.Regularized(larger, smaller + 1, 0.5, 0.5));
        }
    }
}
