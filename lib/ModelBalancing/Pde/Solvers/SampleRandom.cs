// Random numbers that belong to one sample: the same on every machine and for any number of threads.
namespace ModelBalancing.Pde.Solvers;

/// <summary>The xoshiro256** generator (Blackman and Vigna 2018), started from a seed and a sample's index through SplitMix64.</summary>
/// <remarks>System.Random is avoided because its sequence for a seed is not promised across versions of .NET.</remarks>
public sealed class SampleRandom
{
    private ulong s0, s1, s2, s3;

    /// <summary>The stream of one sample.</summary>
    public SampleRandom(long seed, long sample)
    {
        var state = Mix(unchecked((ulong)seed)) ^ unchecked((ulong)sample * 0x9E3779B97F4A7C15UL);
        s0 = Next(ref state);
        s1 = Next(ref state);
        s2 = Next(ref state);
        s3 = Next(ref state);
    }

    /// <summary>Uniform in [0, 1), 53 random bits.</summary>
    public double Uniform() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [low, high).</summary>
    public double Uniform(double low, double high) => low + (high - low) * Uniform();

    /// <summary>exp of a uniform number between the logarithms of two positive bounds.</summary>
    public double LogUniform(double low, double high) => Math.Exp(Uniform(Math.Log(low), Math.Log(high)));

    /// <summary>Uniform integer in 0 .. count − 1.</summary>
    public int Integer(int count) => (int)(Uniform() * count);

    /// <summary>True with the given probability.</summary>
    public bool Chance(double probability) => Uniform() < probability;

    /// <summary>Normal of mean 0 and variance 1 (Box and Muller, one of the pair).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    private ulong NextBits()
    {
        var result = ulong.RotateLeft(s1 * 5, 7) * 9;
        var shifted = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = ulong.RotateLeft(s3, 45);
        return result;
    }

    private static ulong Next(ref ulong state) => Mix(state += 0x9E3779B97F4A7C15UL);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
