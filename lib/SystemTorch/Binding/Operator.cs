// An ATen operator and the ways to call it.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch;

/// <summary>
/// An operator of libtorch's dispatcher, by name ("aten::" is understood) and overload. Found at the first call;
/// keep it in a static readonly field. A call is one P/Invoke and allocates nothing but its result.
/// </summary>
internal sealed unsafe class Operator(string name, string overload = "")
{
    const int StackBytes = 512;

    nint handle;

    internal string Name => overload.Length == 0 ? name : $"{name}.{overload}";

    /// <summary>Whether this libtorch has the operator: compose it from others if not.</summary>
    internal bool Exists => handle != 0 || Find() != 0;

    /// <summary>The operator's schema as libtorch prints it.</summary>
    internal string Schema => Marshal.PtrToStringUTF8(Native.Check(Native.system_torch_schema(Handle)))!;

    nint Handle => handle != 0 ? handle : Resolve();

    /// <summary>Calls an operator with one tensor as its result.</summary>
    /// <exception cref="ExternalException">libtorch refused; its message.</exception>
    internal Tensor Call(params ReadOnlySpan<Argument> arguments)
    {
        NativeValue result;
        Invoke(arguments, &result, 1);
        return TensorOf(in result);
    }

    internal (Tensor, Tensor) CallPair(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc NativeValue[2];
        Invoke(arguments, results, 2);
        return (TensorOf(in results[0]), TensorOf(in results[1]));
    }

    internal (Tensor, Tensor, Tensor) CallTriple(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc NativeValue[3];
        Invoke(arguments, results, 3);
        return (TensorOf(in results[0]), TensorOf(in results[1]), TensorOf(in results[2]));
    }

    internal (Tensor, Tensor, Tensor, Tensor) CallQuadruple(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc NativeValue[4];
        Invoke(arguments, results, 4);
        return (TensorOf(in results[0]), TensorOf(in results[1]), TensorOf(in results[2]), TensorOf(in results[3]));
    }

    /// <summary>Calls an operator whose result is a list of tensors.</summary>
    internal Tensor[] CallMany(params ReadOnlySpan<Argument> arguments)
    {
        NativeValue result;
        Invoke(arguments, &result, 1);
        if (result.Kind != ValueKind.Tensors) throw Unexpected(result);
        // The handles lie in native memory that the next call reuses, so they are copied before any tensor is made.
        var handles = new ReadOnlySpan<nint>((void*)result.Bits, result.Count).ToArray();
        return Array.ConvertAll(handles, native => new Tensor(native));
    }

    /// <summary>Calls an operator for its effect: in-place operations, whose result is the tensor one already has.</summary>
    internal void Run(params ReadOnlySpan<Argument> arguments) => Invoke(arguments, null, 0);

    /// <summary>Calls an in-place operator and gives back the object that its first argument is.</summary>
    internal Tensor InPlace(params ReadOnlySpan<Argument> arguments)
    {
        Invoke(arguments, null, 0);
        return Unsafe.As<Tensor>(arguments[0].Reference!);
    }

    internal long CallInteger(params ReadOnlySpan<Argument> arguments)
    {
        NativeValue result;
        Invoke(arguments, &result, 1);
        return result.Kind is ValueKind.Integer or ValueKind.Boolean ? result.Bits : throw Unexpected(result);
    }

    internal bool CallBoolean(params ReadOnlySpan<Argument> arguments) => CallInteger(arguments) != 0;

    internal double CallReal(params ReadOnlySpan<Argument> arguments)
    {
        NativeValue result;
        Invoke(arguments, &result, 1);
        return result.Kind switch
        {
            ValueKind.Real => result.Real,
            ValueKind.Integer => result.Bits,
            _ => throw Unexpected(result),
        };
    }

