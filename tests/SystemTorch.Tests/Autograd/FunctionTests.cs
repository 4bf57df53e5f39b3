// Functions whose backward pass is written in C#.

using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.Autograd;

/// <summary>The laws of torch.autograd.Function.</summary>
public sealed class FunctionTests
{
    [Fact]
    public void The_gradient_is_what_backward_returns()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(new[] { 1.0, 2.0, 3.0 }, requires_grad: true);

        ScaledSquare.apply(x, 10.0).sum().backward();

        Assert.Equal([20.0, 40.0, 60.0], x.grad!.data<double>().ToArray());
    }

    [Fact]
    public void It_composes_with_other_operations_and_with_itself()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(new[] { 0.5, -1.5 }, requires_grad: true);
        var y = torch.tensor(new[] { 0.5, -1.5 }, requires_grad: true);

        ScaledSquare.apply(ScaledSquare.apply(x.sin(), 2.0), 3.0).sum().backward();
        (3 * (2 * y.sin().pow(2)).pow(2)).sum().backward();

        Assert.True(torch.allclose(x.grad!, y.grad!, 1e-12, 1e-12));
    }

    [Fact]
    public void Without_recording_only_forward_runs()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.ones(3, requires_grad: true);

        using (torch.no_grad())
            Assert.False(ScaledSquare.apply(x, 1.0).requires_grad);
        Assert.False(ScaledSquare.apply(x.detach(), 1.0).requires_grad);
    }

    [Fact]
    public void An_output_that_is_not_used_hands_zeros_to_backward()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(new[] { 2.0, 5.0 }, requires_grad: true);

        var outputs = SumAndDifference.apply(x, torch.ones(2, dtype: ScalarType.Float64));
        outputs[0].sum().backward();

        Assert.Equal([1.0, 1.0], x.grad!.data<double>().ToArray());
    }

    [Fact]
    public void A_graph_without_a_holder_lets_go_of_what_forward_saved()
    {
        var before = Tensor.TotalCount;
        using (torch.NewDisposeScope())
        {
            var x = torch.ones(4, dtype: ScalarType.Float64, requires_grad: true);
            for (var i = 0; i < 100; i++)
                ScaledSquare.apply(x, 1.0).sum().backward();
        }

        Assert.True(Tensor.TotalCount - before < 100, "Tensors of the backward pass stay alive.");
    }

    /// <summary>factor * x², with the factor as a plain number.</summary>
    private sealed class ScaledSquare : torch.autograd.SingleTensorFunction<ScaledSquare>
    {
        public override string Name => nameof(ScaledSquare);

        public override Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            ctx.save_for_backward([x]);
            ctx.save_data("factor", vars[1]);
            return x * x * (double)vars[1];
        }

        public override List<Tensor> backward(torch.autograd.AutogradContext ctx, Tensor grad_output)
        {
            var x = ctx.get_saved_variables()[0];
            return [grad_output * x * 2 * (double)ctx.get_data("factor")!, null!];
        }
    }

    /// <summary>x + y and x - y.</summary>
    private sealed class SumAndDifference : torch.autograd.MultiTensorFunction<SumAndDifference>
    {
        public override string Name => nameof(SumAndDifference);

        public override List<Tensor> forward(torch.autograd.AutogradContext ctx, params object[] vars)
        {
            var (x, y) = ((Tensor)vars[0], (Tensor)vars[1]);
            return [x + y, x - y];
        }

        public override List<Tensor> backward(torch.autograd.AutogradContext ctx, List<Tensor> grad_outputs) =>
            [grad_outputs[0] + grad_outputs[1], grad_outputs[0] - grad_outputs[1]];
    }
}
