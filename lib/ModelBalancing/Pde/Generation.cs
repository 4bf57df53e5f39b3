// Makes a data file in PDEBench's layout: draws first frames, runs them, keeps what is sound, and can be interrupted.
using System.Diagnostics;
using System.Security.Cryptography;
using System.Runtime.InteropServices;
using System.Text.Json;
using ModelBalancing.Checkpoints;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde;

/// <summary>How a generation is carried out; nothing here changes what is generated.</summary>
public sealed record GenerationRun
{
    /// <summary>Samples computed at a time.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Told after every finished sample, with the time left.</summary>
    public IProgress<SampleProgress>? Progress { get; init; }

    /// <summary>Stops; what is finished stays in the unfinished file.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Families with a group a seed: the filter of the finished file; null: none, and one that is there stays as it is.</summary>
    public GroupCompression? Compression { get; init; }

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

/// <summary>Generates data files.</summary>
public static class Generation
{
    private const int SmallestBlock = 8;
    private const double EmptyDensity = 1e-6;

    // Values in memory at a time, about; a block has at least a sample a thread.
    private const long BlockValues = 1 << 26;

    /// <summary>The specification's file in the cache, made where it is missing.</summary>
    /// <param name="spec">What.</param>
    /// <param name="cancellation">Stops; the next call goes on.</param>
    /// <inheritdoc cref="Run"/>
    public static GenerationResult InCache(DataSpec spec, CancellationToken cancellation = default) =>
        Run(spec, Path.Combine(Directory.CreateDirectory(Folders.Cache).FullName, spec.CacheName), new GenerationRun { Cancellation = cancellation });

