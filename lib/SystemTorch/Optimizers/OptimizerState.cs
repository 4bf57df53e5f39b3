// What an optimizer remembers of a parameter, and its form in a file.
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What an optimizer remembers of a parameter.</summary>
public abstract class OptimizerState
{
    /// <summary>The parameter.</summary>
    protected Parameter _parameter;

    /// <summary>State of a parameter; <see cref="Initialize"/> fills it.</summary>
    protected OptimizerState(Parameter parameter) => _parameter = parameter;

    /// <summary>Writes the state.</summary>
    public abstract void SaveStateDict(BinaryWriter writer);

    /// <summary>Reads what <see cref="SaveStateDict"/> wrote.</summary>
    public abstract void LoadStateDict(BinaryReader reader);

    /// <summary>Copies another state of the same type.</summary>
    public abstract void LoadStateDict(OptimizerState source);

    /// <summary>Sets the state of a parameter that was never stepped.</summary>
    public abstract void Initialize(OptimizerOptions options);

    /// <summary>Whether another state is the same up to rounding.</summary>
    public virtual bool ApproximatelyEquals(OptimizerState other) => false;

    /// <summary>Moves the state.</summary>
    public virtual void to(Device device) { }

    /// <summary>Reads a tensor that may be absent.</summary>
    protected static void LoadConditionalStateTensor(BinaryReader reader, ref Tensor? result, Device device)
    {
        if (reader.ReadBoolean())
        {
            using var loaded = TensorExtensionMethods.Load(reader, skip: false);
            Replace(ref result, loaded, device);
        }
        else
        {
            result?.Dispose();
            result = null;
        }
    }

    /// <summary>Writes a tensor that may be absent.</summary>
    protected static void SaveConditionalStateTensor(BinaryWriter writer, Tensor? tensor)
    {
        writer.Write(tensor is not null);
        tensor?.Save(writer);
    }

    /// <summary>Zeros in the parameter's shape, kept when scopes end.</summary>
    private protected void Clear(ref Tensor? slot)
    {
        slot?.Dispose();
        slot = zeros_like(_parameter).DetachFromDisposeScope();
    }

    /// <summary>Puts a copy on a device into a slot.</summary>
    private protected static void Replace(ref Tensor? slot, Tensor? source, Device device)
    {
        var copy = source?.to(device, copy: true).DetachFromDisposeScope();
        slot?.Dispose();
        slot = copy;
    }

    /// <summary>Whether two tensors, or two absences of one, are the same up to rounding.</summary>
    private protected static bool Same(Tensor? one, Tensor? other) =>
        one is null || other is null ? one is null && other is null : one.allclose(other);
}
