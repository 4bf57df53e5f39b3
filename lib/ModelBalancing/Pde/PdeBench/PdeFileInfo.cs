// What a PDE data file says about itself.
namespace ModelBalancing.Pde.PdeBench;

/// <summary>The families of data that PDEBench publishes, and anything else in one of its layouts.</summary>
public enum PdeFamily
{
    /// <summary>Compressible Navier-Stokes in one to three dimensions: <c>density</c>, <c>pressure</c>, <c>Vx</c>...</summary>
    CompressibleFlow,

    /// <summary>1D advection: <c>tensor</c>, attribute <c>beta</c>.</summary>
    Advection,

    /// <summary>1D Burgers: <c>tensor</c>, attribute <c>Nu</c>.</summary>
    Burgers,

    /// <summary>1D reaction-diffusion: <c>tensor</c>, attributes <c>Nu</c> and <c>rho</c>.</summary>
    ReactionDiffusion,

    /// <summary>Darcy flow: <c>tensor</c> and <c>nu</c>, attribute <c>beta</c>.</summary>
    Darcy,

    /// <summary>2D diffusion-reaction: a group a seed, <c>data</c> with two channels last.</summary>
    DiffusionReaction,

    /// <summary>Radial dam break (shallow water): a group a seed, <c>data</c> with one channel last.</summary>
    DamBreak,

    /// <summary>1D diffusion-sorption: a group a seed, <c>data</c> on a line with one channel last. Read, not solved.</summary>
    DiffusionSorption,

    /// <summary>Fields (sample, time, space...) of another equation or another set of channels. Read, not solved.</summary>
    Other,
}

/// <summary>What a data file says about itself.</summary>
/// <param name="Path">The file.</param>
/// <param name="Family">Its family.</param>
/// <param name="Channels">Names of the channels, in the order of PDEBench's loaders.</param>
/// <param name="Samples">Number of samples.</param>
/// <param name="Frames">Frames of each.</param>
/// <param name="Shape">Cells of every axis of space.</param>
/// <param name="Coordinates">Cell centres of every axis; null where the file has none.</param>
/// <param name="T">Times of the frames: an extra last entry is dropped. Null when the file has none.</param>
/// <param name="IsDouble">Fields are float64 instead of the published float32.</param>
/// <param name="Parameters">Numbers from attributes, and from the text <c>config</c> of the first seed's group.</param>
/// <param name="Groups">Names of the seeds' groups; empty when the file has none.</param>
/// <param name="Origin">How the file was made, when the workbook made it: JSON text; else null.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Storage">How the values lie in the file: <c>contiguous</c>, or <c>chunked</c> and its filters, such as <c>chunked (shuffle, lzf)</c>.</param>
/// <param name="Others">Other data sets in the root group, which are not read.</param>
public sealed record PdeFileInfo(string Path, PdeFamily Family, IReadOnlyList<string> Channels, int Samples, int Frames, IReadOnlyList<int> Shape,
    IReadOnlyList<double[]?> Coordinates, double[]? T, bool IsDouble, IReadOnlyDictionary<string, double> Parameters, IReadOnlyList<string> Groups, string? Origin, long Bytes,
    string Storage = "contiguous", IReadOnlyList<string>? Others = null)
{
    /// <summary>Cells of a frame.</summary>
    public long Cells => Shape.Aggregate(1L, (product, n) => product * n);

    /// <summary>Time between two frames; null when the file has no times or only one frame.</summary>
    public double? Interval => T is { Length: > 1 } ? (T[^1] - T[0]) / (T.Length - 1) : null;

    /// <summary>A parameter by name, or null.</summary>
    public double? Parameter(string name) => Parameters.TryGetValue(name, out var value) ? value : null;
}
