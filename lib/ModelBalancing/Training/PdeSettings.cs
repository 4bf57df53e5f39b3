// Settings of runs on PDE data beyond those that every run has.
using System.Text.Json;
using System.Text.Json.Serialization;
using ModelBalancing.Experiments;
using ModelBalancing.Models;

namespace ModelBalancing.Training;

/// <summary>A family of models.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PdeModel>))]
public enum PdeModel
{
    /// <summary><see cref="Models.Fno"/>, of as many axes as the data.</summary>
    Fno,

    /// <summary><see cref="Models.UNet"/>, on lines and planes.</summary>
    UNet,

    /// <summary><see cref="Models.Dpot"/>, on planes.</summary>
    Dpot,
}

/// <summary>Settings of a run of kind "pde"; <see cref="RunSpec.Settings"/> holds them.</summary>
public sealed record PdeSettings
{
    /// <summary>The model.</summary>
    public PdeModel Model { get; init; } = PdeModel.Fno;

    /// <summary>How it is trained; null for the model's own: autoregressively, and DPOT by its relative step.</summary>
    public TrainingMode? Mode { get; init; }

    /// <summary>Test rows: the first of the file, whatever the size and seed.</summary>
    public int TestRows { get; init; } = 64;

    /// <summary>Frames given to the model, T0; Darcy: 1.</summary>
    public int GivenFrames { get; init; } = 10;

    /// <summary>Frames of a trajectory that are used, the given ones included; Darcy: 2.</summary>
    public int Frames { get; init; } = 21;

    /// <summary>Every so many-th point of the file.</summary>
    public int SpaceStride { get; init; } = 1;

    /// <summary>Every so many-th frame of the file.</summary>
    public int TimeStride { get; init; } = 1;

    /// <summary>Kept Fourier modes of every axis, of an FNO.</summary>
    public int Modes { get; init; } = 12;

    /// <summary>Channels of the Fourier layers, of an FNO.</summary>
    public int Width { get; init; } = 20;

    /// <summary>Channels of the first level, of a U-Net.</summary>
    public int Features { get; init; } = 32;

    /// <summary>Sizes of a DPOT: tiny, small, medium, large, huge; without meaning where the data names pre-trained weights, which have their own.</summary>
    public string Size { get; init; } = "tiny";

    /// <summary>Sizes that replace those of <see cref="Size"/>, such as <c>{ "width": 64, "depth": 2 }</c>; resolution and fields follow the data.</summary>
    public System.Text.Json.Nodes.JsonObject? Sizes { get; init; }

    /// <summary>Parts of pre-trained weights that are taken; the others keep their start (load_components of the published fine-tuning).</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<DpotComponents>))]
    public DpotComponents Components { get; init; } = DpotComponents.All;

    /// <summary>Train on raw fields, as released, instead of fields standardised per channel; null for the model's own: raw for DPOT only.</summary>
    public bool? Raw { get; init; }

    /// <summary>Decay of Adam's second moment; null for the model's own: 0.999, and 0.9 for DPOT.</summary>
    public double? Beta2 { get; init; }

    /// <summary>Epochs between two looks at the selection rows; the last epoch is always looked at.</summary>
    public int ValidateEvery { get; init; } = 2;

    /// <summary>Reads the settings of a spec, defaults filled in.</summary>
    /// <exception cref="RunException">A setting is unknown, of the wrong type or out of range.</exception>
    public static PdeSettings Of(RunSpec spec)
    {
        var settings = Read<PdeSettings>(spec);
        settings = settings with
        {
            Mode = settings.Mode ?? (settings.Model == PdeModel.Dpot ? new TrainingMode.RelativeStep() : new TrainingMode.Autoregressive()),
            Raw = settings.Raw ?? settings.Model == PdeModel.Dpot,
            Beta2 = settings.Beta2 ?? (settings.Model == PdeModel.Dpot ? 0.9 : 0.999),
        };
        foreach (var (name, value) in new[] { ("testRows", settings.TestRows), ("givenFrames", settings.GivenFrames), ("spaceStride", settings.SpaceStride), ("timeStride", settings.TimeStride), ("modes", settings.Modes), ("width", settings.Width), ("features", settings.Features), ("validateEvery", settings.ValidateEvery) })
            if (value < 1)
                throw new RunException($"The spec's settings.{name} must be at least 1, is {value}.");
        if (settings.Frames <= settings.GivenFrames)
            throw new RunException($"The spec's settings.frames is {settings.Frames}; it must be larger than givenFrames ({settings.GivenFrames}).");
        if (settings.Beta2 is not (>= 0 and < 1))
            throw new RunException($"The spec's settings.beta2 must be in [0, 1), is {settings.Beta2}.");
        if (!DpotSettings.Named.ContainsKey(settings.Size))
            throw new RunException($"The spec's settings.size is '{settings.Size}'; it must be one of {string.Join(", ", DpotSettings.Named.Keys)}.");
        if (settings.Mode is TrainingMode.OneStep { Noise: < 0 } or TrainingMode.RelativeStep { Noise: < 0 } or TrainingMode.RelativeStep { Frames: < 1 } or TrainingMode.PushForward { Unrolled: < 1 })
            throw new RunException("The spec's settings.mode needs noise of at least 0, and frames or unrolled of at least 1.");
        if (settings.Mode is TrainingMode.RelativeStep relative && settings.GivenFrames + relative.Frames > settings.Frames)
            throw new RunException($"The spec's settings.mode predicts {relative.Frames} frames after {settings.GivenFrames} given ones, of {settings.Frames}.");
        return settings;
    }

