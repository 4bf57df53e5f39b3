// Pooling as modules.
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Largest element of a sliding window along one axis.</summary>
public sealed class MaxPool1d : ParameterLessModule<Tensor, Tensor>
{
    internal MaxPool1d(long kernel_size, long? stride, long? padding, long? dilation, bool ceil_mode) : base(nameof(MaxPool1d))
    {
        this.kernel_size = kernel_size;
        this.stride = stride;
        this.padding = padding;
        this.dilation = dilation;
        this.ceil_mode = ceil_mode;
    }

    /// <summary>Lengths of the window.</summary>
    public long kernel_size { get; set; }

    /// <summary>Steps of the window; null means the window's lengths.</summary>
    public long? stride { get; set; }

    /// <summary>Padding of each side.</summary>
    public long? padding { get; set; }

    /// <summary>Distance of window points.</summary>
    public long? dilation { get; set; }

    /// <summary>Whether lengths are rounded up.</summary>
    public bool ceil_mode { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.max_pool1d(input, kernel_size, stride, padding, dilation, ceil_mode);

    /// <summary>The result and the positions it came from.</summary>
    public (Tensor Values, Tensor Indices) forward_with_indices(Tensor input) => nn.functional.max_pool1d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode);
}

/// <summary>Largest element of a sliding window along two axes.</summary>
public sealed class MaxPool2d : ParameterLessModule<Tensor, Tensor>
{
    internal MaxPool2d(long[] kernel_size, long[]? stride, long[]? padding, long[]? dilation, bool ceil_mode) : base(nameof(MaxPool2d))
    {
        this.kernel_size = kernel_size;
        this.stride = stride;
        this.padding = padding;
        this.dilation = dilation;
        this.ceil_mode = ceil_mode;
    }

    /// <summary>Lengths of the window.</summary>
    public long[] kernel_size { get; set; }

    /// <summary>Steps of the window; null means the window's lengths.</summary>
    public long[]? stride { get; set; }

    /// <summary>Padding of each side.</summary>
    public long[]? padding { get; set; }

    /// <summary>Distance of window points.</summary>
    public long[]? dilation { get; set; }

    /// <summary>Whether lengths are rounded up.</summary>
    public bool ceil_mode { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode);

    /// <summary>The result and the positions it came from.</summary>
    public (Tensor Values, Tensor Indices) forward_with_indices(Tensor input) => nn.functional.max_pool2d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode);
}

/// <summary>Largest element of a sliding window along three axes.</summary>
public sealed class MaxPool3d : ParameterLessModule<Tensor, Tensor>
{
    internal MaxPool3d(long[] kernel_size, long[]? stride, long[]? padding, long[]? dilation, bool ceil_mode) : base(nameof(MaxPool3d))
    {
        this.kernel_size = kernel_size;
        this.stride = stride;
        this.padding = padding;
        this.dilation = dilation;
        this.ceil_mode = ceil_mode;
    }

    /// <summary>Lengths of the window.</summary>
    public long[] kernel_size { get; set; }

    /// <summary>Steps of the window; null means the window's lengths.</summary>
    public long[]? stride { get; set; }

    /// <summary>Padding of each side.</summary>
    public long[]? padding { get; set; }

    /// <summary>Distance of window points.</summary>
    public long[]? dilation { get; set; }

    /// <summary>Whether lengths are rounded up.</summary>
    public bool ceil_mode { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.max_pool3d(input, kernel_size, stride, padding, dilation, ceil_mode);

    /// <summary>The result and the positions it came from.</summary>
    public (Tensor Values, Tensor Indices) forward_with_indices(Tensor input) => nn.functional.max_pool3d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode);
}

/// <summary>Mean of a sliding window along one axis.</summary>
public sealed class AvgPool1d : ParameterLessModule<Tensor, Tensor>
{
    internal AvgPool1d(long kernel_size, long? stride, long? padding, bool ceil_mode, bool count_include_pad) : base(nameof(AvgPool1d))
    {
        this.kernel_size = kernel_size;
        this.stride = stride;
        this.padding = padding;
        this.ceil_mode = ceil_mode;
        this.count_include_pad = count_include_pad;
    }

    /// <summary>Lengths of the window.</summary>
    public long kernel_size { get; set; }

    /// <summary>Steps of the window; null means the window's lengths.</summary>
    public long? stride { get; set; }

