// Distances between two inputs, and normalization over neighbouring channels.
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Cosine of the angle between vectors along an axis.</summary>
public sealed class CosineSimilarity : ParameterLessModule<Tensor, Tensor, Tensor>
{
    internal CosineSimilarity(long dim, double eps) : base(nameof(CosineSimilarity))
    {
        this.dim = dim;
        this.eps = eps;
    }

    /// <summary>The axis.</summary>
    public long dim { get; set; }

    /// <summary>Keeps divisions finite.</summary>
    public double eps { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input1, Tensor input2) => nn.functional.cosine_similarity(input1, input2, dim, eps);
}

/// <summary>p-norm of the difference along the last axis.</summary>
public sealed class PairwiseDistance : ParameterLessModule<Tensor, Tensor, Tensor>
{
    internal PairwiseDistance(double norm, double eps, bool keepdim) : base(nameof(PairwiseDistance))
    {
        this.norm = norm;
        this.eps = eps;
        this.keepdim = keepdim;
    }

    /// <summary>The power p.</summary>
    public double norm { get; set; }

    /// <summary>Keeps divisions finite.</summary>
    public double eps { get; set; }

    /// <summary>Whether the axis stays with length one.</summary>
    public bool keepdim { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input1, Tensor input2) => nn.functional.pairwise_distance(input1, input2, norm, eps, keepdim);
}

/// <summary>Divides by a power of the sum of squares over neighbouring channels.</summary>
public sealed class LocalResponseNorm : ParameterLessModule<Tensor, Tensor>
{
    internal LocalResponseNorm(long size, double alpha, double beta, double k) : base(nameof(LocalResponseNorm))
    {
        this.size = size;
        this.alpha = alpha;
        this.beta = beta;
        this.k = k;
    }

    /// <summary>Number of channels summed.</summary>
    public long size { get; set; }

    /// <summary>Scale.</summary>
    public double alpha { get; set; }

    /// <summary>Sharpness.</summary>
    public double beta { get; set; }

    /// <summary>Added to the sum.</summary>
    public double k { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.local_response_norm(input, size, alpha, beta, k);
}
