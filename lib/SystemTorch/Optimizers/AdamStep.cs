// The step that Adam and AdamW share.
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SystemTorch;

/// <summary>A step of Adam or AdamW on one parameter.</summary>
/// <param name="Number">The step's number, from one.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="Beta1">Decay rate of the first moment.</param>
/// <param name="Beta2">Decay rate of the second moment.</param>
/// <param name="Eps">Keeps the division finite.</param>
/// <param name="WeightDecay">Factor of the parameter itself.</param>
/// <param name="Amsgrad">Whether the largest second moment so far divides.</param>
/// <param name="Maximize">Whether the loss is to grow.</param>
/// <param name="Decoupled">AdamW: weight decay acts on the parameter, not on its gradient, and complex gradients are squared, not their magnitudes.</param>
internal readonly record struct AdamStep(
    long Number, double Rate, double Beta1, double Beta2, double Eps, double WeightDecay, bool Amsgrad, bool Maximize, bool Decoupled)
{
    /// <summary>Changes parameter and moments in place; the largest second moment is needed with amsgrad only.</summary>
    internal void Take(Parameter parameter, Tensor grad, Tensor first, Tensor second, Tensor? largest)
    {
        // m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε), with both corrections moved into the numbers ε and lr.
        var correction = Math.Sqrt(1 - Math.Pow(Beta2, Number));
        var eps = Eps * correction;
        var size = Rate * correction / (1 - Math.Pow(Beta1, Number));
        var (decay, gradientDecay) = Decoupled ? (1 - Rate * WeightDecay, 0.0) : (1.0, WeightDecay);

        if (!Amsgrad && AdamKernel.Takes(parameter, grad, first, second))
        {
            new AdamKernel((float)decay, (float)gradientDecay, Maximize ? -1 : 1, (float)Beta1, (float)Beta2, (float)eps, (float)-size)
                .Run(parameter, grad, first, second);
            return;
        }

        if (Maximize) grad = grad.neg();
        if (decay != 1) InPlace.Multiply(parameter, decay);
        if (gradientDecay != 0) grad = grad.add(parameter, alpha: gradientDecay);

        InPlace.Average(first, grad, Beta1);
        if (!Decoupled && grad.is_complex()) InPlace.AverageProduct(second, grad, grad.conj(), Beta2);
        else InPlace.AverageSquare(second, grad, Beta2);

        if (Amsgrad) largest!.copy_(maximum(largest, second));
        var divisor = (Amsgrad ? largest! : second).sqrt();
        InPlace.Add(divisor, eps);
        InPlace.AddQuotient(parameter, first, divisor, -size);
    }
}
