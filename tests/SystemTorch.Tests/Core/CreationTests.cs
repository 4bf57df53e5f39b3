// Tensors from C# values and back, random numbers, files, text.
using System.Globalization;
using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.Core;

public sealed class CreationTests
{
    [Fact]
    public void Every_element_type_goes_in_and_comes_back()
    {
        using var scope = NewDisposeScope();
        Same(new float[] { 1, -2 }, tensor(new float[] { 1, -2 }), ScalarType.Float32);
        Same(new double[] { 1, -2 }, tensor(new double[] { 1, -2 }), ScalarType.Float64);
        Same(new long[] { 1, -2 }, tensor(new long[] { 1, -2 }), ScalarType.Int64);
        Same(new int[] { 1, -2 }, tensor(new int[] { 1, -2 }), ScalarType.Int32);
        Same(new short[] { 1, -2 }, tensor(new short[] { 1, -2 }), ScalarType.Int16);
        Same(new sbyte[] { 1, -2 }, tensor(new sbyte[] { 1, -2 }), ScalarType.Int8);
        Same(new byte[] { 1, 2 }, tensor(new byte[] { 1, 2 }), ScalarType.Byte);
        Same(new[] { true, false }, tensor(new[] { true, false }), ScalarType.Bool);
        Same(new[] { (Half)1, (Half)(-2) }, tensor(new[] { (Half)1, (Half)(-2) }), ScalarType.Float16);
        Same(new[] { new BFloat16(1), new BFloat16(-2) }, tensor(new[] { new BFloat16(1), new BFloat16(-2) }), ScalarType.BFloat16);

        static void Same<T>(T[] expected, Tensor actual, ScalarType type) where T : unmanaged
        {
            Assert.Equal(type, actual.dtype);
            Assert.Equal(expected, actual.data<T>().ToArray());
        }
    }

    [Fact]
    public void Arrays_of_two_to_four_dimensions_keep_their_shape()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([2, 3], tensor(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }).shape);
        Assert.Equal([1, 2, 3], tensor(new double[1, 2, 3]).shape);
        Assert.Equal([1, 2, 3, 4], tensor(new long[1, 2, 3, 4]).shape);
        Assert.Equal(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }, tensor(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }).data<float>().ToNDArray());
    }

    [Fact]
    public void Complex_numbers_are_built_from_their_parts_and_taken_apart()
    {
        using var scope = NewDisposeScope();
        var z = complex(tensor(new double[] { 3, 0 }), tensor(new double[] { 4, -1 }));
        Assert.Equal(ScalarType.ComplexFloat64, z.dtype);
        Assert.Equal([new Complex(3, 4), new Complex(0, -1)], z.data<Complex>().ToArray());
        Assert.Equal([5d, 1], z.abs().data<double>().ToArray());
        Assert.Equal([-4d, 1], z.conj().imag.clone().data<double>().ToArray());
        Assert.Equal([2, 2], view_as_real(z).shape);
    }

    [Fact]
    public void The_wrong_type_for_the_data_is_refused()
    {
        using var scope = NewDisposeScope();
        var floats = ones(2);
        Assert.Throws<ArgumentException>(() => floats.data<double>());
        Assert.Throws<ArgumentException>(() => floats.item<float>());
    }

    [Fact]
    public void A_generator_continues_from_a_saved_state()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(17);
        _ = rand(5, generator: generator);
        var state = generator.get_state();
        var first = randn(5, generator: generator).data<float>().ToArray();
        generator.set_state(state);
        Assert.Equal(first, randn(5, generator: generator).data<float>().ToArray());
        Assert.Equal(17, generator.initial_seed());
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var first = rand(4).data<float>().ToArray();
        manual_seed(5);
        Assert.Equal(first, rand(4).data<float>().ToArray());
        Assert.Equal(5, initial_seed());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.ComplexFloat64)]
    [InlineData(ScalarType.Bool)]
    public void A_saved_tensor_is_loaded_as_it_was(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var original = randn(3, 200).to(type).t();
        using var file = new MemoryStream();
        using (var writer = new BinaryWriter(file, System.Text.Encoding.UTF8, leaveOpen: true)) original.contiguous().Save(writer);
        file.Position = 0;
        var loaded = Tensor.Load(file);
        Assert.Equal([200, 3], loaded.shape);
        Assert.True(loaded.Equals(original));
    }

    [Fact]
    public void The_file_of_a_tensor_holds_type_rank_lengths_and_elements()
    {
        using var scope = NewDisposeScope();
        using var file = new MemoryStream();
        using (var writer = new BinaryWriter(file, System.Text.Encoding.UTF8, leaveOpen: true)) zeros(300, uint8).Save(writer);
        Assert.Equal([0, 1, 0xAC, 0x02], file.ToArray()[..4]);
        Assert.Equal(304, file.Length);
    }

    [Fact]
    public void Tensors_are_written_in_the_styles_of_Julia_NumPy_and_CSharp()
    {
        using var scope = NewDisposeScope();
        var table = tensor(new float[,] { { 1, -2.5f }, { 30, 4 } });
        var culture = CultureInfo.InvariantCulture;
        Assert.Equal("[2x2], type = Float32, device = cpu", table.ToString());
        Assert.Equal("[2x2], type = Float32, device = cpu\n  1 -2.5\n 30    4\n", table.jlstr(newLine: "\n", cultureInfo: culture));
        Assert.Equal("[[1, -2.5]\n [30, 4]]", table.npstr(newLine: "\n", cultureInfo: culture));
        Assert.Equal("[2x2], type = Float32, device = cpu, value = \nfloat [,] {\n {1f, -2.5f},\n {30f, 4f}\n}", table.cstr(newLine: "\n", cultureInfo: culture));
        Assert.Equal("[0, 1, 2, ... 7, 8, 9]", arange(10).npstr());
    }
}
