// Random numbers inside a training step, such as dropout's: a function of seed and step alone, so that a resumed run draws what an undisturbed one does.
using System.Security.Cryptography;
using System.Text;
using TorchSharp;

namespace ModelBalancing.Experiments;

/// <summary>A stream of torch's random numbers for one purpose of one run.</summary>
/// <param name="seed">One of the run's seeds.</param>
/// <param name="purpose">What it is for; streams of different purposes are independent.</param>
/// <remarks>
/// Torch draws dropout from one generator a process. Inside <see cref="At"/> that generator belongs to the caller alone: other runs of the process wait, and
/// afterwards it goes on as if nothing had been drawn. So there is no generator state to save, and runs side by side do not disturb each other.
/// </remarks>
public sealed class RandomStream(int seed, string purpose)
{
    private static readonly Lock generator = new();

    /// <summary>Sets the generator for a step and keeps others off it until the returned object is disposed, on the same thread.</summary>
    /// <param name="step">The step, from 0.</param>
    public IDisposable At(int step)
    {
        generator.Enter();
        try
        {
            var before = torch.random.get_rng_state().DetachFromDisposeScope(); // outlives a scope that the caller opened earlier
            torch.random.manual_seed(SeedOf(step));
            return new Turn(before);
        }
        catch
        {
            generator.Exit();
            throw;
        }
    }

    private long SeedOf(int step) => BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose}\n{seed}\n{step}"))) & long.MaxValue;

    private sealed class Turn(torch.Tensor before) : IDisposable
    {
        public void Dispose()
        {
            torch.random.set_rng_state(before);
            before.Dispose();
            generator.Exit();
        }
    }
}
