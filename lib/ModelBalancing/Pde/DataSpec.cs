// What every generated data set has in common.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde;

/// <summary>A data set that can be generated; its JSON is the record in the file.</summary>
public abstract record DataSpec
{
    /// <summary>Samples in the file.</summary>
    public int Samples { get; init; } = 128;

    /// <summary>Cells along every axis.</summary>
    public int Points { get; init; } = 64;

    /// <summary>Frames, the first one included.</summary>
    public int Frames { get; init; } = 21;

    /// <summary>Time between frames.</summary>
    public double Interval { get; init; } = 0.05;

    /// <summary>Seed of the first frames.</summary>
    public long Seed { get; init; }

    /// <summary>Compute in float32 as the public files were; default float64, rounded when stored.</summary>
    public bool SinglePrecision { get; init; }

    /// <summary>A name in PDEBench's manner, with the number of points.</summary>
    [JsonIgnore]
    public abstract string FileName { get; }

    /// <summary>The file's name in the cache: number of samples, seed and <see cref="FileName"/>, such as <c>256x1D_CFD_Rand_Eta0.01_Zeta0.01_periodic_64.hdf5</c>.</summary>
    [JsonIgnore]
    public string CacheName => $"{(Seed == 0 ? "" : $"seed{Seed}_")}{Samples}x{FileName}";

    /// <summary>This specification as the JSON text that is stored in the file.</summary>
    public string ToOrigin() => JsonSerializer.Serialize(this, GetType(), Json);

    /// <summary>Whether a file with this record was made by this specification.</summary>
    public virtual bool Made(string? origin) => origin == ToOrigin();

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is outside its range; the sentence names it.</exception>
    internal virtual void Check()
    {
        if (Samples < 1 || Points < 4 || Frames < 1 || !(Interval > 0))
            throw new ArgumentException($"{Samples} samples, {Points} points, {Frames} frames and an interval of {Interval} were asked for; expected at least 1, 4 and 1, and a positive time.");
    }

    /// <summary>The file's layout.</summary>
    internal abstract PdeLayout Layout();

    /// <summary>Draws samples and solves them: the frames as they are stored.</summary>
    internal abstract Trajectories<float> Solve(long first, int count, FlowRun run);

    /// <summary>Values of one sample, for the size of blocks.</summary>
    internal virtual long ValuesPerSample => (long)Frames * Trajectories<float>.Product(Layout() is ContiguousLayout layout ? [layout.Arrays.Count, .. layout.Arrays[0].SampleShape.Skip(1)] : [3, Points, Points]);

    /// <summary>Drop a sample whose second-last frame of the first channel is empty (Data_Merge.py's rule for flows).</summary>
    [JsonIgnore]
    internal virtual bool DropsEmpty => false;

    /// <summary>Drop a sample that begins like an earlier one.</summary>
    [JsonIgnore]
    internal virtual bool DropsRepeats => true;

    internal static JsonSerializerOptions Json { get; } = new() { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, Converters = { new JsonStringEnumConverter() } };

    // Small viscosities as 1e-8, others as they are.
    private protected static string Text(double value) => value is > 0 and < 1e-4 ? value.ToString("0.#e0", CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture);

    private protected static string Text(FlowBoundary boundary) => boundary switch { FlowBoundary.Periodic => "periodic", FlowBoundary.Transparent => "trans", _ => "KHI" };

    private protected static Coordinate Axis(string name, double min, double max, int points) => new($"{name}-coordinate", PdeLayout.CellCentres(min, max, points));

    private protected Coordinate Clock() => new("t-coordinate", PdeLayout.Times(Frames + 1, Interval));
}
