// What all convolutions share: sizes, weights, initial values and padding.
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Base class of the convolutions.</summary>
public abstract class Convolution : nn.Module<Tensor, Tensor>
{
    /// <summary>The bias's slot.</summary>
    [ComponentName(Name = nameof(bias))]
    protected Parameter? _bias;

    /// <summary>The weight's slot.</summary>
    [ComponentName(Name = nameof(weight))]
    protected Parameter? _weight;

    /// <summary>Padding in the order that <see cref="nn.functional.pad(Tensor, long[], PaddingModes, double)"/> wants: last axis first, both sides.</summary>
    protected long[] _reversed_padding_repeated_twice = [];

    /// <summary>A convolution whose weights are drawn as PyTorch draws them (Kaiming uniform with a = √5).</summary>
    protected Convolution(string name, long in_channels, long out_channels, long[] kernel_size, long[] stride, long[]? padding, Padding? padding_type, long[] dilation, bool transposed, long[] output_padding, long groups, bool bias, PaddingModes padding_mode, Device? device = null, ScalarType? dtype = null) : base(name)
    {
        if (transposed && padding_mode != PaddingModes.Zeros)
            throw new ArgumentException("Only PaddingModes.Zeros is supported for ConvTransposeND", nameof(padding_mode));
        this.in_channels = in_channels;
        this.out_channels = out_channels;
        this.kernel_size = kernel_size;
        this.stride = stride;
        this.dilation = dilation;
        this.transposed = transposed;
        this.output_padding = output_padding;
        this.groups = groups;
        this.padding_mode = padding_mode;
        if (padding_type is { } type) SetPadding(type);
        else SetPadding(padding ?? new long[kernel_size.Length]);

        long[] channels = transposed ? [in_channels, out_channels / groups] : [out_channels, in_channels / groups];
        weight = new Parameter(empty([.. channels, .. kernel_size], dtype, device));
        if (bias) this.bias = new Parameter(empty([out_channels], dtype, device));
        reset_parameters();
    }

    /// <summary>Channels of the input.</summary>
    public long in_channels { get; }

    /// <summary>Channels of the result.</summary>
    public long out_channels { get; }

    /// <summary>Whether it is the transposed operation.</summary>
    public bool transposed { get; }

    /// <summary>Padding that follows from the kernel; null when lengths were given.</summary>
    public Padding? padding_type { get; private set; }

    /// <summary>Padding of each axis; null when a type was given.</summary>
    public long[]? padding { get; private set; }

    /// <summary>What the padding holds.</summary>
    public PaddingModes padding_mode { get; set; }

    /// <summary>Number of groups that channels are divided into.</summary>
    public long groups { get; set; }

    /// <summary>Kernel length of each axis.</summary>
    public long[] kernel_size { get; set; }

    /// <summary>Stride of each axis.</summary>
    public long[] stride { get; set; }

    /// <summary>Distance of kernel points of each axis.</summary>
    public long[] dilation { get; set; }

    /// <summary>Length added to each axis of a transposed result.</summary>
    public long[] output_padding { get; set; }

    /// <summary>The kernels; (out, in/groups, kernel...), transposed (in, out/groups, kernel...).</summary>
    public Parameter weight { get => _weight!; set => Assign(ref _weight, value, nameof(weight)); }

    /// <summary>The offsets; (out_channels), or null.</summary>
    public Parameter? bias { get => _bias; set => Assign(ref _bias, value, nameof(bias)); }

    /// <summary>Draws weight and bias anew.</summary>
    public void reset_parameters()
    {
        nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
        if (bias is null) return;
        var (fanIn, _) = nn.init.CalculateFanInAndFanOut(weight);
        if (fanIn == 0) return;
        var bound = 1 / Math.Sqrt(fanIn);
        nn.init.uniform_(bias, -bound, bound);
    }

    /// <summary>Sets the padding of each axis.</summary>
    public void SetPadding(long[] padding)
    {
        padding_type = null;
        this.padding = padding;
        _reversed_padding_repeated_twice = [.. Enumerable.Reverse(padding).SelectMany(length => new[] { length, length })];
    }

    /// <summary>Sets the padding by the kernel.</summary>
    public void SetPadding(Padding padding)
    {
        if (transposed) throw new ArgumentException("Cannot set padding type on ConvTransposeND");
        this.padding = null;
        padding_type = padding;
        var both = new long[2 * kernel_size.Length];
        if (padding == Padding.Same)
        {
            if (stride.Any(length => length != 1)) throw new ArgumentException("padding='same' is not supported for strided convolutions");
            for (var axis = 0; axis < kernel_size.Length; axis++)
            {
                var total = dilation[axis] * (kernel_size[axis] - 1);
                var last = kernel_size.Length - 1 - axis;
                both[2 * last] = total / 2;
                both[2 * last + 1] = total - total / 2;
            }
        }
        _reversed_padding_repeated_twice = both;
    }

    /// <summary>Whether an input is (C, L...) or (N, C, L...) with the right channels.</summary>
    protected bool ValidateShape(Tensor input, long dimensions)
    {
        var shape = input.shape;
        return shape.Length == dimensions + 2 && shape[1] == in_channels || shape.Length == dimensions + 1 && shape[0] == in_channels;
    }

    private protected void RequireShape(Tensor input, int dimensions)
    {
        if (!ValidateShape(input, dimensions))
            throw new ArgumentException($"Expected {dimensions + 1}D (unbatched) or {dimensions + 2}D (batched) input with {in_channels} channels to {GetName()}.");
    }
}