    /// <summary>Padding of each side.</summary>
    public long? padding { get; set; }

    /// <summary>Whether lengths are rounded up.</summary>
    public bool ceil_mode { get; set; }

    /// <summary>Whether padding counts in the mean.</summary>
    public bool count_include_pad { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.avg_pool1d(input, kernel_size, stride, padding, ceil_mode, count_include_pad);
}

/// <summary>Mean of a sliding window along two axes.</summary>
public sealed class AvgPool2d : ParameterLessModule<Tensor, Tensor>
{
    internal AvgPool2d(long[] kernel_size, long[]? stride, long[]? padding, bool ceil_mode, bool count_include_pad, long? divisor_override) : base(nameof(AvgPool2d))
    {
        this.kernel_size = kernel_size;
        this.stride = stride;
        this.padding = padding;
        this.ceil_mode = ceil_mode;
        this.count_include_pad = count_include_pad;
        this.divisor_override = divisor_override;
    }

    /// <summary>Lengths of the window.</summary>
    public long[] kernel_size { get; set; }

    /// <summary>Steps of the window; null means the window's lengths.</summary>
    public long[]? stride { get; set; }

    /// <summary>Padding of each side.</summary>
    public long[]? padding { get; set; }

    /// <summary>Whether lengths are rounded up.</summary>
    public bool ceil_mode { get; set; }

    /// <summary>Whether padding counts in the mean.</summary>
    public bool count_include_pad { get; set; }

    /// <summary>Divides instead of the window's size.</summary>
    public long? divisor_override { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.avg_pool2d(input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override);
}

/// <summary>Mean of a sliding window along three axes.</summary>
public sealed class AvgPool3d : ParameterLessModule<Tensor, Tensor>
{
    internal AvgPool3d(long[] kernel_size, long[]? stride, long[]? padding, bool ceil_mode, bool count_include_pad, long? divisor_override) : base(nameof(AvgPool3d))
    {
        this.kernel_size = kernel_size;
        this.stride = stride;
        this.padding = padding;
        this.ceil_mode = ceil_mode;
        this.count_include_pad = count_include_pad;
        this.divisor_override = divisor_override;
    }

    /// <summary>Lengths of the window.</summary>
    public long[] kernel_size { get; set; }

    /// <summary>Steps of the window; null means the window's lengths.</summary>
    public long[]? stride { get; set; }

    /// <summary>Padding of each side.</summary>
    public long[]? padding { get; set; }

    /// <summary>Whether lengths are rounded up.</summary>
    public bool ceil_mode { get; set; }

    /// <summary>Whether padding counts in the mean.</summary>
    public bool count_include_pad { get; set; }

    /// <summary>Divides instead of the window's size.</summary>
    public long? divisor_override { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.avg_pool3d(input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override);
}

/// <summary>Means over as many windows as wanted along one axis.</summary>
public sealed class AdaptiveAvgPool1d : ParameterLessModule<Tensor, Tensor>
{
    internal AdaptiveAvgPool1d(long output_size) : base(nameof(AdaptiveAvgPool1d)) => this.output_size = output_size;

    /// <summary>Lengths of the result.</summary>
    public long output_size { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.adaptive_avg_pool1d(input, output_size);
}

/// <summary>Means over as many windows as wanted along two axes.</summary>
public sealed class AdaptiveAvgPool2d : ParameterLessModule<Tensor, Tensor>
{
    internal AdaptiveAvgPool2d(long[] output_size) : base(nameof(AdaptiveAvgPool2d)) => this.output_size = output_size;

    /// <summary>Lengths of the result.</summary>
    public long[] output_size { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.adaptive_avg_pool2d(input, output_size);
}

/// <summary>Means over as many windows as wanted along three axes.</summary>
public sealed class AdaptiveAvgPool3d : ParameterLessModule<Tensor, Tensor>
{
    internal AdaptiveAvgPool3d(long[] output_size) : base(nameof(AdaptiveAvgPool3d)) => this.output_size = output_size;

    /// <summary>Lengths of the result.</summary>
    public long[] output_size { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.adaptive_avg_pool3d(input, output_size);
}

/// <summary>Largest elements over as many windows as wanted along one axis.</summary>
public sealed class AdaptiveMaxPool1d : ParameterLessModule<Tensor, Tensor>
{
    internal AdaptiveMaxPool1d(long output_size) : base(nameof(AdaptiveMaxPool1d)) => this.output_size = output_size;

