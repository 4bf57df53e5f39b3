// Sharpness-aware minimisation (Foret et al. 2021) and its adaptive form (Kwon et al. 2021), around any optimizer.
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>Moves the weights uphill before the gradient that counts is taken, and back before the step.</summary>
/// <remarks>
/// e = ρ·g/‖g‖; adaptive: ρ·w²∘g/‖|w|∘g‖, norms over all parameters together. The released code means the first and runs the second:
/// it hands its options on in the place of the switch (section 5, entry 2 of the method's description).
/// A step: backward, <see cref="Perturb"/>, forward and backward again, <see cref="Return"/>, then the optimizer's own step.
/// </remarks>
/// <param name="optimizer">Whose parameters are moved.</param>
/// <param name="rho">Radius ρ ≥ 0.</param>
/// <param name="adaptive">The adaptive form.</param>
public sealed class SharpnessAware(NamedOptimizer optimizer, double rho = 0.05, bool adaptive = false) : IDisposable
{
    private readonly List<(Tensor Parameter, Tensor Before)> moved = [];

    /// <summary>Moves the weights along the present gradients, which it takes away.</summary>
    /// <exception cref="InvalidOperationException">They are moved already.</exception>
    public void Perturb()
    {
        if (moved.Count > 0)
            throw new InvalidOperationException("The weights are moved already; call Return first.");
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var slopes = optimizer.parameters().Where(parameter => parameter.grad is not null).Select(parameter => ((Tensor)parameter, Slope: parameter.grad!)).ToList();
        if (slopes.Count == 0)
            return;
        var norms = slopes.Select(pair => (adaptive ? pair.Item1.abs() * pair.Slope : pair.Slope).norm().to(ScalarType.Float64)).ToList();
        double scale = rho / (stack(norms).norm().item<double>() + 1e-12);
        foreach (var (parameter, slope) in slopes)
        {
            moved.Add((parameter, parameter.detach().clone().DetachFromDisposeScope()));
            parameter.add_(adaptive ? parameter.square() * slope : slope, alpha: scale);
        }
        optimizer.zero_grad();
    }

    /// <summary>Puts the weights back, exactly.</summary>
    public void Return()
    {
        using var noGradient = no_grad();
        foreach (var (parameter, before) in moved)
        {
            parameter.copy_(before);
            before.Dispose();
        }
        moved.Clear();
    }

    /// <summary>Puts weights that are still moved back.</summary>
    public void Dispose() => Return();
}
