// Makes a PDEBench 1D CFD file: draws first frames, runs them, keeps what is sound, and can be interrupted.
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using ModelBalancing.Checkpoints;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde;

/// <summary>What is generated; defaults give PDEBench's viscous periodic set at a size for two cores.</summary>
public sealed record GenerationSpec
{
    /// <summary>Family of the first frames.</summary>
    public InitialStates States { get; init; } = InitialStates.Rand;

    /// <summary>Trajectories in the file.</summary>
    public int Samples { get; init; } = 128;

    /// <summary>Cells; the public files have 1024.</summary>
    public int Points { get; init; } = 64;

    /// <summary>Frames, the first one included; 21 with <see cref="Interval"/> 0.05 end at t = 1.</summary>
    public int Frames { get; init; } = 21;

    /// <summary>Time between frames; the public files have 0.01 and are read with a stride of 5.</summary>
    public double Interval { get; init; } = 0.05;

    /// <summary>Seed of the first frames.</summary>
    public long Seed { get; init; }

    /// <summary>Ratio of specific heats.</summary>
    public double Gamma { get; init; } = 5.0 / 3.0;

    /// <summary>Shear viscosity.</summary>
    public double Eta { get; init; } = 0.01;

    /// <summary>Bulk viscosity.</summary>
    public double Zeta { get; init; } = 0.01;

    /// <summary>Courant number.</summary>
    public double Cfl { get; init; } = 0.3;

    /// <summary>What lies beyond the ends.</summary>
    public FlowBoundary Boundary { get; init; } = FlowBoundary.Periodic;

    /// <summary>The scheme's variant.</summary>
    public CompressibleFlowScheme Scheme { get; init; } = CompressibleFlowScheme.Corrected;

    /// <summary>Compute in float32 as the public files were; default float64, rounded when stored.</summary>
    public bool SinglePrecision { get; init; }

    /// <summary>A name in PDEBench's manner, with the number of points: <c>1D_CFD_Rand_Eta0.01_Zeta0.01_periodic_64.hdf5</c>.</summary>
    [JsonIgnore]
    public string FileName => string.Create(CultureInfo.InvariantCulture,
        $"1D_CFD_{States}_Eta{Text(Eta)}_Zeta{Text(Zeta)}_{(Boundary == FlowBoundary.Periodic ? "periodic" : "trans")}_{Points}.hdf5");

    /// <summary>The solver's settings.</summary>
    [JsonIgnore]
    public FlowSettings Settings => new() { Gamma = Gamma, Eta = Eta, Zeta = Zeta, Cfl = Cfl, Boundary = Boundary, Scheme = Scheme };

    /// <summary>This specification as the JSON text that is stored in the file.</summary>
    public string ToOrigin() => JsonSerializer.Serialize(this, Json);

