// The training step of text models, in the order of the released trainer: metrics, gradients, clipping, step, rates of the next step.
using ModelBalancing.Balancing;
using ModelBalancing.Experiments;
using ModelBalancing.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>How steps are taken.</summary>
public sealed record FineTuningOptions
{
    /// <summary>The largest rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>How it goes over the run.</summary>
    public LearningRateSchedule Schedule { get; init; } = new LinearDecay();

    /// <summary>Optimizer steps of an epoch.</summary>
    public required int StepsPerEpoch { get; init; }

    /// <summary>Optimizer steps of the run, M.</summary>
    public required int Steps { get; init; }

    /// <summary>Largest norm of all gradients together; null for no clipping.</summary>
    public double? Clip { get; init; } = 1;

    /// <summary>Whether the logits are scores of a regression.</summary>
    public bool Regression { get; init; }

    /// <summary>With sharpness-aware minimisation: whether clipping acts on the first gradient, as released, where it changes nothing, instead of the one that counts.</summary>
    public bool ClipFirst { get; init; }
}

/// <summary>What a step did.</summary>
/// <param name="Loss">Mean loss of its rows before the step.</param>
/// <param name="GradientNorm">Norm of all gradients before clipping.</param>
/// <param name="PerturbedLoss">Loss at the perturbed weights; NaN without sharpness-aware minimisation.</param>
public readonly record struct FineTuningStep(double Loss, double GradientNorm, double PerturbedLoss);

/// <summary>Takes training steps.</summary>
/// <param name="model">The model.</param>
/// <param name="optimizer">Made from the balancing's groups.</param>
/// <param name="balance">Sets every group's rates; a baseline has <see cref="BalanceControl.Baseline"/>.</param>
/// <param name="options">How steps are taken.</param>
/// <param name="sharpness">Sharpness-aware minimisation around the optimizer, or null.</param>
/// <param name="dropout">Random numbers of dropout by step; null draws from torch's generator as it is.</param>
public sealed class FineTuningLoop(EncoderModel model, NamedOptimizer optimizer, StepBalance balance, FineTuningOptions options, SharpnessAware? sharpness = null, RandomStream? dropout = null)
{
    private int? prepared;

    /// <summary>Takes one optimizer step.</summary>
    /// <param name="step">Its number, from 0.</param>
    /// <param name="parts">The step's rows in one batch, or in several whose gradients are added: the gradient is that of the mean over all rows.</param>
    /// <returns>Losses and norm.</returns>
    /// <exception cref="Spectra.SpectrumException">A weight holds NaN or infinite values and metrics are due.</exception>
    public FineTuningStep Step(int step, params IReadOnlyList<TextBatch> parts)
    {
        using var scope = NewDisposeScope();
        if (prepared != step)
            SetRates(step);
        balance.BeforeStep(step);
        model.train();
        double loss, norm, perturbed = double.NaN;
        using (dropout?.At(step))
        {
            optimizer.zero_grad();
            loss = Gradients(parts);
            norm = Norm(sharpness is null || options.ClipFirst);
            if (sharpness is not null)
            {
                sharpness.Perturb();
                perturbed = Gradients(parts);
                sharpness.Return();
                if (!options.ClipFirst)
                    Norm(clips: true);
            }
        }
        optimizer.step();
        SetRates(step + 1);
        return new(loss, norm, perturbed);
    }

    /// <summary>Logits without dropout and gradients.</summary>
    /// <param name="batch">The rows.</param>
    /// <returns>Shape (rows, outputs), (rows, choices) or, of answers in the text, (rows, length, 2).</returns>
    public Tensor Predict(TextBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var noGradient = no_grad();
        model.eval();
        return model.call(batch.Input);
    }

    /// <summary>Mean loss of a batch.</summary>
    /// <param name="batch">The rows.</param>
    public Tensor Loss(TextBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = NewDisposeScope();
        var logits = model.call(batch.Input);
        return (model.Head == EncoderHead.Span ? EncoderLoss.Spans(logits, batch.Labels, batch.Ends ?? throw new ArgumentException("batch has no last tokens of answers; give every example its End.", nameof(batch)))
            : options.Regression ? EncoderLoss.Scores(logits, batch.Scores.to(logits.dtype)) : EncoderLoss.Classes(logits, batch.Labels)).MoveToOuterDisposeScope();
    }

    private double Gradients(IReadOnlyList<TextBatch> parts)
    {
        int rows = parts.Sum(part => part.Rows);
        double sum = 0;
        foreach (var part in parts)
        {
            using var scope = NewDisposeScope(); // a part's graph goes before the next one's comes
            var loss = Loss(part);
            (parts.Count == 1 ? loss : loss * ((double)part.Rows / rows)).backward();
            sum += loss.to(ScalarType.Float64).item<double>() * part.Rows;
        }
        return sum / rows;
    }

    // The norm before clipping; clips where asked.
    private double Norm(bool clips) => nn.utils.clip_grad_norm_(optimizer.parameters(), clips && options.Clip is { } most ? most : double.PositiveInfinity);

    private void SetRates(int step)
    {
        balance.Apply(optimizer, step, options.Schedule.Rate(options.LearningRate, new SchedulePosition(step, options.StepsPerEpoch, options.Steps)));
        prepared = step;
    }
}
