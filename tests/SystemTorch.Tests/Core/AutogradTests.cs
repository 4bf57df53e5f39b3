// Gradients and the modes that switch them off.
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.Core;

public sealed class AutogradTests
{
    [Fact]
    public void The_gradient_of_a_sum_of_products_is_the_other_factor()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 1, 2, 3 }, requires_grad: true);
        var y = tensor(new float[] { 4, 5, 6 });
        autograd.backward(x * y, ones(3));
        Assert.Equal([4f, 5, 6], x.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Second_derivatives_come_from_a_recorded_backward_pass()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var slope = autograd.grad([x * x * x], [x], retain_graph: true, create_graph: true)[0];
        Assert.Equal(12, slope.item<double>(), 12);
        Assert.Equal(12, autograd.grad([slope], [x])[0].item<double>(), 12);
    }

    [Fact]
    public void An_input_that_was_not_used_has_no_gradient()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var unused = tensor(3.0, requires_grad: true);
        Assert.True(autograd.grad([x * x], [x, unused], allow_unused: true)[1].IsInvalid);
    }

    [Fact]
    public void Nothing_is_recorded_without_gradients_and_recording_resumes_afterwards()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            Assert.False((x * x).requires_grad);
            using (enable_grad()) Assert.True((x * x).requires_grad);
        }
        Assert.True((x * x).requires_grad);
        using (inference_mode()) Assert.False((x * x).requires_grad);
        Assert.False(is_inference_mode_enabled());
    }

    [Fact]
    public void The_gradient_of_a_tensor_in_between_is_kept_when_asked_for()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var square = x * x;
        square.retain_grad();
        (square * 5).backward();
        Assert.Equal(5, square.grad!.item<double>());
        Assert.Equal(20, x.grad!.item<double>());
        Assert.False(square.is_leaf);
        Assert.False(x.detach().requires_grad);
    }

    [Fact]
    public void A_second_backward_pass_through_a_freed_graph_is_an_exception()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var y = x * x;
        y.backward();
        Assert.Contains("second time", Assert.Throws<ExternalException>(() => y.backward()).Message);
    }

    [Fact]
    public void The_jacobian_of_a_linear_map_is_its_matrix()
    {
        using var scope = NewDisposeScope();
        var matrix = tensor(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } });
        var jacobian = autograd.functional.jacobian(x => matrix.matmul(x), ones(2, float64));
        Assert.True(jacobian.Equals(matrix));
    }
}