    /// <summary>The specification stored in a file, or null when there is none or it is not ours.</summary>
    public static GenerationSpec? FromOrigin(string? origin)
    {
        if (string.IsNullOrWhiteSpace(origin))
            return null;
        try
        {
            return JsonSerializer.Deserialize<GenerationSpec>(origin, Json) is { } spec ? spec with { Scheme = spec.Scheme.Current() } : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static JsonSerializerOptions Json { get; } = new() { Converters = { new JsonStringEnumConverter() } };

    private static string Text(double viscosity) => viscosity < 1e-4 ? viscosity.ToString("0.#e0", CultureInfo.InvariantCulture) : viscosity.ToString(CultureInfo.InvariantCulture);
}

/// <summary>How a generation is carried out; nothing here changes what is generated.</summary>
public sealed record GenerationRun
{
    /// <summary>Samples computed at a time.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Told after every finished sample, with the time left.</summary>
    public IProgress<SampleProgress>? Progress { get; init; }

    /// <summary>Stops; what is finished stays in the unfinished file.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Replace an existing file that was made otherwise; default: refuse.</summary>
    public bool Overwrite { get; init; }
}

/// <summary>A drawn sample that is not in the file.</summary>
/// <param name="Candidate">Its index among the drawn samples.</param>
/// <param name="Reason">Why.</param>
public sealed record DroppedSample(int Candidate, string Reason);

/// <summary>What a generation did.</summary>
/// <param name="Path">The file.</param>
/// <param name="Candidates">Samples drawn; more than the file holds when some were dropped.</param>
/// <param name="Dropped">Drawn samples left out.</param>
/// <param name="Resumed">Samples that an earlier, interrupted run had finished.</param>
/// <param name="Reused">The file was there already, made by the same specification.</param>
/// <param name="Elapsed">Time of this run.</param>
public sealed record GenerationResult(string Path, int Candidates, IReadOnlyList<DroppedSample> Dropped, int Resumed, bool Reused, TimeSpan Elapsed);

/// <summary>Generates 1D CFD files.</summary>
public static class Generation
{
    private const int SmallestBlock = 8;
    private const double EmptyDensity = 1e-6;

    /// <summary>Generates the file, or goes on with an interrupted generation of the same specification.</summary>
    /// <param name="spec">What.</param>
    /// <param name="path">The file to make; its folder must exist.</param>
    /// <param name="run">How; null: the defaults.</param>
    /// <returns>What was done. Equal specifications give equal fields, whatever the threads and the interruptions.</returns>
    /// <remarks>Samples are drawn in order; one that holds NaN, whose second-last frame is empty, or that repeats an earlier first frame is
    /// dropped and the next is drawn (the merging rule of PDEBench's Data_Merge.py, and duplicates).</remarks>
    /// <exception cref="PdeFileException">The file exists and was made otherwise, or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; run it again to go on.</exception>
    public static GenerationResult Run(GenerationSpec spec, string path, GenerationRun? run = null)
    {
        run ??= new GenerationRun();
        spec.Settings.Check();
        path = Path.GetFullPath(path);
        var clock = Stopwatch.StartNew();
        var origin = spec.ToOrigin();
        if (File.Exists(path) && !run.Overwrite)
        {
            if (GenerationSpec.FromOrigin(CfdFile.Info(path).Origin) == spec)
                return new GenerationResult(path, spec.Samples, [], 0, true, clock.Elapsed);
            throw new PdeFileException($"{path} exists and was made otherwise; choose another file (--out) or replace it (--overwrite).");
        }

        var header = new CfdHeader
        {
            Samples = spec.Samples, Frames = spec.Frames, Points = spec.Points, Interval = spec.Interval, Eta = spec.Eta, Zeta = spec.Zeta, Origin = origin,
        };
        var state = Interrupted(path, origin);
        using var writer = state is null ? CfdWriter.Create(path, header, keepPartial: true) : CfdWriter.Continue(path, header, state.Written);
        state ??= new GenerationState { Origin = origin };
        var resumed = state.Written;
        var known = state.FirstFrames.ToHashSet();
        try
        {
            while (state.Written < spec.Samples)
            {
                if (state.Drawn > 2 * spec.Samples + 100)
                    throw new PdeFileException($"More than half of the {state.Drawn} drawn samples broke down ({state.Dropped[^1].Reason}); the settings are not solvable.");
                var block = Math.Min(Math.Max(SmallestBlock, 4 * run.Threads), spec.Samples - state.Written);
                var fields = Solve(spec, state.Drawn, block, run, clock, resumed, state.Written);
                var kept = Keep(fields, state, known);
                writer.Append(fields.SamplesAt(kept));
                state.Written = writer.Written;
                state.Drawn += block;
                state.Save(StateOf(path));
            }
        }
        catch (IOException cause) when (state.Written > 0)
        {
            throw new PdeFileException($"{cause.Message} The {state.Written} finished samples are kept; run it again to go on.", cause);
        }
        writer.Complete();
        File.Delete(StateOf(path));
        return new GenerationResult(path, state.Drawn, state.Dropped, resumed, false, clock.Elapsed);
    }

    private static FlowFields1d<float> Solve(GenerationSpec spec, int first, int count, GenerationRun run, Stopwatch clock, int resumed, int written)
    {
        // The stored first frame is float32, so the run starts from exactly that: recomputing a file then shows rounding only.
        var start = RandomFields1d.Draw(spec.States, count, spec.Points, spec.Seed, first).As<float>();
        var flow = new FlowRun
        {
            Threads = run.Threads,
            Cancellation = run.Cancellation,
            Progress = run.Progress is null ? null : new Relay(p =>
            {
                var done = Math.Min(written + p.Done, spec.Samples);
                var made = Math.Max(1, done - resumed);
                run.Progress.Report(new SampleProgress(done, spec.Samples, clock.Elapsed, clock.Elapsed * ((spec.Samples - done) / (double)made)));
            }),
        };
        return spec.SinglePrecision
            ? CompressibleFlow1d.Evolve(start, spec.Settings, spec.Frames, spec.Interval, flow)
            : CompressibleFlow1d.Evolve(start.As<double>(), spec.Settings, spec.Frames, spec.Interval, flow).As<float>();
    }

    private static int[] Keep(FlowFields1d<float> fields, GenerationState state, HashSet<string> known)
    {
        var kept = new List<int>();
        for (var s = 0; s < fields.Samples; s++)
        {
            var reason = WhyDropped(fields, s);
            if (reason is null)
            {
                var fingerprint = Fingerprint(fields, s);
                if (known.Add(fingerprint))
                {
                    state.FirstFrames.Add(fingerprint);
                    kept.Add(s);
                    continue;
                }
                reason = "its first frame repeats an earlier sample's";
            }
            state.Dropped.Add(new DroppedSample(state.Drawn + s, reason));
        }
        return kept.ToArray();
    }

    private static string? WhyDropped(FlowFields1d<float> fields, int sample)
    {
        foreach (var channel in fields.Channels)
            foreach (var value in channel.AsSpan(sample * fields.Frames * fields.Points, fields.Frames * fields.Points))
                if (!float.IsFinite(value))
                    return "it holds values that are not finite";
        var total = 0.0;
        foreach (var value in fields.Row(fields.Density, sample, Math.Max(0, fields.Frames - 2)))
            total += Math.Abs(value);
        return total <= EmptyDensity ? "its second-last frame is empty" : null;
    }

    private static string Fingerprint(FlowFields1d<float> fields, int sample)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var channel in fields.Channels)
            hash.AppendData(MemoryMarshal.AsBytes(fields.Row(channel, sample, 0)));
        return Convert.ToHexString(hash.GetHashAndReset()[..8]);
    }