    /// <summary>Calls an operator whose result is a number of any kind.</summary>
    internal Scalar CallScalar(params ReadOnlySpan<Argument> arguments)
    {
        NativeValue result;
        Invoke(arguments, &result, 1);
        return result.Kind is ValueKind.Integer or ValueKind.Real or ValueKind.Boolean or ValueKind.Complex
            ? new Scalar(result.Kind, result.Bits, result.Second) : throw Unexpected(result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Tensor TensorOf(in NativeValue value) =>
        value.Kind == ValueKind.Tensor ? value.Bits == 0 ? null! : new Tensor((nint)value.Bits) :
        value.Kind == ValueKind.None ? null! : throw Unexpected(value);

    InvalidOperationException Unexpected(NativeValue value) => new($"aten::{Name} gave a result of kind {value.Kind} where another was expected: {Schema}");

    [SkipLocalsInit]
    void Invoke(ReadOnlySpan<Argument> arguments, NativeValue* results, int capacity)
    {
        var native = Handle;
        var values = stackalloc NativeValue[arguments.Length];
        var bytes = 0;
        for (var i = 0; i < arguments.Length; i++)
        {
            ref readonly var argument = ref arguments[i];
            var kind = argument.Kind;
            values[i].Kind = kind;
            if (kind == ValueKind.Tensor) values[i].Bits = Unsafe.As<Tensor>(argument.Reference!).Handle;
            else
            {
                values[i].Bits = argument.Bits;
                values[i].Second = argument.Second;
                if (argument.Reference is not null) bytes += Size(argument);
            }
        }
        if (bytes == 0) Send(native, values, arguments.Length, results, capacity);
        else if (bytes <= StackBytes)
        {
            var room = stackalloc byte[StackBytes];
            CopyLists(arguments, values, room);
            Send(native, values, arguments.Length, results, capacity);
        }
        else
        {
            var room = (byte*)NativeMemory.Alloc((nuint)bytes);
            try
            {
                CopyLists(arguments, values, room);
                Send(native, values, arguments.Length, results, capacity);
            }
            finally
            {
                NativeMemory.Free(room);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Send(nint native, NativeValue* values, int count, NativeValue* results, int capacity)
    {
        var produced = Native.system_torch_call(native, values, count, results, capacity);
        if (produced < 0) throw Native.Failure();
        if (produced < capacity) throw new InvalidOperationException($"aten::{Name} gave {produced} results where {capacity} were expected: {Schema}");
    }

    // Room for a list, in bytes, kept a multiple of eight; at least eight, so that an empty list is told from no list.
    static int Size(in Argument argument) => argument.Kind switch
    {
        ValueKind.Integers => ((long[])argument.Reference!).Length * 8 + 8,
        ValueKind.Reals => ((double[])argument.Reference!).Length * 8 + 8,
        ValueKind.Tensors => ((Tensor?[])argument.Reference!).Length * 8 + 8,
        ValueKind.Booleans => (((bool[])argument.Reference!).Length + 15) & ~7,
        ValueKind.Text => (Encoding.UTF8.GetMaxByteCount(((string)argument.Reference!).Length) + 15) & ~7,
        _ => 8,
    };

    static void CopyLists(ReadOnlySpan<Argument> arguments, NativeValue* values, byte* room)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            ref readonly var argument = ref arguments[i];
            if (argument.Reference is null || argument.Kind == ValueKind.Tensor) continue;
            values[i].Bits = (long)room;
            switch (argument.Kind)
            {
                case ValueKind.Integers:
                    var integers = (long[])argument.Reference;
                    integers.CopyTo(new Span<long>(room, integers.Length));
                    values[i].Count = integers.Length;
                    break;
                case ValueKind.Reals:
                    var reals = (double[])argument.Reference;
                    reals.CopyTo(new Span<double>(room, reals.Length));
                    values[i].Count = reals.Length;
                    break;
                case ValueKind.Booleans:
                    var booleans = (bool[])argument.Reference;
                    booleans.CopyTo(new Span<bool>(room, booleans.Length));
                    values[i].Count = booleans.Length;
                    break;
                case ValueKind.Tensors:
                    var tensors = (Tensor?[])argument.Reference;
                    for (var k = 0; k < tensors.Length; k++) ((nint*)room)[k] = tensors[k]?.Handle ?? 0;
                    values[i].Count = tensors.Length;
                    break;
                case ValueKind.Text:
                    var text = (string)argument.Reference;
                    values[i].Count = Encoding.UTF8.GetBytes(text, new Span<byte>(room, Encoding.UTF8.GetMaxByteCount(text.Length)));
                    break;
                case ValueKind.Generator:
                    values[i].Bits = ((Generator)argument.Reference).Handle;
                    break;
            }
            room += Size(argument);
        }
    }

    nint Find() => handle = Native.system_torch_operator(name.Contains("::") ? name : "aten::" + name, overload);

    nint Resolve() => Find() != 0 ? handle : throw new NotSupportedException($"This libtorch ({EngineInformation.Version}) has no operator aten::{Name}.");
}
