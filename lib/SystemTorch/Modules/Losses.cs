// Losses as modules.
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>Binary cross entropy of probabilities.</summary>
public sealed class BCELoss : WeightedLoss<Tensor, Tensor, Tensor>
{
    /// <summary>The loss with its settings.</summary>
    public BCELoss(Tensor? weight = null, Reduction reduction = Reduction.Mean) : base(weight, reduction)
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor target) => functional.binary_cross_entropy(input, target, weight, reduction);
}

/// <summary>Binary cross entropy of logits.</summary>
public sealed class BCEWithLogitsLoss : WeightedLoss<Tensor, Tensor, Tensor>
{
    /// <summary>The loss with its settings.</summary>
    public BCEWithLogitsLoss(Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null) : base(weight, reduction) => this.pos_weights = pos_weights;

    /// <summary>Weights of the positive examples.</summary>
    public Tensor? pos_weights { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor target) => functional.binary_cross_entropy_with_logits(input, target, weight, reduction, pos_weights);
}

/// <summary>One minus the cosine for like pairs, the cosine above the margin for unlike ones.</summary>
public sealed class CosineEmbeddingLoss : Loss<Tensor, Tensor, Tensor, Tensor>
{
    /// <summary>The loss with its settings.</summary>
    public CosineEmbeddingLoss(double margin = 0, Reduction reduction = Reduction.Mean) : base(reduction) => this.margin = margin;

    /// <summary>Distance from which on nothing is lost.</summary>
    public double margin { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input1, Tensor input2, Tensor target) => functional.cosine_embedding_loss(input1, input2, target, margin, reduction);
}

/// <summary>Negative logarithm of the softmax at the target.</summary>
public sealed class CrossEntropyLoss : WeightedLoss<Tensor, Tensor, Tensor>
{
    private const long IgnoredByDefault = -100;

    /// <summary>The loss with its settings.</summary>
    public CrossEntropyLoss(Tensor? weight = null, long? ignore_index = null, Reduction reduction = Reduction.Mean, double label_smoothing = 0) : base(weight, reduction)
    {
        this.ignore_index = ignore_index;
        this.label_smoothing = label_smoothing;
    }

    /// <summary>Label that does not count; null means −100.</summary>
    public long? ignore_index { get; }

    /// <summary>Part of the weight spread over all classes.</summary>
    public double label_smoothing { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor target) => functional.cross_entropy(input, target, weight, ignore_index ?? IgnoredByDefault, reduction, label_smoothing);
}

/// <summary>Connectionist temporal classification.</summary>
public sealed class CTCLoss : Loss<Tensor, Tensor, Tensor, Tensor, Tensor>
{
    /// <summary>The loss with its settings.</summary>
    public CTCLoss(long blank = 0, bool zero_infinity = false, Reduction reduction = Reduction.Mean) : base(reduction)
    {
        this.blank = blank;
        this.zero_infinity = zero_infinity;
    }

    /// <summary>Number of the blank label.</summary>
    public long blank { get; }

    /// <summary>Whether infinite losses become zero.</summary>
    public bool zero_infinity { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths) => functional.ctc_loss(log_probs, targets, input_lengths, target_lengths, blank, zero_infinity, reduction);
}

/// <summary>Negative log likelihood of normal distributions.</summary>
public sealed class GaussianNLLLoss : Loss<Tensor, Tensor, Tensor, Tensor>
{
    /// <summary>The loss with its settings.</summary>
    public GaussianNLLLoss(bool full = false, float eps = 1e-8f, Reduction reduction = Reduction.Mean) : base(reduction)
    {
        this.full = full;
        this.eps = eps;
    }

    /// <summary>Whether terms that do not depend on the input are added.</summary>
    public bool full { get; }

    /// <summary>Keeps logarithms finite.</summary>
    public float eps { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor target, Tensor variance) => functional.gaussian_nll_loss(input, target, variance, full, eps, reduction);
}

