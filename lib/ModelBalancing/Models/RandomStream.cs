// Random numbers inside a training step, such as dropout's: a function of seed and step alone, so that a resumed run draws what an undisturbed one does.
using System.Security.Cryptography;
using System.Text;
using TorchSharp;

namespace ModelBalancing.Models;

/// <summary>A stream of random numbers for one purpose of one run.</summary>
/// <param name="seed">One of the run's seeds.</param>
/// <param name="purpose">What it is for; streams of different purposes are independent.</param>
/// <remarks>
/// Torch draws dropout from one generator a process, which whatever else runs there draws from as well. Inside <see cref="At"/> this thread's layers draw from a
/// generator of their own instead: there is no state to save, and runs side by side do not disturb each other.
/// </remarks>
public sealed class RandomStream(int seed, string purpose)
{
    [ThreadStatic]
    private static torch.Generator? current;

    /// <summary>Gives this thread's layers the step's generator until the returned object is disposed, on the same thread.</summary>
    /// <param name="step">The step, from 0.</param>
    public IDisposable At(int step)
    {
        var turn = new Turn(current);
        current = new torch.Generator(SeedOf(step));
        return turn;
    }

    /// <summary>Dropout: entries become 0 with a probability, the others grow by as much as keeps the mean. Outside <see cref="At"/> torch's own.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="share">The probability, from 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not in this range.</exception>
    public static torch.Tensor Dropout(torch.Tensor x, double share)
    {
        if (!(share >= 0 && share < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "share is the probability of dropout; expected from 0 and below 1.");
        if (current is null)
            return torch.nn.functional.dropout(x, share, training: true);
        using var kept = torch.empty_like(x).bernoulli_(1 - share, current).div_(1 - share);
        return x * kept;
    }

    private ulong SeedOf(int step) => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose}\n{seed}\n{step}"))) & long.MaxValue;

    private sealed class Turn(torch.Generator? before) : IDisposable
    {
        public void Dispose()
        {
            current?.Dispose();
            current = before;
        }
    }
}
