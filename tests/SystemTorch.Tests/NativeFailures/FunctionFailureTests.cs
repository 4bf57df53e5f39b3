// A backward pass in C# that fails, inside libtorch's own backward pass.

using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.NativeFailures;

/// <summary>Failures of functions with a backward pass of their own.</summary>
public sealed class FunctionFailureTests
{
    [Fact]
    public void An_exception_in_backward_arrives_where_backward_was_called()
    {
        using var scope = torch.NewDisposeScope();
        var loss = Failing.apply(torch.ones(2, requires_grad: true), "no gradient today").sum();

        var failure = Assert.Throws<ExternalException>(() => loss.backward());

        Assert.Contains("no gradient today", failure.Message);
        Assert.Equal(4f, torch.ones(2, 2).sum().item<float>());
    }

    [Fact]
    public void What_forward_saved_is_gone_after_the_graph_is_freed()
    {
        using var scope = torch.NewDisposeScope();
        var loss = Failing.apply(torch.ones(2, requires_grad: true), "").sum();
        loss.backward();

        Assert.Contains("backward through the graph a second time", Assert.Throws<ExternalException>(() => loss.backward()).Message);
    }

    private sealed class Failing : torch.autograd.SingleTensorFunction<Failing>
    {
        public override string Name => nameof(Failing);

        public override Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_for_backward([(Tensor)vars[0]]);
            ctx.save_data("message", vars[1]);
            return (Tensor)vars[0] * 2;
        }

        public override List<Tensor> backward(torch.autograd.AutogradContext ctx, Tensor grad_output)
        {
            var message = (string)ctx.get_data("message")!;
            if (message.Length > 0)
                throw new InvalidOperationException(message);
            return [ctx.get_saved_variables()[0] * grad_output, null!];
        }
    }
}