    private static string StateOf(string path) => path + ".state.partial";

    // The state of an interrupted generation of the same specification whose unfinished file is there, else null.
    private static GenerationState? Interrupted(string path, string origin)
    {
        if (!File.Exists(StateOf(path)) || !File.Exists(CfdWriter.PartialOf(path)))
            return null;
        try
        {
            var state = JsonSerializer.Deserialize<GenerationState>(File.ReadAllText(StateOf(path)), GenerationSpec.Json);
            return state?.Origin == origin && CfdFile.Info(CfdWriter.PartialOf(path)).Origin == origin ? state : null;
        }
        catch (Exception damaged) when (damaged is JsonException or PdeFileException)
        {
            return null;
        }
    }

    /// <summary>Called on the thread that reports, in order of completion.</summary>
    private sealed class Relay(Action<SampleProgress> report) : IProgress<SampleProgress>
    {
        public void Report(SampleProgress value) => report(value);
    }
}

/// <summary>How far an interrupted generation came; lies beside the unfinished file.</summary>
internal sealed class GenerationState
{
    public string Origin { get; set; } = "";
    public int Drawn { get; set; }
    public int Written { get; set; }
    public List<DroppedSample> Dropped { get; set; } = [];
    public List<string> FirstFrames { get; set; } = [];

    public void Save(string path) => AtomicFile.Replace(path, stream => JsonSerializer.Serialize(stream, this, GenerationSpec.Json));
}
