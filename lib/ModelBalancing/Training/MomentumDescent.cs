// Gradient descent with momentum: the base that sharpness-aware minimisation was published with.
using ModelBalancing.Balancing;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>Gradient descent, with the L2 term in the gradient, as PyTorch has it.</summary>
/// <remarks>g ← g + λ·w; b ← μ·b + g (at first b = g); w ← w − lr·b, with Nesterov w − lr·(g + μ·b).</remarks>
/// <param name="groups">Groups in order.</param>
/// <param name="learningRate">Learning rate of every group at first.</param>
/// <param name="weightDecay">λ of every group at first.</param>
/// <param name="momentum">μ; 0 for none.</param>
/// <param name="nesterov">Whether the gradient is taken as if one step ahead.</param>
public sealed class MomentumDescent(IEnumerable<BalancedGroup> groups, double learningRate, double weightDecay = 0, double momentum = 0, bool nesterov = false) : NamedOptimizer(groups, learningRate, weightDecay)
{
    private const string Velocity = "velocity";

    private protected override IEnumerable<(string Kind, Tensor Value)> Initial(Parameter parameter) =>
        momentum == 0 ? [] : [(Velocity, zeros_like(parameter, requires_grad: false))];

    private protected override void Update(Parameter parameter, Tensor gradient, State state, double learningRate, double weightDecay)
    {
        if (weightDecay != 0)
            gradient = gradient.add(parameter, alpha: weightDecay);
        if (momentum != 0)
        {
            var velocity = state[Velocity].mul_(momentum).add_(gradient);
            gradient = nesterov ? gradient.add(velocity, alpha: momentum) : velocity;
        }
        parameter.add_(gradient, alpha: -learningRate);
    }
}
