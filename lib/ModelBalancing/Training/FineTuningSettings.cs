// Settings that all fine-tuning of an encoder has: recipe, padding, precision, encoder.
using System.Text.Json.Serialization;
using ModelBalancing.Experiments;
using ModelBalancing.Models;
using ModelBalancing.Spectra;

namespace ModelBalancing.Training;

/// <summary>What takes the steps of a run on text.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TextOptimizer>))]
public enum TextOptimizer
{
    /// <summary><see cref="DecoupledAdam"/>, as the paper's runs.</summary>
    AdamW,

    /// <summary><see cref="Training.Adafactor"/> with the rate as given and no scale, as the paper's Table on it.</summary>
    Adafactor,

    /// <summary>Gradient descent with momentum 0.9.</summary>
    Momentum,
}

/// <summary>Sharpness-aware minimisation around the optimizer.</summary>
public sealed record SharpnessSpec
{
    /// <summary>Radius; the paper's grid is 0.5, 0.25, 0.1, 0.05.</summary>
    public double Rho { get; init; } = 0.05;

    /// <summary>The adaptive form; null for what the fidelity says (Released: adaptive).</summary>
    public bool? Adaptive { get; init; }
}

/// <summary>Settings of runs that fine-tune an encoder; each kind adds its own.</summary>
public abstract record FineTuningSettings
{
    /// <summary>Most tokens of a row, special ones counted.</summary>
    public int Longest { get; init; } = 128;

    /// <summary>How far rows are padded.</summary>
    public PaddingMode Padding { get; init; } = PaddingMode.Longest;

    /// <summary>Parts that a step's rows are computed in, one after the other (gradient accumulation); does not change a step's gradient beyond rounding.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>Largest norm of all gradients together; 0 for no clipping.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>The optimizer.</summary>
    public TextOptimizer Optimizer { get; init; } = TextOptimizer.AdamW;

    /// <summary>Sharpness-aware minimisation; null for none.</summary>
    public SharpnessSpec? Sharpness { get; init; }

    /// <summary>In which precision linear layers multiply.</summary>
    public LinearPrecision Precision { get; init; } = LinearPrecision.Weights;

    /// <summary>Every dropout of the encoder and its head; null for those of its own configuration.</summary>
    public double? Dropout { get; init; }

    /// <summary>Sizes of an encoder with random weights, where the data names no "model".</summary>
    public EncoderSettings? Encoder { get; init; }

    /// <summary>Test rows that are taken from the training file where there is no other file with labels; at most a quarter of it.</summary>
    public int TestRows { get; init; } = 1000;

    /// <summary>Reads the settings of a spec and checks what all kinds have.</summary>
    /// <exception cref="RunException">A setting is unknown, of the wrong type or out of range.</exception>
    private protected static T Read<T>(RunSpec spec, Action<T> check) where T : FineTuningSettings
    {
        var settings = PdeSettings.Read<T>(spec);
        try
        {
            check(settings);
            settings.Encoder?.Check();
        }
        catch (ArgumentException wrong)
        {
            throw new RunException($"The spec's settings: {wrong.Message.Split(" (Parameter '")[0]}", wrong);
        }
        foreach (var (name, value) in new[] { ("longest", settings.Longest - 7), ("parts", settings.Parts), ("testRows", settings.TestRows) })
            if (value < 1)
                throw new RunException($"The spec's settings.{name} must be at least {(name == "longest" ? 8 : 1)}.");
        if (settings.Clip < 0 || settings.Sharpness is { Rho: < 0 } || settings.Dropout is not (null or (>= 0 and < 1)))
            throw new RunException("The spec's settings need clip and sharpness.rho of at least 0, and a dropout of at least 0 and below 1.");
        FineTuningSettings common = settings;
        return (T)(common with { Sharpness = settings.Sharpness is { } sharpness ? sharpness with { Adaptive = sharpness.Adaptive ?? Fidelity.Of(spec.Fidelity).Sharpness == SharpnessRule.Adaptive } : null });
    }
}