    /// <summary>Lengths of the result.</summary>
    public long output_size { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.adaptive_max_pool1d(input, output_size);

    /// <summary>The result and the positions it came from.</summary>
    public (Tensor Values, Tensor Indices) forward_with_indices(Tensor input) => nn.functional.adaptive_max_pool1d_with_indices(input, output_size);
}

/// <summary>Largest elements over as many windows as wanted along two axes.</summary>
public sealed class AdaptiveMaxPool2d : ParameterLessModule<Tensor, Tensor>
{
    internal AdaptiveMaxPool2d(long[] output_size) : base(nameof(AdaptiveMaxPool2d)) => this.output_size = output_size;

    /// <summary>Lengths of the result.</summary>
    public long[] output_size { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.adaptive_max_pool2d(input, output_size);

    /// <summary>The result and the positions it came from.</summary>
    public (Tensor output, Tensor indices) forward_with_indices(Tensor input) => nn.functional.adaptive_max_pool2d_with_indices(input, output_size);
}

/// <summary>Largest elements over as many windows as wanted along three axes.</summary>
public sealed class AdaptiveMaxPool3d : ParameterLessModule<Tensor, Tensor>
{
    internal AdaptiveMaxPool3d(long[] output_size) : base(nameof(AdaptiveMaxPool3d)) => this.output_size = output_size;

    /// <summary>Lengths of the result.</summary>
    public long[] output_size { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.adaptive_max_pool3d(input, output_size);

    /// <summary>The result and the positions it came from.</summary>
    public (Tensor output, Tensor indices) forward_with_indices(Tensor input) => nn.functional.adaptive_max_pool3d_with_indices(input, output_size);
}

/// <summary>p-norm of a sliding window along one axis.</summary>
public sealed class LPPool1d : ParameterLessModule<Tensor, Tensor>
{
    internal LPPool1d(double norm_type, long kernel_size, long? stride, bool ceil_mode) : base(nameof(LPPool1d))
    {
        this.norm_type = norm_type;
        this.kernel_size = kernel_size;
        this.stride = stride;
        this.ceil_mode = ceil_mode;
    }

    /// <summary>The power p.</summary>
    public double norm_type { get; set; }

    /// <summary>Lengths of the window.</summary>
    public long kernel_size { get; set; }

    /// <summary>Steps of the window; null means the window's lengths.</summary>
    public long? stride { get; set; }

    /// <summary>Whether lengths are rounded up.</summary>
    public bool ceil_mode { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.lp_pool1d(input, norm_type, kernel_size, stride, ceil_mode);
}

/// <summary>p-norm of a sliding window along two axes.</summary>
public sealed class LPPool2d : ParameterLessModule<Tensor, Tensor>
{
    internal LPPool2d(double norm_type, long[] kernel_size, long[]? stride, bool ceil_mode) : base(nameof(LPPool2d))
    {
        this.norm_type = norm_type;
        this.kernel_size = kernel_size;
        this.stride = stride;
        this.ceil_mode = ceil_mode;
    }

    /// <summary>The power p.</summary>
    public double norm_type { get; set; }

    /// <summary>Lengths of the window.</summary>
    public long[] kernel_size { get; set; }

    /// <summary>Steps of the window; null means the window's lengths.</summary>
    public long[]? stride { get; set; }

    /// <summary>Whether lengths are rounded up.</summary>
    public bool ceil_mode { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.lp_pool2d(input, norm_type, kernel_size, stride, ceil_mode);
}

/// <summary>Puts pooled elements back along one axis, zeros elsewhere.</summary>
public sealed class MaxUnpool1d : ParameterLessModule<Tensor, Tensor, long[], Tensor>
{
    internal MaxUnpool1d(long kernel_size, long? stride, long? padding) : base(nameof(MaxUnpool1d))
    {
        this.kernel_size = kernel_size;
        this.stride = stride;
        this.padding = padding;
    }

    /// <summary>Lengths of the window.</summary>
    public long kernel_size { get; set; }

    /// <summary>Steps of the window; null means the window's lengths.</summary>
    public long? stride { get; set; }

    /// <summary>Padding of each side.</summary>
    public long? padding { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor, Tensor indices, long[]? output_size = null) => nn.functional.max_unpool1d(tensor, indices, kernel_size, stride, padding, output_size);

