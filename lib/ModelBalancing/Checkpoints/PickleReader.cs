// Reads the pickle of a PyTorch checkpoint as data: nothing in it is ever executed.
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace ModelBalancing.Checkpoints;

/// <summary>A name that a pickle refers to, such as "torch._utils._rebuild_tensor_v2"; never looked up, never called.</summary>
/// <param name="Module">Python module.</param>
/// <param name="Name">Name in it.</param>
internal sealed record PickledGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>A call that a pickle asks for, kept as data: function and arguments.</summary>
/// <param name="Function">Which global.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record PickledCall(PickledGlobal Function, IReadOnlyList<object?> Arguments)
{
    /// <summary>State set by BUILD, if any.</summary>
    internal object? State { get; set; }

    /// <summary>Pairs set on an ordered dictionary.</summary>
    internal List<KeyValuePair<object?, object?>> Items { get; } = [];
}

/// <summary>A reference to something outside the pickle: PyTorch's storages.</summary>
/// <param name="Id">The persistent id, a tuple.</param>
internal sealed record PickledReference(object? Id);

/// <summary>A dictionary in the order of insertion.</summary>
internal sealed class PickledDictionary
{
    internal List<KeyValuePair<object?, object?>> Items { get; } = [];
}

/// <summary>Virtual machine for the subset of pickle protocols 0 to 5 that checkpoints use.</summary>
/// <remarks>
/// Opcodes as in Python's pickletools. Only the globals of <see cref="Known"/> are accepted; calling one makes a record. Limits on depth, items and text
/// bound what a hostile file can cost.
/// </remarks>
internal ref struct PickleReader
{
    private const int MostItems = 4_000_000, LongestText = 1 << 20;

    /// <summary>Globals that are inert data here: how tensors are rebuilt, which type a storage has, and plain containers.</summary>
    private static readonly HashSet<string> Known =
    [
        "collections.OrderedDict", "argparse.Namespace", "builtins.set", "__builtin__.set", "builtins.dict", "builtins.list", "builtins.slice", "_codecs.encode",
        "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor", "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state",
        "torch.nn.parameter.Parameter", "torch.Size", "torch.device", "torch.Tensor", "torch._tensor._rebuild_from_type_v2",
        "torch.DoubleStorage", "torch.FloatStorage", "torch.HalfStorage", "torch.BFloat16Storage", "torch.LongStorage", "torch.IntStorage", "torch.ShortStorage",
        "torch.CharStorage", "torch.ByteStorage", "torch.BoolStorage", "torch.ComplexFloatStorage", "torch.ComplexDoubleStorage",
        "torch.storage.UntypedStorage", "torch.storage.TypedStorage", "torch.serialization._get_layout",
        "torch.float64", "torch.float32", "torch.float16", "torch.bfloat16", "torch.int64", "torch.int32", "torch.int16", "torch.int8", "torch.uint8", "torch.bool",
        "torch.complex64", "torch.complex128", "numpy.core.multiarray.scalar", "numpy.dtype", "numpy._core.multiarray.scalar",
    ];

    private static readonly object Mark = new();

    private readonly string path;
    private readonly ReadOnlySpan<byte> bytes;
    private readonly List<object?> stack = [];
    private readonly Dictionary<long, object?> memo = [];
    private int position;
    private int items;

    internal PickleReader(string path, ReadOnlySpan<byte> bytes)
    {
        this.path = path;
        this.bytes = bytes;
    }

    /// <summary>Reads the one value of a pickle.</summary>
    /// <exception cref="CheckpointException">The pickle is damaged, too large, or refers to anything but tensors and plain data.</exception>
    internal object? Read()
    {
        while (true)
        {
            if (++items > MostItems)
                throw Wrong($"its pickle has more than {MostItems} operations");
            var opcode = Byte();
            switch (opcode)
            {
                case 0x80: Byte(); break; // PROTO
                case 0x95: Take(8); break; // FRAME
                case (byte)'.': return stack.Count == 1 ? stack[0] : throw Wrong("its pickle ends with a wrong stack");
                case (byte)'(': stack.Add(Mark); break;
                case (byte)'0': Pop(); break;
                case (byte)'1': PopMark(); break;
                case (byte)'2': stack.Add(Peek()); break;
                case (byte)'N': stack.Add(null); break;
                case 0x88: stack.Add(true); break;
                case 0x89: stack.Add(false); break;
                case (byte)'K': stack.Add((long)Byte()); break;
                case (byte)'M': stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
                case (byte)'J': stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
                case (byte)'I': stack.Add(Integer(Line())); break;
                case (byte)'L': stack.Add(Integer(Line().TrimEnd('L'))); break;
                case 0x8a: stack.Add(Long(Take(Byte()))); break;
                case 0x8b: stack.Add(Long(Take(Length(BinaryPrimitives.ReadInt32LittleEndian(Take(4)))))); break;
                case (byte)'G': stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
                case (byte)'F': stack.Add(double.TryParse(Line(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong("its pickle holds a number that is none")); break;
                case (byte)'X': stack.Add(Text(Take(Length(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))))); break;
                case 0x8c: stack.Add(Text(Take(Byte()))); break;
                case 0x8d: stack.Add(Text(Take(Length(BinaryPrimitives.ReadUInt64LittleEndian(Take(8)))))); break;
                case (byte)'T': stack.Add(Text(Take(Length(BinaryPrimitives.ReadInt32LittleEndian(Take(4)))))); break;
                case (byte)'U': stack.Add(Text(Take(Byte()))); break;
                case (byte)'S': stack.Add(Line().Trim('\'', '"')); break;
                case (byte)'V': stack.Add(Line()); break;
                case (byte)'B': stack.Add(Take(Length(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))).ToArray()); break;
                case (byte)'C': stack.Add(Take(Byte()).ToArray()); break;
                case 0x8e: stack.Add(Take(Length(BinaryPrimitives.ReadUInt64LittleEndian(Take(8)))).ToArray()); break;
                case (byte)'}': stack.Add(new PickledDictionary()); break;
                case (byte)']': stack.Add(new List<object?>()); break;
                case 0x8f: stack.Add(new List<object?>()); break; // EMPTY_SET
                case (byte)')': stack.Add(Array.Empty<object?>()); break;
                case (byte)'t': stack.Add(PopMark().ToArray()); break;
                case 0x85: stack.Add(new[] { Pop() }); break;
                case 0x86: { var second = Pop(); stack.Add(new[] { Pop(), second }); break; }
                case 0x87: { var (third, second) = (Pop(), Pop()); stack.Add(new[] { Pop(), second, third }); break; }
                case (byte)'l': stack.Add(PopMark()); break;
                case (byte)'d': { var made = new PickledDictionary(); stack.Add(made); SetItems(made, PopMarkBelow()); break; }
                case (byte)'a': { var value = Pop(); ListOf(Peek()).Add(value); break; }
                case (byte)'e': case 0x90: { var values = PopMark(); ListOf(Peek()).AddRange(values); break; }
                case (byte)'s': { var value = Pop(); var key = Pop(); SetItems(Peek(), [key, value]); break; }
                case (byte)'u': { var values = PopMark(); SetItems(Peek(), values); break; }
                case (byte)'q': memo[Byte()] = Peek(); break;
                case (byte)'r': memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek(); break;
                case (byte)'p': memo[Integer(Line()) as long? ?? throw Wrong("its pickle has a wrong memo index")] = Peek(); break;
                case 0x94: memo[memo.Count] = Peek(); break;
                case (byte)'h': stack.Add(Memo(Byte())); break;
                case (byte)'j': stack.Add(Memo(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
                case (byte)'g': stack.Add(Memo(Integer(Line()) as long? ?? -1)); break;
                case (byte)'c': stack.Add(Global(Line(), Line())); break;
                case 0x93: { var name = Pop() as string; stack.Add(Global(Pop() as string ?? "", name ?? "")); break; }
                case (byte)'R': case 0x81: { var arguments = Pop(); stack.Add(Call(Pop(), arguments)); break; }
                case (byte)'b': { var state = Pop(); if (Peek() is PickledCall call) call.State = state; else throw Wrong("its pickle sets state on plain data"); break; }
                case (byte)'Q': stack.Add(new PickledReference(Pop())); break;
                case (byte)'P': stack.Add(new PickledReference(Line())); break;
                default: throw Wrong($"its pickle uses operation 0x{opcode:x2}, which weights do not need");
            }
        }
    }

    private readonly CheckpointException Wrong(string what) => new($"Cannot read '{path}': {what}; the file is damaged or holds more than weights, save it as safetensors or get it again.");

    private PickledGlobal Global(string module, string name)
    {
        var full = $"{module}.{name}";
        if (!Known.Contains(full))
            throw Wrong($"its pickle names {Shown(full)}, which is not needed to hold weights and was not run");
        return new PickledGlobal(module, name);
    }

    private readonly PickledCall Call(object? function, object? arguments)
    {
        if (function is not PickledGlobal global || arguments is not object?[] list)
            throw Wrong("its pickle calls something that is no known function");
        return new PickledCall(global, list);
    }

    private readonly void SetItems(object? target, List<object?> pairs)
    {
        var into = target switch
        {
            PickledDictionary dictionary => dictionary.Items,
            PickledCall { Function.Name: "OrderedDict" } call => call.Items,
            _ => throw Wrong("its pickle sets items on something that is no dictionary"),
        };
        if (pairs.Count % 2 != 0)
            throw Wrong("its pickle has a key without a value");
        for (var i = 0; i < pairs.Count; i += 2)
            into.Add(new(pairs[i], pairs[i + 1]));
    }

    private readonly List<object?> ListOf(object? target) => target as List<object?> ?? throw Wrong("its pickle appends to something that is no list");

    private readonly object? Memo(long index) => memo.TryGetValue(index, out var value) ? value : throw Wrong("its pickle refers to a value that it has not made");

    private readonly object? Peek() => stack.Count > 0 && !ReferenceEquals(stack[^1], Mark) ? stack[^1] : throw Wrong("its pickle takes from an empty stack");

    private readonly object? Pop()
    {
        var top = Peek();
        stack.RemoveAt(stack.Count - 1);
        return top;
    }

    private readonly List<object?> PopMark()
    {
        var mark = stack.FindLastIndex(value => ReferenceEquals(value, Mark));
        if (mark < 0)
            throw Wrong("its pickle closes a group that it has not opened");
        var values = stack.GetRange(mark + 1, stack.Count - mark - 1);
        stack.RemoveRange(mark, stack.Count - mark);
        return values;
    }

    // The group below a value that was just pushed.
    private readonly List<object?> PopMarkBelow()
    {
        var made = stack[^1];
        stack.RemoveAt(stack.Count - 1);
        var values = PopMark();
        stack.Add(made);
        return values;
    }

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > bytes.Length - position)
            throw Wrong("its pickle breaks off");
        var taken = bytes.Slice(position, count);
        position += count;
        return taken;
    }

    private readonly int Length(Int128 length) => length >= 0 && length <= bytes.Length - position ? (int)length : throw Wrong("its pickle claims more bytes than follow");

    private string Line()
    {
        var end = bytes[position..].IndexOf((byte)'\n');
        if (end < 0 || end > LongestText)
            throw Wrong("its pickle breaks off in a line");
        var line = Encoding.Latin1.GetString(bytes.Slice(position, end));
        position += end + 1;
        return line.TrimEnd('\r');
    }

    private readonly string Text(ReadOnlySpan<byte> text) => text.Length <= LongestText ? Encoding.UTF8.GetString(text) : throw Wrong("its pickle holds a text of more than a megabyte");

    private readonly object Integer(string text) => text switch
    {
        "00" => false,
        "01" => true,
        _ => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong("its pickle holds a whole number that is none"),
    };

    private readonly object Long(ReadOnlySpan<byte> digits)
    {
        if (digits.Length > 64)
            throw Wrong("its pickle holds a number of more than 64 bytes");
        // A longer one is plain data, such as a seed; no shape or offset can be one.
        var value = new BigInteger(digits);
        return value >= long.MinValue && value <= long.MaxValue ? (long)value : value;
    }

    // Names come from the file: shortened and without control characters.
    private static string Shown(string name) => new([.. (name.Length <= 80 ? name : name[..80] + "...").Select(character => char.IsControl(character) ? '?' : character)]);
}
