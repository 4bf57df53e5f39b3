// Filled with random numbers, in place or anew.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor randn_out(params long[] sizes) => Operators.randn_out.Call(sizes, this);
        public Tensor rand_out(params long[] sizes) => Operators.rand_out.Call(sizes, this);
        public Tensor randint_out(long high, long[] sizes) => Operators.randint_out.Call(high, sizes, this);
        public Tensor bernoulli(Generator? generator = null) => Operators.bernoulli.Call(this, generator);
        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) => Operators.multinomial.Call(this, num_samples, replacement, generator);
        public Tensor poisson(Generator? generator = null) => Operators.poisson.Call(this, generator);
        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) => Operators.bernoulli__float.InPlace(this, p, generator);
        public Tensor bernoulli_(Tensor p, Generator? generator = null) => Operators.bernoulli__Tensor.InPlace(this, p, generator);
        public Tensor binomial(Tensor prob, Generator? generator = null) => Operators.binomial.Call(this, prob, generator);
        public Tensor cauchy_(double median = 0, double sigma = 1, Generator? generator = null) => Operators.cauchy_.InPlace(this, median, sigma, generator);
        public Tensor exponential_(double lambda = 1, Generator? generator = null) => Operators.exponential_.InPlace(this, lambda, generator);
        public Tensor geometric_(double p, Generator? generator = null) => Operators.geometric_.InPlace(this, p, generator);
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) => Operators.normal_.InPlace(this, mean, std, generator);
        public Tensor log_normal_(double mean = 0, double std = 1, Generator? generator = null) => Operators.log_normal_.InPlace(this, mean, std, generator);
        public Tensor random_(double from, double to, Generator? generator = null) => Operators.random__from.InPlace(this, (long)from, (long)to, generator);
        public Tensor uniform_(double from, double to, Generator? generator = null) => Operators.uniform_.InPlace(this, from, to, generator);
    }
}