    /// <summary>Runs the module and its hooks.</summary>
    public new Tensor call(Tensor tensor, Tensor indices, long[]? output_size = null) => base.call(tensor, indices, output_size!);
}

/// <summary>Puts pooled elements back along two axes, zeros elsewhere.</summary>
public sealed class MaxUnpool2d : ParameterLessModule<Tensor, Tensor, long[], Tensor>
{
    internal MaxUnpool2d(long[] kernel_size, long[]? stride, long[]? padding) : base(nameof(MaxUnpool2d))
    {
        this.kernel_size = kernel_size;
        this.stride = stride;
        this.padding = padding;
    }

    /// <summary>Lengths of the window.</summary>
    public long[] kernel_size { get; set; }

    /// <summary>Steps of the window; null means the window's lengths.</summary>
    public long[]? stride { get; set; }

    /// <summary>Padding of each side.</summary>
    public long[]? padding { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor, Tensor indices, long[]? output_size = null) => nn.functional.max_unpool2d(tensor, indices, kernel_size, stride, padding, output_size);

    /// <summary>Runs the module and its hooks.</summary>
    public new Tensor call(Tensor tensor, Tensor indices, long[]? output_size = null) => base.call(tensor, indices, output_size!);
}

/// <summary>Puts pooled elements back along three axes, zeros elsewhere.</summary>
public sealed class MaxUnpool3d : ParameterLessModule<Tensor, Tensor, long[], Tensor>
{
    internal MaxUnpool3d(long[] kernel_size, long[]? stride, long[]? padding) : base(nameof(MaxUnpool3d))
    {
        this.kernel_size = kernel_size;
        this.stride = stride;
        this.padding = padding;
    }

    /// <summary>Lengths of the window.</summary>
    public long[] kernel_size { get; set; }

    /// <summary>Steps of the window; null means the window's lengths.</summary>
    public long[]? stride { get; set; }

    /// <summary>Padding of each side.</summary>
    public long[]? padding { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor, Tensor indices, long[]? output_size = null) => nn.functional.max_unpool3d(tensor, indices, kernel_size, stride, padding, output_size);

    /// <summary>Runs the module and its hooks.</summary>
    public new Tensor call(Tensor tensor, Tensor indices, long[]? output_size = null) => base.call(tensor, indices, output_size!);
}

/// <summary>Largest elements of windows drawn at random along two axes.</summary>
public sealed class FractionalMaxPool2d : ParameterLessModule<Tensor, Tensor>
{
    internal FractionalMaxPool2d(long[] kernel_size, long[]? output_size, double[]? output_ratio) : base(nameof(FractionalMaxPool2d))
    {
        this.kernel_size = kernel_size;
        this.output_size = output_size;
        this.output_ratio = output_ratio;
    }

    /// <summary>Lengths of the window.</summary>
    public long[] kernel_size { get; set; }

    /// <summary>Lengths of the result.</summary>
    public long[]? output_size { get; set; }

    /// <summary>Lengths of the result as parts of the input's.</summary>
    public double[]? output_ratio { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.fractional_max_pool2d(input, kernel_size, output_size, output_ratio);

    /// <summary>The result and the positions it came from.</summary>
    public (Tensor Values, Tensor Indices) forward_with_indices(Tensor input) => nn.functional.fractional_max_pool2d_with_indices(input, kernel_size, output_size, output_ratio);
}

/// <summary>Largest elements of windows drawn at random along three axes.</summary>
public sealed class FractionalMaxPool3d : ParameterLessModule<Tensor, Tensor>
{
    internal FractionalMaxPool3d(long[] kernel_size, long[]? output_size, double[]? output_ratio) : base(nameof(FractionalMaxPool3d))
    {
        this.kernel_size = kernel_size;
        this.output_size = output_size;
        this.output_ratio = output_ratio;
    }

    /// <summary>Lengths of the window.</summary>
    public long[] kernel_size { get; set; }

    /// <summary>Lengths of the result.</summary>
    public long[]? output_size { get; set; }

    /// <summary>Lengths of the result as parts of the input's.</summary>
    public double[]? output_ratio { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.fractional_max_pool3d(input, kernel_size, output_size, output_ratio);

    /// <summary>The result and the positions it came from.</summary>
    public (Tensor Values, Tensor Indices) forward_with_indices(Tensor input) => nn.functional.fractional_max_pool3d_with_indices(input, kernel_size, output_size, output_ratio);
}
