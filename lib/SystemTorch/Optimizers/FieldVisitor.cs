// What is done to the fields of an optimizer's options and state; each type lists its fields once, in the order of TorchSharp's files.
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SystemTorch;

/// <summary>Does something to each field, or nothing where not overridden.</summary>
internal abstract class FieldVisitor
{
    /// <summary>An option (double? or bool?), a number of steps (long) or another number (double).</summary>
    internal virtual void Value<T>(ref T field) { }

    /// <summary>A tensor.</summary>
    internal virtual void Tensor(ref Tensor? field) { }

    /// <summary>A tensor that may be absent.</summary>
    internal virtual void TensorIfAny(ref Tensor? field) => Tensor(ref field);
}

/// <summary>Writes the fields.</summary>
internal sealed class FieldWriter(BinaryWriter writer) : FieldVisitor
{
    internal override void Value<T>(ref T field)
    {
        switch (field)
        {
            case double number: writer.Write(number); break;
            case bool truth: writer.Write(truth); break;
            case long count: writer.Write(count); break;
            default: throw new InvalidOperationException("An option has no value: options are complete once their group has joined an optimizer.");
        }
    }

    internal override void Tensor(ref Tensor? field) => field!.Save(writer);

    internal override void TensorIfAny(ref Tensor? field)
    {
        writer.Write(field is not null);
        field?.Save(writer);
    }
}

/// <summary>Reads what <see cref="FieldWriter"/> wrote; tensors that may be absent come to a device, the others stay where they are.</summary>
internal sealed class FieldReader(BinaryReader reader, Device device) : FieldVisitor
{
    internal override void Value<T>(ref T field)
    {
        if (typeof(T) == typeof(long)) field = (T)(object)reader.ReadInt64();
        else if (typeof(T) == typeof(bool?)) field = (T)(object)reader.ReadBoolean();
        else field = (T)(object)reader.ReadDouble();
    }

    internal override void Tensor(ref Tensor? field) => field!.Load(reader);

    internal override void TensorIfAny(ref Tensor? field)
    {
        using var loaded = reader.ReadBoolean() ? TensorExtensionMethods.Load(reader, skip: false) : null;
        OptimizerState.Replace(ref field, loaded, device);
    }
}

/// <summary>Lists the fields' values.</summary>
internal sealed class FieldList : FieldVisitor
{
    internal Queue<object?> Values { get; } = [];

    internal override void Value<T>(ref T field) => Values.Enqueue(field);

    internal override void Tensor(ref Tensor? field) => Values.Enqueue(field);
}

/// <summary>Sets the fields to listed values; tensors are copied to a device.</summary>
internal sealed class FieldCopier(FieldList source, Device device) : FieldVisitor
{
    internal override void Value<T>(ref T field) => field = (T)source.Values.Dequeue()!;

    internal override void Tensor(ref Tensor? field) => OptimizerState.Replace(ref field, (Tensor?)source.Values.Dequeue(), device);
}

/// <summary>Sets options that are null to listed values.</summary>
internal sealed class OptionFiller(FieldList defaults) : FieldVisitor
{
    internal override void Value<T>(ref T field)
    {
        var value = defaults.Values.Dequeue();
        if (field is null) field = (T)value!;
    }
}

/// <summary>Moves the tensors.</summary>
internal sealed class TensorMover(Device device) : FieldVisitor
{
    internal override void Tensor(ref Tensor? field) => OptimizerState.Replace(ref field, field, device);
}

/// <summary>Frees the tensors.</summary>
internal sealed class TensorDisposer : FieldVisitor
{
    internal override void Tensor(ref Tensor? field) => field?.Dispose();
}
