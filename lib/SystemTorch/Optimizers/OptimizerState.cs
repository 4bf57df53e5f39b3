// What an optimizer remembers of a parameter, and its form in a file.
using SystemTorch;
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

    /// <summary>Whether another state is the same up to rounding; false for types that list no fields.</summary>
    public virtual bool ApproximatelyEquals(OptimizerState other)
    {
        if (other.GetType() != GetType()) return false;
        var (mine, given) = (Fields().Values, other.Fields().Values);
        return mine.Count > 0 && mine.Zip(given).All(pair => Same(pair.First, pair.Second));
    }

    /// <summary>Moves the state.</summary>
    public virtual void to(Device device) => Visit(new TensorMover(device));

    /// <summary>Reads a tensor that may be absent.</summary>
    protected static void LoadConditionalStateTensor(BinaryReader reader, ref Tensor? result, Device device) =>
        new FieldReader(reader, device).TensorIfAny(ref result);

    /// <summary>Writes a tensor that may be absent.</summary>
    protected static void SaveConditionalStateTensor(BinaryWriter writer, Tensor? tensor) =>
        new FieldWriter(writer).TensorIfAny(ref tensor);

    /// <summary>Puts a copy on a device into a slot.</summary>
    internal static void Replace(ref Tensor? slot, Tensor? source, Device device) =>
        Fill(ref slot, source?.to(device, copy: true));

    /// <summary>Shows a visitor what is remembered, in the order of TorchSharp's files.</summary>
    private protected virtual void Visit(FieldVisitor visitor) { }

    /// <summary>Puts a tensor that is kept when scopes end, or none, into a slot.</summary>
    private protected static void Fill(ref Tensor? slot, Tensor? value)
    {
        var kept = value?.DetachFromDisposeScope();
        slot?.Dispose();
        slot = kept;
    }

    /// <summary>Puts zeros in the parameter's shape into a slot.</summary>
    private protected void Clear(ref Tensor? slot) => Fill(ref slot, zeros_like(_parameter));

    /// <summary>Writes all fields.</summary>
    private protected void Save(BinaryWriter writer) => Visit(new FieldWriter(writer));

    /// <summary>Reads all fields.</summary>
    private protected void Load(BinaryReader reader) => Visit(new FieldReader(reader, _parameter.device));

    /// <summary>Copies all fields.</summary>
    private protected void Copy(OptimizerState source)
    {
        if (source.GetType() != GetType()) throw new ArgumentException($"State of type {GetType()} expected, {source.GetType()} given.", nameof(source));
        Visit(new FieldCopier(source.Fields(), _parameter.device));
    }

    /// <summary>Frees all tensors.</summary>
    private protected void Free() => Visit(new TensorDisposer());

    private static bool Same(object? one, object? other) => (one, other) switch
    {
        (Tensor x, Tensor y) => x.allclose(y),
        _ => Equals(one, other),
    };

    private FieldList Fields()
    {
        var list = new FieldList();
        Visit(list);
        return list;
    }
}
