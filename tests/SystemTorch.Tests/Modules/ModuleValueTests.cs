// Modules against PyTorch: names, outputs, gradients, running averages.
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SystemTorch.Tests.Modules;

public sealed class ModuleValueTests
{
    private static readonly Dictionary<string, Func<nn.Module>> Makers = new()
    {
        ["linear"] = () => Linear(4, 3),
        ["linear_no_bias"] = () => Linear(4, 3, hasBias: false),
        ["bilinear"] = () => Bilinear(3, 2, 4),
        ["conv1d"] = () => Conv1d(2, 4, 3, stride: 2, padding: 1),
        ["conv1d_unbatched"] = () => Conv1d(2, 4, 3),
        ["conv1d_same"] = () => Conv1d(2, 2, 4, Padding.Same, dilation: 2),
        ["conv1d_circular"] = () => Conv1d(2, 2, 3, padding: 2, padding_mode: PaddingModes.Circular),
        ["conv1d_reflect"] = () => Conv1d(2, 2, 3, padding: 2, padding_mode: PaddingModes.Reflect),
        ["conv1d_replicate"] = () => Conv1d(2, 2, 3, padding: 2, padding_mode: PaddingModes.Replicate),
        ["conv2d"] = () => Conv2d(4, 2, (3, 2), stride: (2, 1), padding: (1, 0), dilation: (1, 2), groups: 2),
        ["conv2d_valid"] = () => Conv2d(1, 2, 3, Padding.Valid, bias: false),
        ["conv2d_circular"] = () => Conv2d(1, 2, (3, 3), padding: (2, 1), padding_mode: PaddingModes.Circular),
        ["conv3d"] = () => Conv3d(1, 2, 2),
        ["conv_transpose1d"] = () => ConvTranspose1d(2, 3, 3, stride: 2, padding: 1, output_padding: 1),
        ["conv_transpose2d"] = () => ConvTranspose2d(2, 2, (3, 2), stride: (2, 1), groups: 2),
        ["conv_transpose3d"] = () => ConvTranspose3d(1, 1, 2),
        ["embedding"] = () => Embedding(7, 3, padding_idx: 2),
        ["layer_norm"] = () => LayerNorm([3, 4]),
        ["layer_norm_plain"] = () => LayerNorm(4, eps: 1e-3, elementwise_affine: false),
        ["group_norm"] = () => GroupNorm(2, 4),
        ["batch_norm1d"] = () => BatchNorm1d(3),
        ["batch_norm1d_average"] = () => BatchNorm1d(3, momentum: 0.3),
        ["batch_norm2d"] = () => BatchNorm2d(2, affine: false),
        ["batch_norm3d"] = () => BatchNorm3d(2, track_running_stats: false),
        ["instance_norm1d"] = () => InstanceNorm1d(2, affine: true, track_running_stats: true),
        ["instance_norm2d"] = () => InstanceNorm2d(2),
        ["local_response_norm"] = () => LocalResponseNorm(3, alpha: 0.5, beta: 0.6, k: 2),
        ["prelu"] = () => PReLU(3),
        ["relu"] = () => ReLU(),
        ["relu6"] = () => ReLU6(),
        ["leaky_relu"] = () => LeakyReLU(0.2),
        ["elu"] = () => ELU(0.7),
        ["selu"] = () => SELU(),
        ["celu"] = () => CELU(0.7),
        ["gelu"] = () => GELU(),
        ["gelu_tanh"] = () => GELU(TorchSharp.Modules.GELU.Approximate.tanh),
        ["silu"] = () => SiLU(),
        ["mish"] = () => Mish(),
        ["tanh"] = () => Tanh(),
        ["sigmoid"] = () => Sigmoid(),
        ["softmax"] = () => Softmax(1),
        ["log_softmax"] = () => LogSoftmax(1),
        ["softmin"] = () => Softmin(0),
        ["softplus"] = () => Softplus(2, 1.5),
        ["hardtanh"] = () => Hardtanh(-0.5, 0.8),
        ["hardswish"] = () => Hardswish(),
        ["hardsigmoid"] = () => Hardsigmoid(),
        ["hardshrink"] = () => Hardshrink(0.3),
        ["softshrink"] = () => Softshrink(0.3),
        ["softsign"] = () => Softsign(),
        ["tanhshrink"] = () => Tanhshrink(),
        ["threshold"] = () => Threshold(0.1, -2),
        ["glu"] = () => GLU(1),
        ["log_sigmoid"] = () => LogSigmoid(),
        ["max_pool1d"] = () => MaxPool1d(3, 2, 1),
        ["max_pool2d"] = () => MaxPool2d((2, 3)),
        ["max_pool3d"] = () => MaxPool3d(2),
        ["avg_pool1d"] = () => AvgPool1d(3, 2, 1, count_include_pad: false),
        ["avg_pool2d"] = () => AvgPool2d(2, ceil_mode: true),
        ["avg_pool3d"] = () => AvgPool3d(2),
        ["adaptive_avg_pool1d"] = () => AdaptiveAvgPool1d(3),
        ["adaptive_avg_pool2d"] = () => AdaptiveAvgPool2d((2, 3)),
        ["adaptive_max_pool2d"] = () => AdaptiveMaxPool2d([2, 3]),
        ["lp_pool1d"] = () => LPPool1d(3, 2),
        ["upsample_nearest"] = () => Upsample(scale_factor: [2]),
        ["upsample_bilinear"] = () => Upsample(size: [5, 7], mode: UpsampleMode.Bilinear, align_corners: true),
        ["upsample_scale"] = () => Upsample(scale_factor: [1.7, 1.7], mode: UpsampleMode.Bilinear, align_corners: false),
        ["upsample_bicubic"] = () => Upsample(size: [5, 7], mode: UpsampleMode.Bicubic),
        ["zero_pad2d"] = () => ZeroPad2d((1, 2, 0, 1)),
        ["constant_pad1d"] = () => ConstantPad1d((1, 2), 3.5),
        ["reflection_pad2d"] = () => ReflectionPad2d((1, 2, 0, 1)),
        ["replication_pad1d"] = () => ReplicationPad1d(2),
        ["flatten"] = () => Flatten(),
        ["unflatten"] = () => Unflatten(1, [3, 2]),
        ["pixel_shuffle"] = () => PixelShuffle(2),
        ["fold"] = () => Fold((4, 5), (2, 2)),
        ["unfold"] = () => Unfold((2, 3), padding: (1, 1), stride: (1, 2)),
        ["cosine_similarity"] = () => CosineSimilarity(1),
        ["pairwise_distance"] = () => PairwiseDistance(3),
        ["sequential"] = () => Sequential(Linear(3, 4), Tanh(), Sequential(Linear(4, 4), LayerNorm(4)), Linear(4, 2)),
        ["mse_loss"] = () => MSELoss(Reduction.Sum),
        ["l1_loss"] = () => L1Loss(),
        ["smooth_l1_loss"] = () => SmoothL1Loss(beta: 0.5),
        ["huber_loss"] = () => HuberLoss(0.5),
        ["cross_entropy"] = () => new CrossEntropyLoss(ignore_index: 1, label_smoothing: 0.1),
        ["cross_entropy_weighted"] = () => CrossEntropyLoss(torch.tensor(new[] { 1, 0.5, 2 }), reduction: Reduction.None),
        ["cross_entropy_probabilities"] = () => CrossEntropyLoss(),
        ["nll_loss"] = () => NLLLoss(),
        ["bce_loss"] = () => BCELoss(),
        ["bce_with_logits"] = () => BCEWithLogitsLoss(pos_weights: torch.tensor(new double[] { 1, 2, 3 })),
        ["kl_div"] = () => KLDivLoss(log_target: true),
        ["cosine_embedding_loss"] = () => CosineEmbeddingLoss(0.2),
        ["margin_ranking_loss"] = () => MarginRankingLoss(0.2),
        ["hinge_embedding_loss"] = () => HingeEmbeddingLoss(0.7),
        ["soft_margin_loss"] = () => SoftMarginLoss(),
        ["multi_margin_loss"] = () => MultiMarginLoss(2, 0.8),
        ["multilabel_soft_margin_loss"] = () => MultiLabelSoftMarginLoss(),
        ["poisson_nll_loss"] = () => PoissonNLLLoss(full: true),
        ["triplet_margin_loss"] = () => TripletMarginLoss(0.5, swap: true),
    };