    /// <summary>Generates the file, or goes on with an interrupted generation of the same specification.</summary>
    /// <param name="spec">What.</param>
    /// <param name="path">The file to make; its folder must exist.</param>
    /// <param name="run">How; null: the defaults.</param>
    /// <returns>What was done. Equal specifications give equal fields, whatever the threads and the interruptions.</returns>
    /// <remarks>Samples are drawn in order; one that holds NaN, that repeats an earlier first frame, or (flows) whose second-last frame is empty is
    /// dropped and the next is drawn (the merging rule of PDEBench's Data_Merge.py, and duplicates).</remarks>
    /// <exception cref="PdeFileException">The file exists and was made otherwise, or cannot be written.</exception>
    /// <exception cref="ArgumentException">The specification is not possible.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; run it again to go on.</exception>
    public static GenerationResult Run(DataSpec spec, string path, GenerationRun? run = null)
    {
        run ??= new GenerationRun();
        spec.Check();
        path = Path.GetFullPath(path);
        var clock = Stopwatch.StartNew();
        if (File.Exists(path) && !run.Overwrite)
        {
            if (spec.Made(PdeFile.Info(path).Origin))
            {
                Compress(path, run);
                return new GenerationResult(path, spec.Samples, [], 0, true, clock.Elapsed);
            }
            throw new PdeFileException($"{path} exists and was made otherwise; choose another file (--out) or replace it (--overwrite).");
        }

        var layout = spec.Layout();
        if (run.Compression is not null && layout is not SeedGroupLayout)
            throw new ArgumentException("Only families with a group a seed (diffusion-reaction, dam break) are compressed.");
        var origin = spec.ToOrigin();
        var state = Interrupted(path, spec);
        using var writer = state is null ? PdeWriter.Create(path, layout, keepPartial: true) : PdeWriter.Continue(path, layout, state.Written);
        state ??= new GenerationState { Origin = origin };
        var resumed = state.Written;
        var known = state.FirstFrames.ToHashSet();
        var largest = (int)Math.Clamp(BlockValues / Math.Max(1, spec.ValuesPerSample), run.Threads, int.MaxValue);
        try
        {
            while (state.Written < spec.Samples)
            {
                if (state.Drawn > 2 * spec.Samples + 100)
                    throw new PdeFileException($"More than half of the {state.Drawn} drawn samples broke down ({state.Dropped[^1].Reason}); the settings are not solvable.");
                var block = Math.Min(Math.Min(Math.Max(SmallestBlock, 4 * run.Threads), largest), spec.Samples - state.Written);
                var fields = spec.Solve(state.Drawn, block, Told(run, spec.Samples, clock, resumed, state.Written));
                var kept = Keep(spec, fields, state, known);
                writer.Append(kept.Length == fields.Samples ? fields : fields.SamplesAt(kept));
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
        Compress(path, run);
        return new GenerationResult(path, state.Drawn, state.Dropped, resumed, false, clock.Elapsed);
    }

    private static void Compress(string path, GenerationRun run)
    {
        if (run.Compression is { } wanted && !CompressedGroups.Has(PdeFile.Info(path), wanted))
            CompressedGroups.Replace(path, wanted, run.Cancellation);
    }

    // A block's run, whose progress is that of the whole file.
    private static FlowRun Told(GenerationRun run, int samples, Stopwatch clock, int resumed, int written) => new()
    {
        Threads = run.Threads,
        Cancellation = run.Cancellation,
        Progress = run.Progress is null ? null : new Relay(p =>
        {
            var done = Math.Min(written + p.Done, samples);
            var made = Math.Max(1, done - resumed);
            run.Progress.Report(new SampleProgress(done, samples, clock.Elapsed, clock.Elapsed * ((samples - done) / (double)made)));
        }),
    };

    private static int[] Keep(DataSpec spec, Trajectories<float> fields, GenerationState state, HashSet<string> known)
    {
        var kept = new List<int>();
        for (var s = 0; s < fields.Samples; s++)
        {
            var reason = WhyDropped(spec, fields, s);
            if (reason is null)
            {
                var fingerprint = Fingerprint(fields, s);
                if (!spec.DropsRepeats || known.Add(fingerprint))
                {
                    if (spec.DropsRepeats)
                        state.FirstFrames.Add(fingerprint);
                    kept.Add(s);
                    continue;
                }
                reason = "its first frame repeats an earlier sample's";
            }
            state.Dropped.Add(new DroppedSample(state.Drawn + s, reason));
        }
        return [.. kept];
    }

    private static string? WhyDropped(DataSpec spec, Trajectories<float> fields, int sample)
    {
        for (var c = 0; c < fields.Channels.Count; c++)
            for (var f = 0; f < fields.Frames; f++)
                foreach (var value in fields.Frame(c, sample, f))
                    if (!float.IsFinite(value))
                        return "it holds values that are not finite";
        if (!spec.DropsEmpty)
            return null;
        var total = 0.0;
        foreach (var value in fields.Frame(0, sample, Math.Max(0, fields.Frames - 2)))
            total += Math.Abs(value);
        return total <= EmptyDensity ? "its second-last frame is empty" : null;
    }

    private static string Fingerprint(Trajectories<float> fields, int sample)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var c = 0; c < fields.Channels.Count; c++)
            hash.AppendData(MemoryMarshal.AsBytes(fields.Frame(c, sample, 0)));
        return Convert.ToHexString(hash.GetHashAndReset()[..8]);
    }

    private static string StateOf(string path) => path + ".state.partial";

    // The state of an interrupted generation of the same specification whose unfinished file is there, else null.
    private static GenerationState? Interrupted(string path, DataSpec spec)
    {
        if (!File.Exists(StateOf(path)) || !File.Exists(PdeWriter.PartialOf(path)))
            return null;
        try
        {
            var state = JsonSerializer.Deserialize<GenerationState>(File.ReadAllText(StateOf(path)), DataSpec.Json);
            return state is not null && spec.Made(state.Origin) && spec.Made(PdeFile.Info(PdeWriter.PartialOf(path)).Origin) ? state : null;
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

    public void Save(string path) => AtomicFile.Replace(path, stream => JsonSerializer.Serialize(stream, this, DataSpec.Json));
}
