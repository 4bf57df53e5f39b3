// Padding as modules.
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Base class of the padding modules.</summary>
public abstract class PadBase : ParameterLessModule<Tensor, Tensor>
{
    private readonly PaddingModes _mode;

    /// <summary>A padding; lengths go from the last axis backwards, before and after.</summary>
    protected PadBase(string name, PaddingModes mode, double value, params long[] padding) : base(name)
    {
        _mode = mode;
        this.value = value;
        this.padding = padding;
    }

    /// <summary>Lengths from the last axis backwards, before and after.</summary>
    public long[] padding { get; set; }

    /// <summary>The number that constant padding holds.</summary>
    public double value { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.pad(input, padding, _mode, value);
}

/// <summary>Pads with a number along one axis.</summary>
public sealed class ConstantPad1d : PadBase
{
    internal ConstantPad1d(double value, params long[] padding) : base(nameof(ConstantPad1d), PaddingModes.Constant, value, padding) { }
}

/// <summary>Pads with a number along two axes.</summary>
public sealed class ConstantPad2d : PadBase
{
    internal ConstantPad2d(double value, params long[] padding) : base(nameof(ConstantPad2d), PaddingModes.Constant, value, padding) { }
}

/// <summary>Pads with a number along three axes.</summary>
public sealed class ConstantPad3d : PadBase
{
    internal ConstantPad3d(double value, params long[] padding) : base(nameof(ConstantPad3d), PaddingModes.Constant, value, padding) { }
}

/// <summary>Pads with the mirror image along one axis.</summary>
public sealed class ReflectionPad1d : PadBase
{
    internal ReflectionPad1d(params long[] padding) : base(nameof(ReflectionPad1d), PaddingModes.Reflect, 0, padding) { }
}

/// <summary>Pads with the mirror image along two axes.</summary>
public sealed class ReflectionPad2d : PadBase
{
    internal ReflectionPad2d(params long[] padding) : base(nameof(ReflectionPad2d), PaddingModes.Reflect, 0, padding) { }
}

/// <summary>Pads with the mirror image along three axes.</summary>
public sealed class ReflectionPad3d : PadBase
{
    internal ReflectionPad3d(params long[] padding) : base(nameof(ReflectionPad3d), PaddingModes.Reflect, 0, padding) { }
}

/// <summary>Pads with the border element along one axis.</summary>
public sealed class ReplicationPad1d : PadBase
{
    internal ReplicationPad1d(params long[] padding) : base(nameof(ReplicationPad1d), PaddingModes.Replicate, 0, padding) { }
}

/// <summary>Pads with the border element along two axes.</summary>
public sealed class ReplicationPad2d : PadBase
{
    internal ReplicationPad2d(params long[] padding) : base(nameof(ReplicationPad2d), PaddingModes.Replicate, 0, padding) { }
}

/// <summary>Pads with the border element along three axes.</summary>
public sealed class ReplicationPad3d : PadBase
{
    internal ReplicationPad3d(params long[] padding) : base(nameof(ReplicationPad3d), PaddingModes.Replicate, 0, padding) { }
}

/// <summary>Pads with zeros along two axes.</summary>
public sealed class ZeroPad2d : PadBase
{
    internal ZeroPad2d(params long[] padding) : base(nameof(ZeroPad2d), PaddingModes.Constant, 0, padding) { }
}
