// torch.nn.init: first values of parameters. Each changes its tensor in place, outside the graph, and returns it.
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>First values of parameters.</summary>
        public static class init
        {
            /// <summary>What follows a layer, for its gain.</summary>
            public enum NonlinearityType
            {
                /// <summary>Nothing; gain 1.</summary>
                Linear = 0,

                /// <summary>A convolution; gain 1.</summary>
                Conv1D = 1,

                /// <summary>A convolution; gain 1.</summary>
                Conv2D = 2,

                /// <summary>A convolution; gain 1.</summary>
                Conv3D = 3,

                /// <summary>A transposed convolution; gain 1.</summary>
                ConvTranspose1D = 4,

                /// <summary>A transposed convolution; gain 1.</summary>
                ConvTranspose2D = 5,

                /// <summary>A transposed convolution; gain 1.</summary>
                ConvTranspose3D = 6,

                /// <summary>A sigmoid; gain 1.</summary>
                Sigmoid = 7,

                /// <summary>A tanh; gain 5/3.</summary>
                Tanh = 8,

                /// <summary>A ReLU; gain √2.</summary>
                ReLU = 9,

                /// <summary>A leaky ReLU; gain √(2/(1 + slope²)).</summary>
                LeakyReLU = 10,
            }

            /// <summary>Which number of connections the variance is divided by.</summary>
            public enum FanInOut
            {
                /// <summary>Incoming: keeps the variance of activations.</summary>
                FanIn = 0,

                /// <summary>Outgoing: keeps the variance of gradients.</summary>
                FanOut = 1,
            }

            /// <summary>The factor by which weights make up for what follows them.</summary>
            /// <param name="nonlinearity">What follows.</param>
            /// <param name="param">Slope of a leaky ReLU.</param>
            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0) => nonlinearity switch
            {
                NonlinearityType.Tanh => 5.0 / 3,
                NonlinearityType.ReLU => Math.Sqrt(2),
                NonlinearityType.LeakyReLU => Math.Sqrt(2 / (1 + param * param)),
                _ => 1,
            };

            /// <summary>Numbers of connections into and out of an element of the result.</summary>
            /// <param name="tensor">Weights; (out, in, kernel...).</param>
            /// <exception cref="ArgumentException">Fewer than two axes.</exception>
            public static (long fanIn, long fanOut) CalculateFanInAndFanOut(Tensor tensor)
            {
                var shape = tensor.shape;
                if (shape.Length < 2)
                    throw new ArgumentException("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions");
                var kernel = shape.Skip(2).Aggregate(1L, (product, length) => product * length);
                return (shape[1] * kernel, shape[0] * kernel);
            }

            /// <summary>Fills with one number.</summary>
            public static Tensor constant_(Tensor tensor, Scalar val) => Changed(tensor, () => tensor.fill_(val));

            /// <summary>Fills with ones.</summary>
            public static Tensor ones_(Tensor tensor) => Changed(tensor, () => tensor.fill_(1));

            /// <summary>Fills with zeros.</summary>
            public static Tensor zeros_(Tensor tensor) => Changed(tensor, () => tensor.zero_());

            /// <summary>The unit matrix.</summary>
            /// <param name="tensor">A matrix.</param>
            /// <exception cref="ArgumentException">Not a matrix.</exception>
            public static Tensor eye_(Tensor tensor)
            {
                if (tensor.ndim != 2) throw new ArgumentException("Only tensors with 2 dimensions are supported");
                return Changed(tensor, () =>
                {
                    using var unit = eye(tensor.size(0), tensor.size(1), tensor.dtype, tensor.device);
                    tensor.copy_(unit);
                });
            }

            /// <summary>Kernels that pass the first channels through.</summary>
            /// <param name="tensor">Weights of a convolution; (out, in, kernel...) with one to three kernel axes.</param>
            /// <exception cref="ArgumentException">Not the weights of a convolution.</exception>
            public static Tensor dirac_(Tensor tensor)
            {
                var shape = tensor.shape;
                if (shape.Length is < 3 or > 5) throw new ArgumentException("Only tensors with 3, 4, or 5 dimensions are supported");
                return Changed(tensor, () =>
                {
                    tensor.zero_();
                    var middle = shape[2..].Select(length => length / 2).ToArray();
                    for (long channel = 0; channel < Math.Min(shape[0], shape[1]); channel++)
                    {
                        using var scope = NewDisposeScope();
                        var kernel = tensor.select(0, channel).select(0, channel);
                        foreach (var position in middle) kernel = kernel.select(0, position);
                        kernel.fill_(1);
                    }
                });
            }

            /// <summary>Uniformly distributed numbers.</summary>
            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator? generator = null) =>
                Changed(tensor, () => tensor.uniform_(low, high, generator));

            /// <summary>Normally distributed numbers.</summary>
            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator? generator = null) =>
                Changed(tensor, () => tensor.normal_(mean, std, generator));

            /// <summary>Normally distributed numbers within bounds, by the inverse distribution function.</summary>
            /// <param name="tensor">The tensor.</param>
            /// <param name="mean">Mean before cutting.</param>
            /// <param name="std">Deviation before cutting.</param>
            /// <param name="a">Lower bound.</param>
            /// <param name="b">Upper bound.</param>
            /// <param name="generator">Source of random numbers.</param>
            public static Tensor trunc_normal_(Tensor tensor, double mean = 0, double std = 1, double a = -2, double b = 2, Generator? generator = null)
            {
                var low = NormalDistribution((a - mean) / std);
                var high = NormalDistribution((b - mean) / std);
                return Changed(tensor, () =>
                    tensor.uniform_(2 * low - 1, 2 * high - 1, generator).erfinv_().mul_(std * Math.Sqrt(2)).add_(mean).clamp_(a, b));
            }

            /// <summary>Uniform numbers in ±gain √(6/(fan in + fan out)).</summary>
            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                var bound = gain * Math.Sqrt(6.0 / (fanIn + fanOut));
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>Uniform numbers in ±gain √(6/(fan in + fan out)).</summary>
            public static Tensor glorot_uniform_(Tensor tensor, double gain = 1) => xavier_uniform_(tensor, gain);

            /// <summary>The same as <see cref="xavier_uniform_"/>.</summary>
            /// <remarks>TorchSharp 0.107 calls the uniform version here, and so do we: both engines start from the same numbers.</remarks>
            public static Tensor xavier_normal_(Tensor tensor, double gain = 1) => xavier_uniform_(tensor, gain);

            /// <summary>The same as <see cref="xavier_normal_"/>.</summary>
            public static Tensor glorot_normal_(Tensor tensor, double gain = 1) => xavier_normal_(tensor, gain);

            /// <summary>Uniform numbers in ±gain √(3/fan).</summary>
            /// <param name="tensor">Weights; (out, in, kernel...).</param>
            /// <param name="a">Slope of a leaky ReLU.</param>
            /// <param name="mode">Which fan.</param>
            /// <param name="nonlinearity">What follows.</param>
            public static Tensor kaiming_uniform_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU)
            {
                var bound = Math.Sqrt(3) * KaimingDeviation(tensor, a, mode, nonlinearity);
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>Normal numbers with deviation gain/√fan.</summary>
            /// <param name="tensor">Weights; (out, in, kernel...).</param>
            /// <param name="a">Slope of a leaky ReLU.</param>
            /// <param name="mode">Which fan.</param>
            /// <param name="nonlinearity">What follows.</param>
            public static Tensor kaiming_normal_(Tensor tensor, double a = 0, FanInOut mode = FanInOut.FanIn, NonlinearityType nonlinearity = NonlinearityType.LeakyReLU) =>
                normal_(tensor, 0, KaimingDeviation(tensor, a, mode, nonlinearity));

            /// <summary>Orthogonal rows or columns, by the QR decomposition of normal numbers.</summary>
            /// <param name="tensor">At least two axes; all but the first are taken as one.</param>
            /// <param name="gain">A factor.</param>
            public static Tensor orthogonal_(Tensor tensor, double gain = 1)
            {
                if (tensor.ndim < 2) throw new ArgumentException("Only tensors with 2 or more dimensions are supported");
                return Changed(tensor, () =>
                {
                    using var scope = NewDisposeScope();
                    var rows = tensor.size(0);
                    var columns = tensor.numel() / rows;
                    var drawn = randn([rows, columns], tensor.dtype, tensor.device);
                    var (q, r) = linalg.qr(rows < columns ? drawn.t() : drawn);
                    // The signs of R's diagonal make the result uniform among orthogonal matrices.
                    var orthogonal = q.mul(r.diag().sign());
                    tensor.copy_((rows < columns ? orthogonal.t() : orthogonal).reshape(tensor.shape)).mul_(gain);
                });
            }

            /// <summary>Normal numbers with part of each column zero.</summary>
            /// <param name="tensor">A matrix.</param>
            /// <param name="sparsity">Part of each column that is zero.</param>
            /// <param name="std">Deviation of the others.</param>
            public static Tensor sparse_(Tensor tensor, double sparsity, double std = 0.01)
            {
                if (tensor.ndim != 2) throw new ArgumentException("Only tensors with 2 dimensions are supported");
                var rows = tensor.size(0);
                var zerosEach = (long)Math.Ceiling(sparsity * rows);
                return Changed(tensor, () =>
                {
                    tensor.normal_(0, std);
                    for (long column = 0; column < tensor.size(1); column++)
                    {
                        using var scope = NewDisposeScope();
                        var chosen = randperm(rows, device: tensor.device).narrow(0, 0, zerosEach);
                        tensor.select(1, column).index_fill_(0, chosen, 0);
                    }
                });
            }

            private static double KaimingDeviation(Tensor tensor, double a, FanInOut mode, NonlinearityType nonlinearity)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return calculate_gain(nonlinearity, a) / Math.Sqrt(mode == FanInOut.FanIn ? fanIn : fanOut);
            }

            private static Tensor Changed(Tensor tensor, Action change)
            {
                using (no_grad()) change();
                return tensor;
            }

            // Φ(x) by the series and continued fraction of erf, to double precision (Abramowitz and Stegun 7.1.6, 7.1.14).
            private static double NormalDistribution(double x)
            {
                var z = x / Math.Sqrt(2);
                var scale = 2 / Math.Sqrt(Math.PI) * Math.Exp(-z * z);
                if (Math.Abs(z) < 3)
                {
                    double term = z, sum = z;
                    for (var n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++) sum += term *= 2 * z * z / (2 * n + 1);
                    return (1 + scale * sum) / 2;
                }
                double fraction = 0;
                for (var n = 60; n > 0; n--) fraction = n / 2.0 / (Math.Abs(z) + fraction);
                var tail = scale / 2 / (Math.Abs(z) + fraction);
                return z < 0 ? tail / 2 : 1 - tail / 2;
            }
        }
    }
}
