// Modules that only rearrange.
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The input itself, as another tensor on the same storage.</summary>
public sealed class Identity : ParameterLessModule<Tensor, Tensor>
{
    internal Identity() : base(nameof(Identity)) { }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => tensor.alias();
}

/// <summary>Makes one axis of a run of axes.</summary>
public sealed class Flatten : ParameterLessModule<Tensor, Tensor>
{
    internal Flatten(long start_dim, long end_dim) : base(nameof(Flatten))
    {
        this.start_dim = start_dim;
        this.end_dim = end_dim;
    }

    /// <summary>First axis of the run.</summary>
    public long start_dim { get; set; }

    /// <summary>Last axis of the run.</summary>
    public long end_dim { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => input.flatten(start_dim, end_dim);
}

/// <summary>Makes several axes of one.</summary>
public sealed class Unflatten : ParameterLessModule<Tensor, Tensor>
{
    internal Unflatten(long dim, long[] unflattened_size) : base(nameof(Unflatten))
    {
        this.dim = dim;
        this.unflattened_size = unflattened_size;
    }

    /// <summary>The axis.</summary>
    public long dim { get; set; }

    /// <summary>Lengths of the new axes.</summary>
    public long[] unflattened_size { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => tensor.unflatten(dim, unflattened_size);
}

/// <summary>(N, C r², H, W) to (N, C, H r, W r).</summary>
public sealed class PixelShuffle : ParameterLessModule<Tensor, Tensor>
{
    internal PixelShuffle(long upscale_factor) : base(nameof(PixelShuffle)) => this.upscale_factor = upscale_factor;

    /// <summary>How many times finer.</summary>
    public long upscale_factor { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.pixel_shuffle(input, upscale_factor);
}

/// <summary>(N, C, H r, W r) to (N, C r², H, W).</summary>
public sealed class PixelUnshuffle : ParameterLessModule<Tensor, Tensor>
{
    internal PixelUnshuffle(long downscale_factor) : base(nameof(PixelUnshuffle)) => this.downscale_factor = downscale_factor;

    /// <summary>How many times coarser.</summary>
    public long downscale_factor { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.pixel_unshuffle(input, downscale_factor);
}

/// <summary>Interleaves groups of channels.</summary>
public sealed class ChannelShuffle : ParameterLessModule<Tensor, Tensor>
{
    internal ChannelShuffle(long groups) : base(nameof(ChannelShuffle)) => this.groups = groups;

    /// <summary>Number of groups.</summary>
    public long groups { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => tensor.channel_shuffle(groups);
}

/// <summary>Sums sliding blocks, (N, C·kernel, blocks), into (N, C, H, W).</summary>
public sealed class Fold : ParameterLessModule<Tensor, Tensor>
{
    internal Fold((long, long) output_size, (long, long) kernel_size, (long, long) dilation, (long, long) padding, (long, long) stride) : base(nameof(Fold))
    {
        this.output_size = output_size;
        this.kernel_size = kernel_size;
        this.dilation = dilation;
        this.padding = padding;
        this.stride = stride;
    }

    /// <summary>Lengths of the result.</summary>
    public (long, long) output_size { get; set; }

    /// <summary>Lengths of the window.</summary>
    public (long, long) kernel_size { get; set; }

    /// <summary>Distance of window points.</summary>
    public (long, long) dilation { get; set; }

    /// <summary>Padding of each side.</summary>
    public (long, long) padding { get; set; }

    /// <summary>Steps of the window; null means the window's lengths.</summary>
    public (long, long) stride { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.fold(tensor, output_size, kernel_size, dilation, padding, stride);
}

/// <summary>Takes sliding blocks of (N, C, H, W) as (N, C·kernel, blocks).</summary>
public sealed class Unfold : ParameterLessModule<Tensor, Tensor>
{
    internal Unfold((long, long) kernel_size, (long, long) dilation, (long, long) padding, (long, long) stride) : base(nameof(Unfold))
    {
        this.kernel_size = kernel_size;
        this.dilation = dilation;
        this.padding = padding;
        this.stride = stride;
    }

    /// <summary>Lengths of the window.</summary>
    public (long, long) kernel_size { get; set; }

    /// <summary>Distance of window points.</summary>
    public (long, long) dilation { get; set; }

    /// <summary>Padding of each side.</summary>
    public (long, long) padding { get; set; }

    /// <summary>Steps of the window; null means the window's lengths.</summary>
    public (long, long) stride { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.unfold(tensor, kernel_size, dilation, padding, stride);
}
