// Activation functions as modules.
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>max(0, x) + min(0, α (exp(x/α) − 1)).</summary>
public sealed class CELU : ParameterLessModule<Tensor, Tensor>
{
    internal CELU(double alpha, bool inplace) : base(nameof(CELU))
    {
        this.alpha = alpha;
        this.inplace = inplace;
    }

    /// <summary>Scale.</summary>
    public double alpha { get; set; }

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.celu(tensor, alpha, inplace);
}

/// <summary>x above zero, α (exp(x) − 1) below.</summary>
public sealed class ELU : ParameterLessModule<Tensor, Tensor>
{
    internal ELU(double alpha, bool inplace) : base(nameof(ELU))
    {
        this.alpha = alpha;
        this.inplace = inplace;
    }

    /// <summary>Scale.</summary>
    public double alpha { get; set; }

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.elu(tensor, alpha, inplace);
}

/// <summary>x Φ(x), Φ the normal distribution function.</summary>
public sealed class GELU : ParameterLessModule<Tensor, Tensor>
{
    /// <summary>How Φ is computed.</summary>
    public enum Approximate
    {
        /// <summary>By the error function.</summary>
        none,

        /// <summary>By a tanh.</summary>
        tanh,
    }

    internal GELU(bool inplace, Approximate approximate) : base(nameof(GELU))
    {
        this.inplace = inplace;
        this.approximate = approximate;
    }

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <summary>Which formula is used.</summary>
    public Approximate approximate { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.gelu(tensor, approximate, inplace);
}

/// <summary>First half times the sigmoid of the second half.</summary>
public sealed class GLU : ParameterLessModule<Tensor, Tensor>
{
    internal GLU(long dim) : base(nameof(GLU)) => this.dim = dim;

    /// <summary>The axis.</summary>
    public long dim { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.glu(tensor, dim);
}

/// <summary>x where |x| > λ, else zero.</summary>
public sealed class Hardshrink : ParameterLessModule<Tensor, Tensor>
{
    internal Hardshrink(double lambda) : base(nameof(Hardshrink)) => this.lambda = lambda;

    /// <summary>Half width of the dead zone.</summary>
    public double lambda { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.hardshrink(tensor, lambda);
}

/// <summary>clamp(x/6 + 1/2, 0, 1).</summary>
public sealed class Hardsigmoid : ParameterLessModule<Tensor, Tensor>
{
    internal Hardsigmoid(bool inplace) : base(nameof(Hardsigmoid)) => this.inplace = inplace;

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.hardsigmoid(tensor, inplace);
}

/// <summary>x clamp(x/6 + 1/2, 0, 1).</summary>
public sealed class Hardswish : ParameterLessModule<Tensor, Tensor>
{
    internal Hardswish(bool inplace) : base(nameof(Hardswish)) => this.inplace = inplace;

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.hardswish(tensor, inplace);
}

/// <summary>clamp(x, min_val, max_val).</summary>
public sealed class Hardtanh : ParameterLessModule<Tensor, Tensor>
{
    internal Hardtanh(double min_val, double max_val, bool inplace) : base(nameof(Hardtanh))
    {
        this.min_val = min_val;
        this.max_val = max_val;
        this.inplace = inplace;
    }

    /// <summary>Lower bound.</summary>
    public double min_val { get; set; }

    /// <summary>Upper bound.</summary>
    public double max_val { get; set; }

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.hardtanh(tensor, min_val, max_val, inplace);

    /// <inheritdoc/>
    public override string GetName() => nameof(Hardtanh);
}

/// <summary>x above zero, negative_slope · x below.</summary>
public sealed class LeakyReLU : ParameterLessModule<Tensor, Tensor>
{
    internal LeakyReLU(double negative_slope, bool inplace) : base(nameof(LeakyReLU))
    {
        this.negative_slope = negative_slope;
        this.inplace = inplace;
    }

    /// <summary>Slope below zero.</summary>
    public double negative_slope { get; set; }

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.leaky_relu(tensor, negative_slope, inplace);
}

/// <summary>log(1/(1 + exp(−x))).</summary>
public sealed class LogSigmoid : ParameterLessModule<Tensor, Tensor>
{
    internal LogSigmoid() : base(nameof(LogSigmoid)) { }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.logsigmoid(tensor);
}

/// <summary>x − log Σ exp(x) along an axis.</summary>
public sealed class LogSoftmax : ParameterLessModule<Tensor, Tensor>
{
    internal LogSoftmax(long dim) : base(nameof(LogSoftmax)) => this.dim = dim;

    /// <summary>The axis.</summary>
    public long dim { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.log_softmax(tensor, dim);
}

/// <summary>x tanh(log(1 + exp(x))).</summary>
public sealed class Mish : ParameterLessModule<Tensor, Tensor>
{
    internal Mish(bool inplace) : base(nameof(Mish)) => this.inplace = inplace;

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.mish(tensor, inplace);
}

/// <summary>x above zero, a slope of the middle of its bounds below.</summary>
public sealed class RReLU : ParameterLessModule<Tensor, Tensor>
{
    internal RReLU(double lower, double upper, bool inplace) : base(nameof(RReLU))
    {
        this.lower = lower;
        this.upper = upper;
        this.inplace = inplace;
    }

