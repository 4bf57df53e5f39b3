// The binding's ground: calls, errors, what the engine says of itself.
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.Core;

public sealed class FirstSteps
{
    [Fact]
    public void One_is_added_to_every_element()
    {
        using var scope = NewDisposeScope();
        var sum = zeros(2, 3) + 1;
        Assert.Equal([2, 3], sum.shape);
        Assert.Equal([1f, 1, 1, 1, 1, 1], sum.data<float>().ToArray());
        Assert.Equal(ScalarType.Float32, sum.dtype);
    }

    [Fact]
    public void Numbers_do_not_widen_the_type_of_a_tensor_unless_they_must()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(ScalarType.Float32, (ones(1) * 2.0).dtype);
        Assert.Equal(ScalarType.BFloat16, (ones(1, bfloat16) + 1.5).dtype);
        Assert.Equal(ScalarType.Int64, (ones(1, int64) + 1).dtype);
        Assert.Equal(ScalarType.Float32, (ones(1, int64) + 1.5).dtype);
    }

    [Fact]
    public void A_shape_error_is_an_external_exception_with_the_message_of_libtorch()
    {
        using var scope = NewDisposeScope();
        var failure = Assert.Throws<ExternalException>(() => zeros(2, 3) + zeros(4, 5));
        Assert.Contains("must match the size of tensor b", failure.Message);
    }

    [Fact]
    public void CPU_is_there_and_needs_no_index()
    {
        Assert.Equal("cpu", CPU.ToString());
        Assert.Equal("cuda:1", new Device("cuda", 1).ToString());
        Assert.True(get_num_threads() >= 1);
    }
}