/// <summary>x for like pairs, max(0, margin − x) for unlike ones.</summary>
public sealed class HingeEmbeddingLoss : Loss<Tensor, Tensor, Tensor>
{
    /// <summary>The loss with its settings.</summary>
    public HingeEmbeddingLoss(double margin = 0, Reduction reduction = Reduction.Mean) : base(reduction) => this.margin = margin;

    /// <summary>Distance from which on nothing is lost.</summary>
    public double margin { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor target) => functional.hinge_embedding_loss(input, target, margin, reduction);
}

/// <summary>Square near zero, a line beyond delta.</summary>
public sealed class HuberLoss : Loss<Tensor, Tensor, Tensor>
{
    /// <summary>The loss with its settings.</summary>
    public HuberLoss(double delta = 1, Reduction reduction = Reduction.Mean) : base(reduction) => this.delta = delta;

    /// <summary>Where the square ends and the line begins.</summary>
    public double delta { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor target) => functional.huber_loss(input, target, delta, reduction);
}

/// <summary>Kullback-Leibler divergence of log probabilities.</summary>
public sealed class KLDivLoss : Loss<Tensor, Tensor, Tensor>
{
    /// <summary>The loss with its settings.</summary>
    public KLDivLoss(bool log_target = true, Reduction reduction = Reduction.Mean) : base(reduction) => this.log_target = log_target;

    /// <summary>Whether the target holds logarithms.</summary>
    public bool log_target { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor target) => functional.kl_div(input, target, log_target, reduction);
}

/// <summary>Absolute difference.</summary>
public sealed class L1Loss : Loss<Tensor, Tensor, Tensor>
{
    /// <summary>The loss with its settings.</summary>
    public L1Loss(Reduction reduction = Reduction.Mean) : base(reduction)
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor target) => functional.l1_loss(input, target, reduction);
}

/// <summary>max(0, −y (x₁ − x₂) + margin).</summary>
public sealed class MarginRankingLoss : Loss<Tensor, Tensor, Tensor, Tensor>
{
    /// <summary>The loss with its settings.</summary>
    public MarginRankingLoss(double margin = 0, Reduction reduction = Reduction.Mean) : base(reduction) => this.margin = margin;

    /// <summary>Distance from which on nothing is lost.</summary>
    public double margin { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input1, Tensor input2, Tensor target) => functional.margin_ranking_loss(input1, input2, target, margin, reduction);
}

/// <summary>Squared difference.</summary>
public sealed class MSELoss : Loss<Tensor, Tensor, Tensor>
{
    /// <summary>The loss with its settings.</summary>
    public MSELoss(Reduction reduction = Reduction.Mean) : base(reduction)
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor target) => functional.mse_loss(input, target, reduction);
}

/// <summary>Hinge loss of several labels.</summary>
public sealed class MultiLabelMarginLoss : Loss<Tensor, Tensor, Tensor>
{
    /// <summary>The loss with its settings.</summary>
    public MultiLabelMarginLoss(Reduction reduction = Reduction.Mean) : base(reduction)
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor target) => functional.multi_label_margin_loss(input, target, reduction);
}

/// <summary>Mean binary cross entropy over the labels.</summary>
public sealed class MultiLabelSoftMarginLoss : WeightedLoss<Tensor, Tensor, Tensor>
{
    /// <summary>The loss with its settings.</summary>
    public MultiLabelSoftMarginLoss(Tensor? weight = null, Reduction reduction = Reduction.Mean) : base(weight, reduction)
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor target) => functional.multilabel_soft_margin_loss(input, target, weight, reduction);
}

/// <summary>Hinge loss of one label among several.</summary>
public sealed class MultiMarginLoss : WeightedLoss<Tensor, Tensor, Tensor>
{
    /// <summary>The loss with its settings.</summary>
    public MultiMarginLoss(int p = 1, double margin = 1, Tensor? weight = null, Reduction reduction = Reduction.Mean) : base(weight, reduction)
    {
        this.p = p;
        this.margin = margin;
    }

    /// <summary>The power.</summary>
    public int p { get; }

