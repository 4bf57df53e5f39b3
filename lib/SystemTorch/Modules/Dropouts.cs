// Dropout as modules.
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Sets elements to zero in training and scales the others up.</summary>
public sealed class Dropout : ParameterLessModule<Tensor, Tensor>
{
    internal Dropout(double p, bool inplace) : base(nameof(Dropout))
    {
        this.p = p;
        this.inplace = inplace;
    }

    /// <summary>Probability of dropping.</summary>
    public double p { get; set; }

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.dropout(tensor, p, training, inplace);
}

/// <summary>Sets whole channels of (N, C, L) to zero in training.</summary>
public sealed class Dropout1d : ParameterLessModule<Tensor, Tensor>
{
    internal Dropout1d(double p, bool inplace) : base(nameof(Dropout1d))
    {
        this.p = p;
        this.inplace = inplace;
    }

    /// <summary>Probability of dropping.</summary>
    public double p { get; set; }

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.dropout1d(tensor, p, training, inplace);
}

/// <summary>Sets whole channels of (N, C, H, W) to zero in training.</summary>
public sealed class Dropout2d : ParameterLessModule<Tensor, Tensor>
{
    internal Dropout2d(double p, bool inplace) : base(nameof(Dropout2d))
    {
        this.p = p;
        this.inplace = inplace;
    }

    /// <summary>Probability of dropping.</summary>
    public double p { get; set; }

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.dropout2d(input, p, training, inplace);
}

/// <summary>Sets whole channels of (N, C, D, H, W) to zero in training.</summary>
public sealed class Dropout3d : ParameterLessModule<Tensor, Tensor>
{
    internal Dropout3d(double p, bool inplace) : base(nameof(Dropout3d))
    {
        this.p = p;
        this.inplace = inplace;
    }

    /// <summary>Probability of dropping.</summary>
    public double p { get; set; }

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.dropout3d(input, p, training, inplace);
}

/// <summary>Dropout that keeps mean and variance of SELU networks.</summary>
public sealed class AlphaDropout : ParameterLessModule<Tensor, Tensor>
{
    internal AlphaDropout(double p, bool inplace) : base(nameof(AlphaDropout))
    {
        this.p = p;
        this.inplace = inplace;
    }

    /// <summary>Probability of dropping.</summary>
    public double p { get; set; }

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.alpha_dropout(tensor, p, training, inplace);
}

/// <summary>Alpha dropout of whole channels.</summary>
public sealed class FeatureAlphaDropout : ParameterLessModule<Tensor, Tensor>
{
    internal FeatureAlphaDropout(double p, bool inplace) : base(nameof(FeatureAlphaDropout))
    {
        this.p = p;
        this.inplace = inplace;
    }

    /// <summary>Probability of dropping.</summary>
    public double p { get; set; }

    /// <summary>Whether the input itself is changed.</summary>
    public bool inplace { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.feature_alpha_dropout(input, p, training, inplace);
}
