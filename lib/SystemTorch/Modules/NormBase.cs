// Normalization by statistics of the batch or of each sample, with running averages.
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Base class of batch and instance normalization.</summary>
public abstract class NormBase : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = nameof(bias))]
    private Parameter? _bias;

    [ComponentName(Name = nameof(weight))]
    private Parameter? _weight;

    [ComponentName(Name = nameof(running_mean))]
    private Tensor? _running_mean;

    [ComponentName(Name = nameof(running_var))]
    private Tensor? _running_var;

    [ComponentName(Name = nameof(num_batches_tracked))]
    private Tensor? _num_batches_tracked;

    /// <summary>A normalization of the given number of channels.</summary>
    public NormBase(long num_features, double eps, double? momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype, string name) : base(name)
    {
        this.num_features = num_features;
        this.eps = eps;
        this.momentum = momentum;
        this.affine = affine;
        this.track_running_stats = track_running_stats;
        if (affine)
        {
            weight = new Parameter(empty([num_features], dtype, device));
            bias = new Parameter(empty([num_features], dtype, device));
        }
        if (track_running_stats)
        {
            running_mean = zeros([num_features], dtype, device);
            running_var = ones([num_features], dtype, device);
            num_batches_tracked = tensor(0L, dtype, device);
        }
        reset_parameters();
    }

    /// <summary>Number of channels.</summary>
    public long num_features { get; private set; }

    /// <summary>Added to the variance.</summary>
    public double eps { get; set; }

    /// <summary>Weight of the newest batch in the running averages; null makes them plain averages.</summary>
    public double? momentum { get; set; }

    /// <summary>Whether channels are scaled and shifted.</summary>
    public bool affine { get; private set; }

    /// <summary>Whether running averages are kept.</summary>
    public bool track_running_stats { get; private set; }

    /// <summary>The scale; (num_features). Null without affine.</summary>
    public Parameter weight { get => _weight!; set => Assign(ref _weight, value, nameof(weight)); }

    /// <summary>The shift; (num_features), or null.</summary>
    public Parameter? bias { get => _bias; set => Assign(ref _bias, value, nameof(bias)); }

    /// <summary>Running average of the mean; (num_features), or null.</summary>
    public Tensor? running_mean { get => _running_mean; set => Assign(ref _running_mean, value, nameof(running_mean)); }

    /// <summary>Running average of the variance; (num_features), or null.</summary>
    public Tensor? running_var { get => _running_var; set => Assign(ref _running_var, value, nameof(running_var)); }

    /// <summary>Number of batches in the averages; a scalar, or null.</summary>
    public Tensor? num_batches_tracked { get => _num_batches_tracked; set => Assign(ref _num_batches_tracked, value, nameof(num_batches_tracked)); }

    /// <summary>Sets the scale to one, the shift to zero and the averages to their start.</summary>
    public void reset_parameters()
    {
        reset_running_stats();
        if (!affine) return;
        nn.init.ones_(weight);
        nn.init.zeros_(bias!);
    }

    /// <summary>Sets the averages to their start: mean zero, variance one, no batches.</summary>
    public void reset_running_stats()
    {
        if (!track_running_stats) return;
        nn.init.zeros_(running_mean!);
        nn.init.ones_(running_var!);
        nn.init.zeros_(num_batches_tracked!);
    }

    /// <summary>Refuses inputs with the wrong number of axes.</summary>
    protected abstract void ValidateInputDimensions(Tensor input);

    private protected static void RequireDimensions(Tensor input, string expected, params ReadOnlySpan<long> allowed)
    {
        if (!allowed.Contains(input.ndim)) throw new ArgumentException($"expected {expected} input, but got {input.ndim}D input.");
    }
}
