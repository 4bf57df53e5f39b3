// How tensors are made: the common ground of the creation functions, ranges, and random tensors of other laws.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    // ---- from a shape

    static Tensor MakeZeros(long[] size, ScalarType? dtype, Device? device, bool requires_grad, string[]? names) =>
        Finish(Operators.zeros.Call(size, dtype ?? default_dtype, Argument.None, device ?? default_device), requires_grad, names);

    static Tensor MakeOnes(long[] size, ScalarType? dtype, Device? device, bool requires_grad, string[]? names) =>
        Finish(Operators.ones.Call(size, dtype ?? default_dtype, Argument.None, device ?? default_device), requires_grad, names);

    static Tensor MakeEmpty(long[] size, ScalarType? dtype, Device? device, bool requires_grad, string[]? names) =>
        Finish(Operators.empty_memory_format.Call(size, dtype ?? default_dtype, Argument.None, device ?? default_device), requires_grad, names);

    static Tensor MakeFull(long[] size, Scalar value, ScalarType? dtype, Device? device, bool requires_grad, string[]? names) =>
        Finish(Operators.full.Call(size, value, dtype ?? (is_integral(value.Type) ? ScalarType.Int64 : default_dtype), Argument.None, device ?? default_device), requires_grad, names);

    static Tensor MakeRand(long[] size, ScalarType? dtype, Device? device, bool requires_grad, Generator? generator, string[]? names) =>
        Finish(Operators.rand_generator.Call(size, generator, FloatingPoint(dtype), Argument.None, device ?? default_device), requires_grad, names);

    static Tensor MakeRandn(long[] size, ScalarType? dtype, Device? device, bool requires_grad, Generator? generator, string[]? names) =>
        Finish(Operators.randn_generator.Call(size, generator, FloatingPoint(dtype), Argument.None, device ?? default_device), requires_grad, names);

    static ScalarType FloatingPoint(ScalarType? dtype) => dtype is { } given && !is_floating_point(given) && !is_complex(given)
        ? throw new ArgumentException($"Random numbers of this law are not whole: {given} is no type for them; use randint.", nameof(dtype))
        : dtype ?? default_dtype;

    static Tensor Finish(Tensor tensor, bool requires_grad, string[]? names = null)
    {
        if (names is { Length: > 0 }) tensor.rename_(names);
        if (requires_grad) tensor.requires_grad = true;
        return tensor;
    }

    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Finish(input.zeros_like(dtype, device, requires_grad), false, names);

    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Finish(input.ones_like(dtype, device, requires_grad), false, names);

    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Finish(input.empty_like(dtype, device, requires_grad), false, names);

    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => Finish(input.full_like(value, dtype, device, requires_grad), false, names);

    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => input.rand_like(dtype, device, requires_grad);

    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => input.randn_like(dtype, device, requires_grad);

    public static Tensor randint_like(Tensor input, long low, long high, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => input.randint_like(low, high, dtype, device, requires_grad);

    public static Tensor empty_strided(long[] size, long[] strides, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Finish(Operators.empty_strided.Call(size, strides, dtype ?? default_dtype, Argument.None, device ?? default_device), requires_grad, names);

    // ---- ranges

    /// <summary>start, start + step, ... up to but without <paramref name="stop"/>; of Int64 when all three are whole.</summary>
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var type = dtype ?? (is_integral(start.Type) && is_integral(stop.Type) && is_integral(step.Type) ? ScalarType.Int64 : default_dtype);
        // A complex range is a real one, converted.
        var real = type switch { ScalarType.ComplexFloat32 => ScalarType.Float32, ScalarType.ComplexFloat64 => ScalarType.Float64, _ => type };
        var range = Operators.arange_start_step.Call(start, stop, step, real, Argument.None, device ?? default_device);
        return Finish(real == type ? range : range.to_type(type, disposeAfter: true), requires_grad);
    }

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(Operators.linspace.Call(start, end, steps, dtype ?? default_dtype, Argument.None, device ?? default_device), requires_grad);

    public static Tensor logspace(double start, double end, long steps, double @base = 10, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(Operators.logspace.Call(start, end, steps, @base, dtype ?? default_dtype, Argument.None, device ?? default_device), requires_grad);

    public static Tensor eye(long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Finish(Operators.eye_m.Call(rows, columns == -1 ? rows : columns, dtype ?? default_dtype, Argument.None, device ?? default_device), requires_grad, names);

    // ---- random

    public static Tensor normal(double mean, double std, ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randn(size, dtype, device, false, generator, names).mul_(std).add_(mean).requires_grad_(requires_grad);

    public static Tensor randint(long low, long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null)
    {
        var type = dtype ?? ScalarType.Int64;
        if (!is_complex(type)) return Finish(Operators.randint_low_generator.Call(low, high, size, generator, type, Argument.None, device ?? default_device), requires_grad, names);
        using var part = randint(low, high, [2, .. size.Shape], type == ScalarType.ComplexFloat32 ? ScalarType.Float32 : ScalarType.Float64, device, false, generator);
        using Tensor real = part[0], imaginary = part[1];
        return Finish(complex(real, imaginary), requires_grad, names);
    }

    public static Tensor randint(long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => randint(0, high, size, dtype, device, requires_grad, generator, names);

    public static Tensor randint(long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => randint(0, high, new Size(size), dtype, device, requires_grad, generator, names);

    public static Tensor randint(long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => randint(low, high, new Size(size), dtype, device, requires_grad, generator, names);

    public static Tensor randint(int low, int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => randint(low, high, new Size(size), dtype, device, requires_grad, generator, names);

    public static Tensor randint(int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) => randint(0, high, new Size(size), dtype, device, requires_grad, generator, names);

    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        Finish(Operators.randperm_generator.Call(n, generator, dtype ?? ScalarType.Int64, Argument.None, device ?? default_device), requires_grad);

    public static Generator manual_seed(long seed) => random.manual_seed(seed);

    public static long seed() => random.seed();

    public static long initial_seed() => random.initial_seed();

    public static Tensor get_rng_state() => random.get_rng_state();

    public static void set_rng_state(Tensor new_state) => random.set_rng_state(new_state);

    // ---- from parts

    public static Tensor complex(Tensor real, Tensor imag) => Operators.complex.Call(real, imag);

    public static Tensor polar(Tensor abs, Tensor angle) => Operators.polar.Call(abs, angle);

    // ---- from values and arrays

    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device ?? CPU);

    /// <summary>A tensor that shares the array's memory if neither type nor device have to change.</summary>
    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        var type = ToScalarType(rawArray.GetType().GetElementType()!);
        var shared = OverArray(rawArray, 0, ShapeOf(rawArray), type);
        var place = device ?? default_device;
        if (dtype is { } other && other != type || place.type != DeviceType.CPU) shared = shared.to(dtype ?? type, place, disposeAfter: true);
        return Finish(shared, requires_grad, names);
    }

    /// <summary>A one-dimensional tensor over <paramref name="count"/> elements of the array from <paramref name="offset"/> on, sharing its memory.</summary>
    public static Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        var length = rawArray.LongLength;
        if (offset < 0 || offset >= length) throw new ArgumentException($"invalid value for 'offset': {offset}", nameof(offset));
        if (count < 0) count = length - offset;
        if (count > length - offset) throw new IndexOutOfRangeException($"element count is too large: {count}");
        var type = ToScalarType(rawArray.GetType().GetElementType()!);
        var shared = OverArray(rawArray, offset, [count], type);
        return Finish(type == dtype ? shared : shared.to_type(dtype, disposeAfter: true), requires_grad);
    }

    public static Tensor as_tensor(Tensor data, ScalarType? dtype = null, Device? device = null) =>
        dtype is { } type && device is not null ? data.to(type, device) : dtype is { } only ? data.to(only) : device is not null ? data.to(device) : data.alias();

    public static Tensor as_tensor(Array data, ScalarType? dtype = null, Device? device = null) => from_array(data, dtype, device);

    static Tensor FromValue<T>(T value, ScalarType? dtype, Device? device, bool requires_grad) where T : unmanaged =>
        FromSpan(MemoryMarshal.CreateReadOnlySpan(ref value, 1), [], dtype, device, requires_grad, null);

    static Tensor FromSpan<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> dimensions, ScalarType? dtype, Device? device, bool requires_grad, string[]? names) where T : unmanaged
    {
        var count = 1L;
        foreach (var length in dimensions) count *= length;
        if (count > values.Length) throw new ArgumentException($"mismatched total size creating a tensor from an array: {count} vs. {values.Length}");
        return FromBytes(MemoryMarshal.AsBytes(values[..(int)count]), dimensions, ToScalarType(typeof(T)), dtype, device, requires_grad, names);
    }

    // A copy of an array of any rank.
    static Tensor FromArray(Array array, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
    {
        var type = ToScalarType(array.GetType().GetElementType()!);
        var bytes = MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(array), checked((int)(array.LongLength * type.ElementSize())));
        return FromBytes(bytes, ShapeOf(array), type, dtype, device, requires_grad, names);
    }

    static long[] ShapeOf(Array array) => [.. Enumerable.Range(0, array.Rank).Select(array.GetLongLength)];

    // A tensor over the array's own memory, pinned until the last view of it is gone.
    static unsafe Tensor OverArray(Array array, long offset, ReadOnlySpan<long> dimensions, ScalarType type)
    {
        var pin = new PinnedGCHandle<Array>(array);
        nint handle;
        fixed (byte* data = &MemoryMarshal.GetArrayDataReference(array))
        fixed (long* shape = dimensions)
            handle = Native.system_torch_over_memory(data + offset * type.ElementSize(), shape, dimensions.Length, (int)type, &Unpin, PinnedGCHandle<Array>.ToIntPtr(pin));
        if (handle != 0) return new Tensor(handle);
        pin.Dispose();
        throw Native.Failure();
    }

    [UnmanagedCallersOnly]
    static void Unpin(nint pin)
    {
        var handle = PinnedGCHandle<Array>.FromIntPtr(pin);
        handle.Dispose();
    }

    static unsafe Tensor FromBytes(ReadOnlySpan<byte> bytes, ReadOnlySpan<long> dimensions, ScalarType type, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
    {
        nint handle;
        fixed (byte* data = bytes)
        fixed (long* shape = dimensions)
            handle = Native.Check(Native.system_torch_from_memory(data, bytes.Length, shape, dimensions.Length, (int)type));
        var tensor = new Tensor(handle);
        var place = device ?? default_device;
        if (dtype is { } other && other != type || place.type != DeviceType.CPU) tensor = tensor.to(dtype ?? type, place, disposeAfter: true);
        return Finish(tensor, requires_grad, names);
    }

    static ReadOnlySpan<T> SpanOf<T>(IList<T> list) => list switch
    {
        T[] array => array,
        List<T> vector => CollectionsMarshal.AsSpan(vector),
        _ => list.ToArray(),
    };
}
