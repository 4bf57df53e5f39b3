// What libtorch refuses becomes an exception with libtorch's words, and the process goes on. The TorchSharp package ends the process
// in some of these cases, so the tests belong to our binding alone.

using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.NativeFailures;

/// <summary>Calls that libtorch answers with a C++ exception.</summary>
public sealed class NativeFailureTests
{
    private static readonly Dictionary<string, (Func<object?> Call, string Message)> Failures = new()
    {
        ["matrix product of shapes that do not fit"] = (() => torch.ones(2, 3).matmul(torch.ones(2, 3)), "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)"),
        ["matrix product of two data types"] = (() => torch.ones(2, 2).mm(torch.ones(2, 2, dtype: ScalarType.Float64)), "Double"),
        ["matrix product in float16 on a processor"] = (() => Half(2, 2).mm(Half(2, 2)), "not implemented for 'Half'"),
        ["batched product of different batches"] = (() => torch.bmm(torch.ones(2, 3, 4), torch.ones(3, 4, 2)), "batch"),
        ["sum of shapes that do not broadcast"] = (() => torch.ones(2, 3) + torch.ones(2, 4), "The size of tensor a (3) must match the size of tensor b (4)"),
        ["position beyond the end"] = (() => torch.ones(3)[5], "index 5 "),
        ["index tensor beyond the end"] = (() => torch.ones(3, 2)[torch.tensor(new long[] { 0, 7 })], "index 7 is out of bounds for dimension 0 with size 3"),
        ["index_select beyond the end"] = (() => torch.ones(3, 2).index_select(0, torch.tensor(new long[] { 4 })), "index out of range in self"),
        ["dimension beyond the last"] = (() => torch.ones(3, 2).sum(4), "Dimension out of range"),
        ["narrow beyond the end"] = (() => torch.ones(3).narrow(0, 2, 5), "exceeds dimension size"),
        ["view of another size"] = (() => torch.ones(2, 3).view(4, 4), "shape '[4, 4]' is invalid for input of size 6"),
        ["concatenation of shapes that do not fit"] = (() => torch.cat(new[] { torch.ones(2, 3), torch.ones(2, 4) }, 0), "Sizes of tensors must match except in dimension 0"),
        ["expansion of an axis longer than one"] = (() => torch.ones(2, 3).expand(2, 5), "must match the existing size"),
        ["convolution with the wrong number of channels"] = (() => torch.nn.functional.conv1d(torch.ones(2, 5, 8), torch.ones(4, 3, 3)), "expected input[2, 5, 8] to have 3 channels, but got 5 channels instead"),
        ["convolution with a kernel longer than its input"] = (() => torch.nn.functional.conv1d(torch.ones(1, 1, 2), torch.ones(1, 1, 5)), "Kernel size can't be greater than actual input size"),
        ["linear layer of the wrong width"] = (() => torch.nn.functional.linear(torch.ones(2, 3), torch.ones(4, 5)), "mat1 and mat2 shapes cannot be multiplied (2x3 and 5x4)"),
        ["layer norm over the wrong shape"] = (() => torch.nn.functional.layer_norm(torch.ones(2, 3), [4]), "Given normalized_shape=[4]"),
        ["class number beyond the last"] = (() => torch.nn.functional.cross_entropy(torch.ones(2, 3), torch.tensor(new long[] { 0, 7 })), "Target 7 is out of bounds."),
        ["Fourier transform of length zero"] = (() => torch.fft.rfft(torch.ones(2, 4), n: 0), "Invalid number of data points (0) specified"),
        ["Cholesky factor of a matrix that is not positive definite"] = (() => torch.linalg.cholesky(-torch.eye(3)), "not positive-definite"),
        ["inverse of a singular matrix"] = (() => torch.linalg.inv(torch.zeros(3, 3)), "singular"),
        ["determinant of a matrix that is not square"] = (() => torch.linalg.det(torch.ones(2, 3)), "must be batches of square matrices"),
        ["einsum with a letter too many"] = (() => torch.einsum("ijk,jk->ik", torch.ones(2, 3), torch.ones(3, 4)), "number of subscripts"),
        ["view as complex numbers of an odd axis"] = (() => torch.view_as_complex(torch.ones(2, 3)), "Tensor must have a last dimension of size 2"),
        ["backward twice through a freed graph"] = (BackwardTwice, "Trying to backward through the graph a second time"),
        ["backward from several numbers"] = (() => Backward(Leaf(3) * 2), "grad can be implicitly created only for scalar outputs"),
        ["backward from a constant"] = (() => Backward(torch.ones(3).sum()), "does not require grad and does not have a grad_fn"),
        ["backward after an operand was changed in place"] = (BackwardAfterChange, "has been modified by an inplace operation"),
        ["in-place change of a leaf that requires a gradient"] = (() => Leaf(3).add_(1), "a leaf Variable that requires grad is being used in an in-place operation"),
        ["gradient of an integer tensor"] = (() => torch.ones(3, dtype: ScalarType.Int64).requires_grad_(), "only Tensors of floating point"),
    };

    public static TheoryData<string> FailureNames => [.. Failures.Keys];

    [Theory]
    [MemberData(nameof(FailureNames))]
    public void A_native_failure_is_an_exception_with_the_words_of_libtorch_and_the_process_goes_on(string name)
    {
        using var scope = torch.NewDisposeScope();
        var (call, message) = Failures[name];

        var failure = Assert.Throws<ExternalException>(() => { call(); });

        Assert.Contains(message, failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(4f, torch.ones(2, 2).sum().item<float>());
    }

    [Fact]
    public void Failures_on_many_threads_stay_with_their_threads()
    {
        Parallel.For(0, 64, number =>
        {
            using var scope = torch.NewDisposeScope();
            if (number % 2 == 0)
            {
                var failure = Assert.Throws<ExternalException>(() => torch.ones(number + 1, 3).mm(torch.ones(2, 3)));
                Assert.Contains($"({number + 1}x3 and 2x3)", failure.Message);
            }
            else
            {
                Assert.Equal(3f * number, torch.ones(number, 3).sum().item<float>());
            }
        });
    }

    [Fact]
    public void A_failed_call_leaves_no_tensor_behind()
    {
        using var scope = torch.NewDisposeScope();
        var left = torch.ones(2, 3);
        var before = scope.DisposablesCount;

        for (var i = 0; i < 100; i++)
            Assert.Throws<ExternalException>(() => left.mm(left));

        Assert.Equal(before, scope.DisposablesCount);
    }

    private static Tensor Half(params long[] shape) => torch.ones(shape, dtype: ScalarType.Float16);

    private static Tensor Leaf(long length) => torch.ones(length, requires_grad: true);

    private static object? Backward(Tensor loss)
    {
        loss.backward();
        return null;
    }

    private static object? BackwardTwice()
    {
        var loss = (Leaf(3) * Leaf(3)).sum();
        loss.backward();
        return Backward(loss);
    }

    private static object? BackwardAfterChange()
    {
        var squared = Leaf(3).exp();
        var loss = (squared * squared).sum();
        using (torch.no_grad())
            squared.add_(1);
        return Backward(loss);
    }
}