    public static TheoryData<string> Names => [.. ModuleFixture.Instance.Modules.Select(example => example.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Outputs_gradients_and_state_are_those_of_PyTorch(string name)
    {
        if (name == "hardtanh") Package.SkipFor("Hardtanh returns its input");
        using var scope = NewDisposeScope();
        var example = ModuleFixture.Instance.Modules.Single(candidate => candidate.Name == name);
        var module = Makers[name]();
        if (example.Before.Count > 0) module.to(ScalarType.Float64);
        module.load_state_dict(Tensors(example.Before));
        Assert.Equal(example.Before.Keys.Order(), module.state_dict().Keys.Order());
        Assert.Equal(example.Gradients.Keys, module.named_parameters().Select(entry => entry.name));

        var inputs = example.Inputs.Select(input => input.ToTensor()).ToArray();
        if (!example.Inputs[0].Whole) inputs[0].requires_grad = true;
        var output = Call(module, inputs);
        output.RequireClose(example.Output, $"{name} output");

        var weights = arange(output.numel(), dtype: ScalarType.Float64).mul(1.7).add(0.3).cos().reshape(output.shape);
        output.mul(weights).sum().backward();
        foreach (var (part, parameter) in module.named_parameters()) parameter.grad!.RequireClose(example.Gradients[part], $"{name} gradient of {part}", 1e-9);
        if (example.Input_gradient is not null) inputs[0].grad!.RequireClose(example.Input_gradient, $"{name} gradient of the input", 1e-9);
        foreach (var (part, value) in module.state_dict()) value.RequireClose(example.After[part], $"{name} {part} afterwards");

        module.eval();
        Call(module, inputs).RequireClose(example.Evaluation, $"{name} in evaluation");
        module.Dispose();
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("conv1d")]
    [InlineData("embedding")]
    [InlineData("bilinear")]
    public void The_same_seed_draws_the_numbers_that_PyTorch_draws(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        nn.Module module = name switch
        {
            "linear" => Linear(4, 3),
            "conv1d" => Conv1d(2, 3, 3),
            "embedding" => Embedding(4, 3, padding_idx: 1),
            _ => Bilinear(2, 3, 2),
        };
        foreach (var (part, parameter) in module.named_parameters())
            parameter.RequireClose(ModuleFixture.Instance.Draws[name][part], $"{name} {part}", 1e-6);
    }

    private static Tensor Call(nn.Module module, Tensor[] inputs) => module switch
    {
        Module<Tensor, Tensor> one => one.call(inputs[0]),
        Module<Tensor, Tensor, Tensor> two => two.call(inputs[0], inputs[1]),
        Module<Tensor, Tensor, Tensor, Tensor> three => three.call(inputs[0], inputs[1], inputs[2]),
        _ => throw new InvalidOperationException($"{module.GetName()} takes other inputs."),
    };


    private static Dictionary<string, Tensor> Tensors(Dictionary<string, StoredTensor> stored) =>
        stored.ToDictionary(entry => entry.Key, entry => entry.Value.ToTensor());
}
