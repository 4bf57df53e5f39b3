// The binding's ground: calls, errors, scopes.
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
    public void A_shape_error_is_an_external_exception_with_the_message_of_libtorch()
    {
        using var scope = NewDisposeScope();
        var failure = Assert.Throws<ExternalException>(() => zeros(2, 3) + zeros(4, 5));
        Assert.Contains("must match the size of tensor b", failure.Message);
    }

    [Fact]
    public void Leaving_a_scope_disposes_what_was_made_in_it_and_keeps_what_was_moved_out()
    {
        Tensor kept, dropped;
        using (var scope = NewDisposeScope())
        {
            dropped = zeros(3);
            kept = (dropped + 1).MoveToOuterDisposeScope();
        }
        Assert.True(dropped.IsInvalid);
        Assert.False(kept.IsInvalid);
        kept.Dispose();
    }

    [Fact]
    public void The_gradient_of_a_sum_of_products_is_the_other_factor()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 2, 3 }, requires_grad: true);
        var y = tensor(new float[] { 4, 5, 6 });
        autograd.backward(x * y, ones(3));
        Assert.Equal([4f, 5, 6], x.grad!.data<float>().ToArray());
    }
}
