// Random tensors of the laws that are drawn element by element.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    public static bool randint_bool(Generator? generator = null) => randint_long(0, 2, generator) != 0;
    public static int randint_int(int high, Generator? generator = null) => (int)randint_long(0, high, generator);
    public static int randint_int(int low, int high, Generator? generator = null) => (int)randint_long(low, high, generator);
    public static long randint_long(long high, Generator? generator = null) => randint_long(0, high, generator);

    public static long randint_long(long low, long high, Generator? generator = null)
    {
        using var number = randint(low, high, Array.Empty<long>(), ScalarType.Int64, CPU, false, generator);
        return number.item<long>();
    }

    public static double rand_float(Generator? generator = null)
    {
        using var number = rand(Array.Empty<long>(), ScalarType.Float64, CPU, false, generator);
        return number.item<double>();
    }

    public static double randn_float(Generator? generator = null)
    {
        using var number = randn(Array.Empty<long>(), ScalarType.Float64, CPU, false, generator);
        return number.item<double>();
    }

    public static Tensor _standard_gamma(Tensor input, Generator? generator = null) => Operators._standard_gamma.Call(input, generator);
    public static Tensor _sample_dirichlet(Tensor input, Generator? generator = null) => Operators._sample_dirichlet.Call(input, generator);
    public static Tensor rand_out(Tensor input, params long[] sizes) => input.rand_out(sizes);
    public static Tensor randint_out(Tensor input, long high, long[] sizes) => input.randint_out(high, sizes);
    public static Tensor binomial(Tensor count, Tensor probs, Generator? generator = null) => count.binomial(probs, generator);
    public static Tensor bernoulli(Tensor input, Generator? generator = null) => input.bernoulli(generator);
    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false, Generator? generator = null) => input.multinomial(num_samples, replacement, generator);
    public static Tensor normal(Tensor mean, Tensor std, Generator? generator = null)
    {
        using var standard = randn(mean.shape, device: std.device, generator: generator);
        using var scaled = standard * std;
        return scaled + mean;
    }

    public static Tensor poisson(Tensor input, Generator? generator = null) => input.poisson(generator);
    public static Tensor randperm(long n, Tensor @out, Generator? generator = null) => Operators.randperm_generator_out.Call(n, generator, @out);
}