    /// <summary>Distance from which on nothing is lost.</summary>
    public double margin { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor target) => functional.multi_margin_loss(input, target, p, margin, weight, reduction);
}

/// <summary>Negative log probability at the target.</summary>
public sealed class NLLLoss : WeightedLoss<Tensor, Tensor, Tensor>
{
    /// <summary>The loss with its settings.</summary>
    public NLLLoss(Tensor? weight = null, Reduction reduction = Reduction.Mean) : base(weight, reduction)
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor target) => functional.nll_loss(input, target, weight, reduction);
}

/// <summary>Negative log likelihood of Poisson distributions.</summary>
public sealed class PoissonNLLLoss : Loss<Tensor, Tensor, Tensor>
{
    /// <summary>The loss with its settings.</summary>
    public PoissonNLLLoss(bool log_input = true, bool full = false, float eps = 1e-8f, Reduction reduction = Reduction.Mean) : base(reduction)
    {
        this.log_input = log_input;
        this.full = full;
        this.eps = eps;
    }

    /// <summary>Whether the input holds logarithms.</summary>
    public bool log_input { get; }

    /// <summary>Whether terms that do not depend on the input are added.</summary>
    public bool full { get; }

    /// <summary>Keeps logarithms finite.</summary>
    public float eps { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor target) => functional.poisson_nll_loss(input, target, log_input, full, eps, reduction);
}

/// <summary>Square near zero, a line beyond beta.</summary>
public sealed class SmoothL1Loss : Loss<Tensor, Tensor, Tensor>
{
    /// <summary>The loss with its settings.</summary>
    public SmoothL1Loss(Reduction reduction = Reduction.Mean, double beta = 1) : base(reduction) => this.beta = beta;

    /// <summary>Where the square ends and the line begins.</summary>
    public double beta { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor target) => functional.smooth_l1_loss(input, target, reduction, beta);
}

/// <summary>log(1 + exp(−y x)).</summary>
public sealed class SoftMarginLoss : Loss<Tensor, Tensor, Tensor>
{
    /// <summary>The loss with its settings.</summary>
    public SoftMarginLoss(Reduction reduction = Reduction.Mean) : base(reduction)
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, Tensor target) => functional.soft_margin_loss(input, target, reduction);
}

/// <summary>max(0, d(anchor, positive) − d(anchor, negative) + margin).</summary>
public sealed class TripletMarginLoss : Loss<Tensor, Tensor, Tensor, Tensor>
{
    private readonly double _eps;
    private readonly bool _swap;

    /// <summary>The loss with its settings.</summary>
    public TripletMarginLoss(double margin = 1, long p = 2, double eps = 1e-6, bool swap = false, Reduction reduction = Reduction.Mean) : base(reduction)
    {
        this.margin = margin;
        this.p = p;
        _eps = eps;
        _swap = swap;
    }

    /// <summary>Distance from which on nothing is lost.</summary>
    public double margin { get; }

    /// <summary>The power.</summary>
    public long p { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor anchor, Tensor positive, Tensor negative) => functional.triplet_margin_loss(anchor, positive, negative, margin, p, _eps, _swap, reduction);
}

/// <summary>The triplet loss with a distance of one's own.</summary>
public sealed class TripletMarginWithDistanceLoss : Loss<Tensor, Tensor, Tensor, Tensor>
{
    private readonly Func<Tensor, Tensor, Tensor>? _distance;
    private readonly bool _swap;

    /// <summary>The loss with its settings.</summary>
    public TripletMarginWithDistanceLoss(Func<Tensor, Tensor, Tensor>? distance = null, double margin = 1, bool swap = false, Reduction reduction = Reduction.Mean) : base(reduction)
    {
        _distance = distance;
        this.margin = margin;
        _swap = swap;
    }

    /// <summary>Distance from which on nothing is lost.</summary>
    public double margin { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor anchor, Tensor positive, Tensor negative) => functional.triplet_margin_with_distance_loss(anchor, positive, negative, _distance, margin, _swap, reduction);
}
