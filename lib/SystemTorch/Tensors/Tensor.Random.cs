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

        public Tensor bernoulli_(double p = 0.5, Generator? generator = null)
        {
            Operators.bernoulli__float.Run(this, p, generator);
            return this;
        }

        public Tensor bernoulli_(Tensor p, Generator? generator = null)
        {
            Operators.bernoulli__Tensor.Run(this, p, generator);
            return this;
        }

        public Tensor binomial(Tensor prob, Generator? generator = null) => Operators.binomial.Call(this, prob, generator);

        public Tensor cauchy_(double median = 0, double sigma = 1, Generator? generator = null)
        {
            Operators.cauchy_.Run(this, median, sigma, generator);
            return this;
        }

        public Tensor exponential_(double lambda = 1, Generator? generator = null)
        {
            Operators.exponential_.Run(this, lambda, generator);
            return this;
        }

        public Tensor geometric_(double p, Generator? generator = null)
        {
            Operators.geometric_.Run(this, p, generator);
            return this;
        }

        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null)
        {
            Operators.normal_.Run(this, mean, std, generator);
            return this;
        }

        public Tensor log_normal_(double mean = 0, double std = 1, Generator? generator = null)
        {
            Operators.log_normal_.Run(this, mean, std, generator);
            return this;
        }

        public Tensor random_(double from, double to, Generator? generator = null)
        {
            Operators.random__from.Run(this, (long)from, (long)to, generator);
            return this;
        }

        public Tensor uniform_(double from, double to, Generator? generator = null)
        {
            Operators.uniform_.Run(this, from, to, generator);
            return this;
        }
    }
}