    /// <summary>Lower bound of the slope.</summary>
    public double lower { get; set; }

    /// <summary>Upper bound of the slope.</summary>
    public double upper { get; set; }

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.rrelu(tensor, lower, upper, inplace);
}

/// <summary>max(0, x).</summary>
public sealed class ReLU : ParameterLessModule<Tensor, Tensor>
{
    internal ReLU(bool inplace) : base(nameof(ReLU)) => this.inplace = inplace;

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.relu(tensor, inplace);
}

/// <summary>clamp(x, 0, 6).</summary>
public sealed class ReLU6 : ParameterLessModule<Tensor, Tensor>
{
    internal ReLU6(bool inplace) : base(nameof(ReLU6)) => this.inplace = inplace;

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.relu6(tensor, inplace);
}

/// <summary>ELU with the scale and α that keep mean and variance.</summary>
public sealed class SELU : ParameterLessModule<Tensor, Tensor>
{
    internal SELU(bool inplace) : base(nameof(SELU)) => this.inplace = inplace;

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.selu(tensor, inplace);
}

/// <summary>x/(1 + exp(−x)).</summary>
public sealed class SiLU : ParameterLessModule<Tensor, Tensor>
{
    internal SiLU(bool inplace) : base(nameof(SiLU)) => this.inplace = inplace;

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.silu(tensor, inplace);

    /// <inheritdoc/>
    public override string GetName() => nameof(SiLU);
}

/// <summary>1/(1 + exp(−x)).</summary>
public sealed class Sigmoid : ParameterLessModule<Tensor, Tensor>
{
    internal Sigmoid(bool inplace) : base(nameof(Sigmoid)) => this.inplace = inplace;

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.sigmoid(tensor, inplace);
}

/// <summary>exp(x)/Σ exp(x) along an axis.</summary>
public sealed class Softmax : ParameterLessModule<Tensor, Tensor>
{
    internal Softmax(long dim) : base(nameof(Softmax)) => this.dim = dim;

    /// <summary>The axis.</summary>
    public long dim { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.softmax(tensor, dim);
}

/// <summary>Softmax over the channels of (N, C, H, W).</summary>
public sealed class Softmax2d : ParameterLessModule<Tensor, Tensor>
{
    internal Softmax2d() : base(nameof(Softmax2d)) { }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.softmax2d(tensor);
}

/// <summary>Softmax of −x.</summary>
public sealed class Softmin : ParameterLessModule<Tensor, Tensor>
{
    internal Softmin(long dim) : base(nameof(Softmin)) => this.dim = dim;

    /// <summary>The axis.</summary>
    public long dim { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.softmin(tensor, dim);
}

/// <summary>log(1 + exp(βx))/β, x itself above the threshold.</summary>
public sealed class Softplus : ParameterLessModule<Tensor, Tensor>
{
    internal Softplus(double beta, double threshold) : base(nameof(Softplus))
    {
        this.beta = beta;
        this.threshold = threshold;
    }

    /// <summary>Sharpness.</summary>
    public double beta { get; set; }

    /// <summary>Where the function changes its rule.</summary>
    public double threshold { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.softplus(tensor, beta, threshold);
}

/// <summary>x moved towards zero by λ, zero within.</summary>
public sealed class Softshrink : ParameterLessModule<Tensor, Tensor>
{
    internal Softshrink(double lambda) : base(nameof(Softshrink)) => this.lambda = lambda;

    /// <summary>Half width of the dead zone.</summary>
    public double lambda { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.softshrink(tensor, lambda);
}

/// <summary>x/(1 + |x|).</summary>
public sealed class Softsign : ParameterLessModule<Tensor, Tensor>
{
    internal Softsign(bool inplace) : base(nameof(Softsign)) => this.inplace = inplace;

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.softsign(tensor, inplace);
}

/// <summary>tanh(x).</summary>
public sealed class Tanh : ParameterLessModule<Tensor, Tensor>
{
    internal Tanh(bool inplace) : base(nameof(Tanh)) => this.inplace = inplace;

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.tanh(tensor, inplace);

    /// <inheritdoc/>
    public override string GetName() => nameof(Tanh);
}

/// <summary>x − tanh(x).</summary>
public sealed class Tanhshrink : ParameterLessModule<Tensor, Tensor>
{
    internal Tanhshrink(bool inplace) : base(nameof(Tanhshrink)) => this.inplace = inplace;

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.tanhshrink(tensor, inplace);
}

/// <summary>x above the threshold, a fixed value below.</summary>
public sealed class Threshold : ParameterLessModule<Tensor, Tensor>
{
    internal Threshold(double threshold, double value, bool inplace) : base(nameof(Threshold))
    {
        this.threshold = threshold;
        this.value = value;
        this.inplace = inplace;
    }

    /// <summary>Where the function changes its rule.</summary>
    public double threshold { get; set; }

    /// <summary>The number used.</summary>
    public double value { get; set; }

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.threshold(tensor, threshold, value, inplace);
}
