// Transposed convolutions along one, two and three axes.
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Base class of the transposed convolutions.</summary>
public abstract class ConvolutionTranspose : Convolution
{
    /// <summary>A transposed convolution.</summary>
    protected ConvolutionTranspose(string name, long in_channels, long out_channels, long[] kernel_size, long[] stride, long[]? padding, Padding? padding_type, long[] dilation, bool transposed, long[] output_padding, long groups, bool bias, PaddingModes padding_mode, Device? device = null, ScalarType? dtype = null)
        : base(name, in_channels, out_channels, kernel_size, stride, padding, padding_type, dilation, transposed, output_padding, groups, bias, padding_mode, device, dtype)
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => forward(input, null);

    /// <summary>Convolves to a wanted size.</summary>
    /// <param name="input">(N, C, L...) or one sample without N.</param>
    /// <param name="output_size">Lengths of the result's axes; null takes those that follow from the output padding.</param>
    public abstract Tensor forward(Tensor input, long[]? output_size);

    /// <summary>The output padding that gives a wanted size.</summary>
    /// <exception cref="ArgumentException">The size cannot be reached with the stride.</exception>
    protected long[] _output_padding(Tensor input, long[]? output_size, long[] kernel_size, long[] stride, long[] padding, long[] dilation, long num_spatial_dims)
    {
        if (output_size is null) return output_padding;
        var leading = input.dim() == num_spatial_dims + 2 ? 2 : 1;
        if (output_size.Length == leading + num_spatial_dims) output_size = output_size[leading..];
        if (output_size.Length != num_spatial_dims)
            throw new ArgumentException($"ConvTranspose{num_spatial_dims}D: for {input.dim()}D input, output_size must have {num_spatial_dims} or {leading + num_spatial_dims} elements (got {output_size.Length})", nameof(output_size));
        var extra = new long[num_spatial_dims];
        for (var axis = 0; axis < num_spatial_dims; axis++)
        {
            var least = (input.size(axis + leading) - 1) * stride[axis] - 2 * padding[axis] + dilation[axis] * (kernel_size[axis] - 1) + 1;
            extra[axis] = output_size[axis] - least;
            if (extra[axis] < 0 || extra[axis] >= stride[axis])
                throw new ArgumentException($"Requested an output size of {output_size[axis]}, but valid sizes range from {least} to {least + stride[axis] - 1}");
        }
        return extra;
    }
}

/// <summary>Transposed convolution along one axis.</summary>
public sealed class ConvTranspose1d : ConvolutionTranspose
{
    internal ConvTranspose1d(long in_channels, long out_channels, long[] kernel_size, long[] stride, long[] padding, long[] output_padding, long[] dilation, long groups, bool bias, PaddingModes padding_mode, Device? device, ScalarType? dtype)
        : base(nameof(ConvTranspose1d), in_channels, out_channels, kernel_size, stride, padding, null, dilation, true, output_padding, groups, bias, padding_mode, device, dtype)
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, long[]? output_size)
    {
        RequireShape(input, 1);
        var extra = _output_padding(input, output_size, kernel_size, stride, padding!, dilation, 1);
        return nn.functional.conv_transpose1d(input, weight, bias, stride[0], padding![0], extra[0], dilation[0], groups);
    }
}

/// <summary>Transposed convolution along two axes.</summary>
public sealed class ConvTranspose2d : ConvolutionTranspose
{
    internal ConvTranspose2d(long in_channels, long out_channels, long[] kernel_size, long[] stride, long[] padding, long[] output_padding, long[] dilation, long groups, bool bias, PaddingModes padding_mode, Device? device, ScalarType? dtype)
        : base(nameof(ConvTranspose2d), in_channels, out_channels, kernel_size, stride, padding, null, dilation, true, output_padding, groups, bias, padding_mode, device, dtype)
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, long[]? output_size)
    {
        RequireShape(input, 2);
        var extra = _output_padding(input, output_size, kernel_size, stride, padding!, dilation, 2);
        return nn.functional.conv_transpose2d(input, weight, bias, stride, padding!, extra, dilation, groups);
    }
}

/// <summary>Transposed convolution along three axes.</summary>
public sealed class ConvTranspose3d : ConvolutionTranspose
{
    internal ConvTranspose3d(long in_channels, long out_channels, long[] kernel_size, long[] stride, long[] padding, long[] output_padding, long[] dilation, long groups, bool bias, PaddingModes padding_mode, Device? device, ScalarType? dtype)
        : base(nameof(ConvTranspose3d), in_channels, out_channels, kernel_size, stride, padding, null, dilation, true, output_padding, groups, bias, padding_mode, device, dtype)
    {
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input, long[]? output_size)
    {
        RequireShape(input, 3);
        var extra = _output_padding(input, output_size, kernel_size, stride, padding!, dilation, 3);
        return nn.functional.conv_transpose3d(input, weight, bias, stride, padding!, extra, dilation, groups);
    }
}
