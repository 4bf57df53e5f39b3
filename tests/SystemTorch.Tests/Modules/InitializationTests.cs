// First values of parameters, clipping of gradients, attention.
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SystemTorch.Tests.Modules;

public sealed class InitializationTests
{
    [Fact]
    public void Fans_count_the_kernel()
    {
        using var weight = zeros(6, 4, 3, 5);
        Assert.Equal((60, 90), init.CalculateFanInAndFanOut(weight));
    }

    [Fact]
    public void Gains_follow_what_comes_after()
    {
        Assert.Equal(1, init.calculate_gain(init.NonlinearityType.Sigmoid));
        Assert.Equal(5.0 / 3, init.calculate_gain(init.NonlinearityType.Tanh), 12);
        Assert.Equal(Math.Sqrt(2), init.calculate_gain(init.NonlinearityType.ReLU), 12);
        Assert.Equal(Math.Sqrt(1.0 / 3), init.calculate_gain(init.NonlinearityType.LeakyReLU, Math.Sqrt(5)), 12);
    }

    [Theory]
    [InlineData(5, 3)]
    [InlineData(3, 5)]
    public void Orthogonal_matrices_are_orthogonal(long rows, long columns)
    {
        using var scope = NewDisposeScope();
        var matrix = init.orthogonal_(zeros(rows, columns, ScalarType.Float64), 2);
        var product = rows < columns ? matrix.mm(matrix.t()) : matrix.t().mm(matrix);
        var expected = eye(Math.Min(rows, columns), dtype: ScalarType.Float64) * 4;
        Assert.True(product.allclose(expected, 1e-5, 1e-5));
    }

    [Fact]
    public void Dirac_kernels_pass_channels_through()
    {
        using var scope = NewDisposeScope();
        var input = randn(1, 2, 7);
        var kernel = init.dirac_(zeros(2, 2, 3));
        Assert.True(functional.conv1d(input, kernel, padding: 1).allclose(input));
    }

    [Fact]
    public void Truncated_normal_numbers_stay_within_bounds_and_keep_the_mean()
    {
        Package.SkipFor("trunc_normal_ multiplies by the mean and adds the deviation");
        using var scope = NewDisposeScope();
        manual_seed(3);
        var numbers = init.trunc_normal_(zeros(20000), mean: 1, std: 0.5, a: 0, b: 2);
        Assert.InRange(numbers.min().ToSingle(), 0, 1);
        Assert.InRange(numbers.max().ToSingle(), 1, 2);
        Assert.InRange(numbers.mean().ToSingle(), 0.98f, 1.02f);
        // A normal distribution cut at two deviations has 0.7737 of its variance left.
        Assert.InRange(numbers.var().ToSingle() / 0.25f, 0.74f, 0.81f);
    }

    [Fact]
    public void Sparse_columns_have_their_share_of_zeros()
    {
        using var scope = NewDisposeScope();
        var matrix = init.sparse_(zeros(10, 4), 0.25);
        Assert.Equal([3L, 3, 3, 3], matrix.eq(0).sum(dim: 0).data<long>().ToArray());
    }

    [Fact]
    public void Kaiming_bounds_follow_the_fan()
    {
        using var scope = NewDisposeScope();
        var weight = init.kaiming_uniform_(zeros(400, 25), Math.Sqrt(5));
        Assert.InRange(weight.abs().max().ToSingle(), 0.195f, 0.2f);
    }

    [Fact]
    public void Group_normalization_starts_at_one_and_zero()
    {
        Package.SkipFor("GroupNorm leaves weight and bias uninitialised");
        using var module = GroupNorm(2, 4);
        Assert.Equal([1f, 1, 1, 1], module.weight.data<float>().ToArray());
        Assert.Equal([0f, 0, 0, 0], module.bias!.data<float>().ToArray());
    }

    [Fact]
    public void Initialization_leaves_no_trace_in_the_graph()
    {
        using var parameter = Parameter(zeros(3, 2));
        init.xavier_uniform_(parameter);
        Assert.True(parameter.requires_grad);
        Assert.True(parameter.is_leaf);
    }

    [Theory]
    [InlineData(2.0)]
    [InlineData(1.0)]
    [InlineData(double.PositiveInfinity)]
    public void Clipped_gradients_have_the_norm_that_was_asked_for(double power)
    {
        using var scope = NewDisposeScope();
        var parameters = new[] { Parameter(zeros(3)), Parameter(zeros(2, 2)), Parameter(zeros(1)) };
        parameters[0].grad = torch.tensor(new float[] { 3, -4, 0 });
        parameters[1].grad = torch.tensor(new float[,] { { 1, 2 }, { -2, 0 } });
        var all = new[] { 3.0, 4, 0, 1, 2, 2, 0 };
        var expected = double.IsInfinity(power) ? all.Max() : Math.Pow(all.Sum(value => Math.Pow(value, power)), 1 / power);
        Assert.Equal(expected, nn.utils.clip_grad_norm_(parameters, 1, power), 5);
        Assert.Equal(1, nn.utils.clip_grad_norm_(parameters, 100, power), 4);
        Assert.Equal(1, nn.utils.clip_grad_norm_(parameters, 100, power), 4);
    }

    [Fact]
    public void Clipped_values_are_within_their_bound()
    {
        using var scope = NewDisposeScope();
        var parameter = Parameter(zeros(3));
        parameter.grad = torch.tensor(new float[] { 3, -4, 0.5f });
        nn.utils.clip_grad_value_([parameter], 1);
        Assert.Equal([1f, -1, 0.5f], parameter.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Parameters_survive_the_way_through_a_vector()
    {
        using var scope = NewDisposeScope();
        using var module = Linear(3, 2);
        var vector = nn.utils.parameters_to_vector(module.parameters());
        Assert.Equal([8L], vector.shape);
        nn.utils.vector_to_parameters(vector * 2, module.parameters());
        Assert.True(nn.utils.parameters_to_vector(module.parameters()).allclose(vector * 2));
        Assert.True(module.weight.requires_grad);
    }

    [Fact]
    public void Attention_is_a_softmax_of_scaled_products()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var (q, k, v) = (randn([2, 3, 5, 4], ScalarType.Float64), randn([2, 3, 5, 4], ScalarType.Float64), randn([2, 3, 5, 4], ScalarType.Float64));
        var scores = q.matmul(k.transpose(-2, -1)) / 2;
        Assert.True(functional.scaled_dot_product_attention(q, k, v).allclose(scores.softmax(-1).matmul(v)));

        var shift = randn([5, 5], ScalarType.Float64);
        Assert.True(functional.scaled_dot_product_attention(q, k, v, shift).allclose((scores + shift).softmax(-1).matmul(v)));

        var seen = ones(5, 5, ScalarType.Bool).tril();
        var masked = scores.masked_fill(seen.logical_not(), double.NegativeInfinity).softmax(-1).matmul(v);
        Assert.True(functional.scaled_dot_product_attention(q, k, v, seen).allclose(masked));
        Assert.True(functional.scaled_dot_product_attention(q, k, v, is_casual: true).allclose(masked));
    }

    [Fact]
    public void A_folded_batch_normalization_computes_the_same()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var linear = Linear(3, 4);
        using var norm = BatchNorm1d(4);
        for (var i = 0; i < 5; i++) norm.call(linear.call(randn(16, 3)));
        linear.eval();
        norm.eval();
        var input = randn(6, 3);
        using var folded = nn.utils.fuse_linear_bn_eval(linear, norm);
        Assert.True(folded.call(input).allclose(norm.call(linear.call(input)), 1e-5, 1e-6));
    }
}
