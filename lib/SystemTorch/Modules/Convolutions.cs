// Convolutions along one, two and three axes.
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Convolution along one axis.</summary>
public sealed class Conv1d : Convolution
{
    internal Conv1d(long in_channels, long out_channels, long[] kernel_size, long[] stride, long[]? padding, Padding? padding_type, long[] dilation, long groups, bool bias, PaddingModes padding_mode, Device? device, ScalarType? dtype)
        : base(nameof(Conv1d), in_channels, out_channels, kernel_size, stride, padding, padding_type, dilation, false, new long[1], groups, bias, padding_mode, device, dtype)
    {
    }

    /// <summary>Convolves (N, C, L) or one sample without N.</summary>
    public override Tensor forward(Tensor input)
    {
        RequireShape(input, 1);
        if (padding_mode != PaddingModes.Zeros)
        {
            using var padded = nn.functional.pad(input, _reversed_padding_repeated_twice, padding_mode);
            return nn.functional.conv1d(padded, weight, bias, stride[0], 0, dilation[0], groups);
        }
        return padding_type is { } type
            ? nn.functional.conv1d_padding(input, weight, bias, stride[0], type, dilation[0], groups)
            : nn.functional.conv1d(input, weight, bias, stride[0], padding![0], dilation[0], groups);
    }
}

/// <summary>Convolution along two axes.</summary>
public sealed class Conv2d : Convolution
{
    internal Conv2d(long in_channels, long out_channels, long[] kernel_size, long[] stride, long[]? padding, Padding? padding_type, long[] dilation, long groups, bool bias, PaddingModes padding_mode, Device? device, ScalarType? dtype)
        : base(nameof(Conv2d), in_channels, out_channels, kernel_size, stride, padding, padding_type, dilation, false, new long[2], groups, bias, padding_mode, device, dtype)
    {
    }

    /// <summary>Convolves (N, C, H, W) or one sample without N.</summary>
    public override Tensor forward(Tensor input)
    {
        RequireShape(input, 2);
        if (padding_mode != PaddingModes.Zeros)
        {
            using var padded = nn.functional.pad(input, _reversed_padding_repeated_twice, padding_mode);
            return nn.functional.conv2d(padded, weight, bias, stride, new long[2], dilation, groups);
        }
        return padding_type is { } type
            ? nn.functional.conv2d_padding(input, weight, bias, stride, type, dilation, groups)
            : nn.functional.conv2d(input, weight, bias, stride, padding!, dilation, groups);
    }
}

/// <summary>Convolution along three axes.</summary>
public sealed class Conv3d : Convolution
{
    internal Conv3d(long in_channels, long out_channels, long[] kernel_size, long[] stride, long[]? padding, Padding? padding_type, long[] dilation, long groups, bool bias, PaddingModes padding_mode, Device? device, ScalarType? dtype)
        : base(nameof(Conv3d), in_channels, out_channels, kernel_size, stride, padding, padding_type, dilation, false, new long[3], groups, bias, padding_mode, device, dtype)
    {
    }

    /// <summary>Convolves (N, C, D, H, W) or one sample without N.</summary>
    public override Tensor forward(Tensor input)
    {
        RequireShape(input, 3);
        if (padding_mode != PaddingModes.Zeros)
        {
            using var padded = nn.functional.pad(input, _reversed_padding_repeated_twice, padding_mode);
            return nn.functional.conv3d(padded, weight, bias, stride, new long[3], dilation, groups);
        }
        return padding_type is { } type
            ? nn.functional.conv3d_padding(input, weight, bias, stride, type, dilation, groups)
            : nn.functional.conv3d(input, weight, bias, stride, padding!, dilation, groups);
    }
}
