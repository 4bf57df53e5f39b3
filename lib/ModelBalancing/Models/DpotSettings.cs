// The sizes of DPOT, the published ones by name.
namespace ModelBalancing.Models;

/// <summary>Sizes of a <see cref="Dpot"/>; the defaults are those of the Tiny model for four fields.</summary>
public sealed record DpotSettings
{
    /// <summary>Points of each axis; a multiple of <see cref="Patch"/>.</summary>
    public int Resolution { get; init; } = 128;

    /// <summary>Points of a patch's side, p.</summary>
    public int Patch { get; init; } = 8;

    /// <summary>Fields given a frame, C.</summary>
    public int Channels { get; init; } = 4;

    /// <summary>Fields predicted a frame; the same as <see cref="Channels"/> for roll-outs.</summary>
    public int PredictedChannels { get; init; } = 4;

    /// <summary>Frames given, T.</summary>
    public int GivenFrames { get; init; } = 10;

    /// <summary>Frames predicted in one pass.</summary>
    public int PredictedFrames { get; init; } = 1;

    /// <summary>Width W.</summary>
    public int Width { get; init; } = 512;

    /// <summary>Number of blocks, L.</summary>
    public int Depth { get; init; } = 4;

    /// <summary>Groups of channels that a Fourier filter mixes among themselves; divides the width.</summary>
    public int Groups { get; init; } = 4;

    /// <summary>Lowest rows and columns of the spectrum that are filtered; the rest is dropped.</summary>
    public int Modes { get; init; } = 32;

    /// <summary>Width of a block's hidden layer over <see cref="Width"/>.</summary>
    public int MlpRatio { get; init; } = 1;

    /// <summary>Data sets that the classification head tells apart.</summary>
    public int Classes { get; init; } = 12;

    /// <summary>Channels of the output layers.</summary>
    public int OutputWidth { get; init; } = 32;

    /// <summary>Whether every sample is normalised by its own mean and deviation; false in every published model.</summary>
    public bool Normalize { get; init; }

    /// <summary>The published model of 7.5 million parameters.</summary>
    public static DpotSettings Tiny { get; } = new();

    /// <summary>The published model of 31 million parameters.</summary>
    public static DpotSettings Small { get; } = new() { Width = 1024, Depth = 6, Groups = 8 };

    /// <summary>The published model of 122 million parameters.</summary>
    public static DpotSettings Medium { get; } = Small with { Depth = 12, MlpRatio = 4 };

    /// <summary>The published model of 509 million parameters.</summary>
    /// <remarks>The width of its output layers is inferred: with 128, and not with 32, the published counts of Large and Huge come out.</remarks>
    public static DpotSettings Large { get; } = new() { Width = 1536, Depth = 24, Groups = 16, MlpRatio = 4, OutputWidth = 128 };

    /// <summary>The published model of 1.03 billion parameters.</summary>
    public static DpotSettings Huge { get; } = new() { Width = 2048, Depth = 27, Groups = 8, MlpRatio = 4, OutputWidth = 128 };

    /// <summary>The published sizes by name.</summary>
    public static IReadOnlyDictionary<string, DpotSettings> Named { get; } = new Dictionary<string, DpotSettings>(StringComparer.OrdinalIgnoreCase)
    {
        ["tiny"] = Tiny, ["small"] = Small, ["medium"] = Medium, ["large"] = Large, ["huge"] = Huge,
    };

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentException">One is not positive or does not divide another; the message names it.</exception>
    internal void Check()
    {
        foreach (var (size, name) in new[] { (Resolution, "resolution"), (Patch, "patch"), (Channels, "channels"), (PredictedChannels, "predictedChannels"), (GivenFrames, "givenFrames"), (PredictedFrames, "predictedFrames"), (Width, "width"), (Depth, "depth"), (Groups, "groups"), (Modes, "modes"), (MlpRatio, "mlpRatio"), (Classes, "classes"), (OutputWidth, "outputWidth") })
            if (size < 1)
                throw new ArgumentException($"{name}: must be at least 1, is {size}.", name);
        if (Resolution % Patch != 0)
            throw new ArgumentException($"resolution: must be a multiple of the patch of {Patch}, is {Resolution}.", "resolution");
        if (Width % Groups != 0 || Width % Dpot.NormGroups != 0)
            throw new ArgumentException($"width: must be a multiple of the {Groups} groups and of {Dpot.NormGroups}, is {Width}.", "width");
    }
}