    /// <summary>The settings of another form that a spec holds.</summary>
    /// <exception cref="RunException">A setting is unknown or of the wrong type.</exception>
    internal static T Read<T>(RunSpec spec)
    {
        try
        {
            return spec.Settings.Deserialize<T>(RunSpec.Json)!;
        }
        catch (Exception wrong) when (wrong is JsonException or NotSupportedException)
        {
            var what = wrong is JsonException json ? $"{RunSpec.Plainly(json)}{(json.Path is { Length: > 1 } place ? $" (at settings{place[1..]})" : "")}" : wrong.Message.Split(" Path:")[0].TrimEnd('.');
            throw new RunException($"The spec's settings are not those of {spec.Kind}: {what}; the workbook's docs folder tells each kind's settings.", wrong);
        }
    }

    /// <summary>The sizes of a DPOT for a data set.</summary>
    /// <param name="resolution">Points of both axes.</param>
    /// <param name="channels">Fields.</param>
    /// <exception cref="RunException">A size is unknown or wrong.</exception>
    internal DpotSettings DpotSizes(int resolution, int channels)
    {
        try
        {
            var sizes = JsonSerializer.SerializeToNode(DpotSettings.Named[Size], RunSpec.Json)!.AsObject();
            foreach (var (name, value) in Sizes ?? [])
                sizes[name] = value?.DeepClone();
            var settings = sizes.Deserialize<DpotSettings>(RunSpec.Json)! with { Resolution = resolution, Channels = channels, PredictedChannels = channels, GivenFrames = GivenFrames };
            settings.Check();
            return settings;
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException)
        {
            throw new RunException($"The spec's settings.sizes are not those of a DPOT for {resolution} x {resolution} points: {(wrong is JsonException json ? RunSpec.Plainly(json) : wrong.Message.Split(" (Parameter '")[0].TrimEnd('.'))}.", wrong);
        }
    }
}

/// <summary>Settings of a run of kind "fno1d"; <see cref="RunSpec.Settings"/> holds them.</summary>
public sealed record FnoSettings
{
    /// <inheritdoc cref="PdeSettings.TestRows"/>
    public int TestRows { get; init; } = 64;

    /// <inheritdoc cref="PdeSettings.GivenFrames"/>
    public int GivenFrames { get; init; } = 10;

    /// <inheritdoc cref="PdeSettings.Frames"/>
    public int Frames { get; init; } = 21;

    /// <inheritdoc cref="PdeSettings.SpaceStride"/>
    public int SpaceStride { get; init; } = 1;

    /// <inheritdoc cref="PdeSettings.TimeStride"/>
    public int TimeStride { get; init; } = 1;

    /// <inheritdoc cref="PdeSettings.Modes"/>
    public int Modes { get; init; } = 12;

    /// <inheritdoc cref="PdeSettings.Width"/>
    public int Width { get; init; } = 20;

    /// <summary>Train on raw fields, as released, instead of fields standardised per channel.</summary>
    public bool Raw { get; init; }

    /// <inheritdoc cref="PdeSettings.ValidateEvery"/>
    public int ValidateEvery { get; init; } = 2;

    /// <summary>Reads the settings of a spec, defaults filled in.</summary>
    /// <exception cref="RunException">A setting is unknown, of the wrong type or out of range.</exception>
    public static FnoSettings Of(RunSpec spec)
    {
        var settings = PdeSettings.Read<FnoSettings>(spec);
        PdeSettings.Of(spec); // the same rules
        return settings;
    }
}
