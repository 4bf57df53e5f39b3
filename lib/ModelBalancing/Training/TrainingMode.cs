// How a batch of trajectories becomes a loss: the published ways of training a PDE model.
using System.Text.Json.Serialization;

namespace ModelBalancing.Training;

/// <summary>A way of training; the closed set of those published.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "name")]
[JsonDerivedType(typeof(Autoregressive), "autoregressive")]
[JsonDerivedType(typeof(PushForward), "pushForward")]
[JsonDerivedType(typeof(OneStep), "oneStep")]
[JsonDerivedType(typeof(SingleStep), "singleStep")]
[JsonDerivedType(typeof(RelativeStep), "relativeStep")]
public abstract record TrainingMode
{
    private TrainingMode()
    {
    }

    /// <summary>Every frame after the given ones from the model's own predictions; back-propagation through the whole chain (authors' fno/train.py; PDEBench's ar_mode).</summary>
    /// <remarks>Loss: sum over predicted frames of the mean squared error of a frame.</remarks>
    public sealed record Autoregressive : TrainingMode;

    /// <summary>The same chain, its first part without gradient and without loss (PDEBench's unet/train.py with pushforward).</summary>
    /// <param name="Unrolled">Frames at the end that have gradients. From all frames but one on nothing is cut off, as published.</param>
    /// <remarks>With the published 20 and 21 frames every prediction has gradients, so that it equals <see cref="Autoregressive"/>.</remarks>
    public sealed record PushForward(int Unrolled = 20) : TrainingMode;

    /// <summary>Every frame from the true frames before it, with noise on them (PDEBench's unet/train.py without ar_mode).</summary>
    /// <param name="Noise">Standard deviation of the noise, in the units that the model sees; published 0.001 on raw fields.</param>
    public sealed record OneStep(double Noise = 1e-3) : TrainingMode;

    /// <summary>The last frame from the first ones in one pass: Darcy flow, where frame 0 is the diffusivity and frame 1 the solution.</summary>
    public sealed record SingleStep : TrainingMode;

    /// <summary>DPOT's fine-tuning: a window that starts anywhere, a relative error, noise in proportion to the field's norm (finetune.py).</summary>
    /// <param name="Frames">Frames predicted from the model's own predictions, T_ar.</param>
    /// <param name="Noise">Noise over the norm of a sample's channel, over all points and given frames (not its root mean square: on larger grids the same number is more noise).</param>
    /// <remarks>Loss: sum over samples and frames of the relative L2 error, which is a mean over channels.</remarks>
    public sealed record RelativeStep(int Frames = 1, double Noise = 0) : TrainingMode;
}
