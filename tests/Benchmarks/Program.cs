// ./workbook bench: ours and the peer in turns, the medians and their ratio (ours/peer, smaller is better).
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ModelBalancing.Benchmarks;
using ModelBalancing.Models;
using TorchSharp;
using static TorchSharp.torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is [RunIndexBenchmark.ChildArgument, var runs])
{
    Console.WriteLine(RunIndexBenchmark.Table(runs));
    return 0;
}
string[] known =
[
    "fno1d-step", "fno2d-step", "unet2d-step", "spectral", "add-10", "add-10-backward",
    "matmul-64", "memory", "esd-exact", "esd-exact-corrected", "esd-approximate", "run-index",
    "pde-1d", "pde-2d", "pde-loader", "roberta-step", "roberta-dynamic", "roberta-bfloat16",
    "tokenizer-roberta", "tokenizer-bert",
];
bool json = args.Contains("--json");
int threads = 1, rounds = 10;
var wanted = new List<string>();
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--json")
        continue;
    if (args[i] == "--processor-time")
    {
        Clock.Processor = true; // of the training steps: on a shared machine it tells more
        continue;
    }
    if (args[i] == "--rounds" && i + 1 < args.Length && int.TryParse(args[i + 1], out int pairs) && pairs > 0)
    {
        (rounds, i) = (pairs, i + 1); // of the fine-tuning step, which takes ten seconds and more
        continue;
    }
    if (args[i] == "--threads" && i + 1 < args.Length && int.TryParse(args[i + 1], out threads) && threads > 0)
        i++;
    else if (known.Contains(args[i]))
        wanted.Add(args[i]);
    else if (known.Contains($"{args[i]}-step"))
        wanted.Add($"{args[i]}-step");
    else
    {
        Console.Error.WriteLine($"There is no benchmark '{args[i]}'; known are {string.Join(", ", known)}; options are --json, --threads N, --rounds N and --processor-time.");
        return 2;
    }
}
// OpenBLAS reads its threads when it is loaded, before any code of ours could set them.
if (Environment.GetEnvironmentVariable("OPENBLAS_NUM_THREADS") is null)
{
    var again = new ProcessStartInfo(Environment.ProcessPath!, Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Peer).Assembly.Location, .. args] : args);
    again.Environment["OPENBLAS_NUM_THREADS"] = again.Environment["OMP_NUM_THREADS"] = threads.ToString();
    using var child = Process.Start(again)!;
    child.WaitForExit();
    return child.ExitCode;
}
set_num_threads(threads);

var results = new List<Result>();
try
{
    foreach (string name in wanted.Count > 0 ? wanted : [.. known.Where(name => name != "pde-loader")]) // that one writes gigabytes: by name only
        switch (name)
        {
            case "fno1d-step" or "fno2d-step" or "unet2d-step":
                string which = name[..^"-step".Length];
                using (var step = PdeStep.Of(which))
                using (var peer = Peer.Start("pde_step.py", threads))
                    results.Add(which == "fno1d" ? InTurns(name, rounds: 12, step.Time, count => peer.Ask($"{which} {count}"), perRound: 3, peer.Name)
                        : InTurns(name, rounds: 10, step.Time, count => peer.Ask($"{which} {count}"), perRound: 1, peer.Name));
                break;
            case "spectral":
                results.AddRange(SpectralPathBenchmark.Run(threads));
                break;
            case "add-10":
                using (var peer = Peer.Start("add_matmul.py", threads))
                    results.Add(InTurns(name, rounds: 10, SmallOperators.Add, count => peer.Ask($"add {count}"), perRound: 5, peer.Name));
                break;
            case "add-10-backward":
                using (var peer = Peer.Start("add_matmul.py", threads))
                    results.Add(InTurns(name, rounds: 10, SmallOperators.AddBackward, count => peer.Ask($"add-backward {count}"), perRound: 5, peer.Name));
                break;
            case "matmul-64":
                using (var peer = Peer.Start("add_matmul.py", threads))
                    results.Add(InTurns(name, rounds: 10, SmallOperators.Matmul, count => peer.Ask($"matmul {count}"), perRound: 5, peer.Name));
                break;
            case "esd-exact" or "esd-exact-corrected" or "esd-approximate":
                results.Add(Spectra(name));
                break;
            case "pde-1d" or "pde-2d":
                results.Add(Flow(name));
                break;
            case "roberta-step" or "roberta-dynamic" or "roberta-bfloat16":
                if (results.Exists(result => result.Name.StartsWith("roberta", StringComparison.Ordinal)))
                    break; // all of them that are wanted share one model and one peer
                results.AddRange(Roberta([.. (wanted.Count > 0 ? wanted : [.. known]).Where(one => one.StartsWith("roberta", StringComparison.Ordinal))]));
                break;
            case "run-index":
                results.AddRange(RunIndex());
                break;
            case "pde-loader":
                using (var loader = new PdeLoaderBenchmark(PdeLoaderBenchmark.Gigabytes))
                    foreach (var result in loader.Run(threads)) // minutes apart: told as they come
                    {
                        Console.Error.WriteLine($"{result.Name}: {result.Ours:g4} {result.Unit}, {result.Against}");
                        results.Add(result);
                    }
                break;
            case "tokenizer-roberta" or "tokenizer-bert":
                results.Add(Tokenizing(name));
                break;
            default:
                results.Add(Memory());
                break;
        }
}
catch (PeerException missing)
{
    Console.Error.WriteLine(missing.Message);
    return 1;
}
if (json)
    Console.WriteLine(JsonSerializer.Serialize(results, new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true }));
else
    foreach (var r in results)
        Console.WriteLine($"{r.Name,-16} ours {r.Ours,10:g4} {r.Unit}, {r.Against} {r.Peer,10:g4} {r.Unit}, ratio {r.Ratio:f3} (engine {ModelBalancing.Engine.Name}, {r.Threads} thread{(r.Threads == 1 ? "" : "s")})");
return 0;

Result InTurns(string name, int rounds, Func<int, double[]> ours, Func<int, double[]> theirs, int perRound, string peer)
{
    ours(2 * perRound); // both warm up
    theirs(2 * perRound);
    var (mine, other) = (new List<double>(), new List<double>());
    for (int round = 0; round < rounds; round++)
    {
        mine.AddRange(ours(perRound));
        other.AddRange(theirs(perRound));
    }
    double a = Median(mine), b = Median(other);
    return new Result(name, a, b, "s", a / b, peer, threads);
}

// Data generation, seconds of the processor a sample and interval between frames; whole runs go to standard error.
Result Flow(string name)
{
    using var flow = new FlowBenchmark(name == "pde-1d" ? 1 : 2);
    using var peer = Peer.Start("flow_numpy.py", threads: 1);
    flow.WholeRun(); // warms up until the compiler has done its best
    var (ours, theirs) = (new List<double>(), new List<double>());
    for (int round = 0; round < 3; round++)
    {
        ours.AddRange(flow.Ours(3));
        theirs.AddRange(flow.Theirs(peer, 1));
    }
    Console.Error.WriteLine($"{name}: the peer's fields differ from ours by {flow.Difference():g2} at most");
    var (single, wide) = flow.WholeRun();
    Console.Error.WriteLine($"{name}: all frames, mean of 8 seeds, one core: {single:f3} s a sample in float32, {wide:f3} s in float64");
    double a = Median(ours), b = Median(theirs);
    return new Result(name, a, b, "s", a / b, peer.Name, 1);
}

// 72 matrices of RoBERTa-base's shapes; the differences of alpha go to standard error.
Result Spectra(string name)
{
    using var spectra = new SpectraBenchmark(name == "esd-approximate" ? ModelBalancing.Spectra.EigenvalueMethod.Approximate : ModelBalancing.Spectra.EigenvalueMethod.Gram,
        name == "esd-exact-corrected" ? ModelBalancing.Spectra.Fidelity.Corrected : ModelBalancing.Spectra.Fidelity.ReleasedText with { TailPosition = 2 }, Math.Max(threads, 1));
    var (largest, mean, bar) = spectra.Differences();
    Console.Error.WriteLine($"{name}: |Δalpha| at most {largest:g3}, mean {mean:g3}; mean error bar {bar:g3}");
    spectra.Ours(1);
    double Processor(Action work)
    {
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        work();
        self.Refresh();
        return (self.TotalProcessorTime - before).TotalSeconds;
    }
    // On a shared machine the processor time tells more than the clock.
    var (mineUsed, svdUsed) = (Processor(() => spectra.Ours(1)), Processor(() => spectra.Svd(1)));
    Console.Error.WriteLine($"{name}: processor time {mineUsed:f2} s, SVD {svdUsed:f2} s, ratio {mineUsed / svdUsed:f3}");
    var (ours, svd) = (new List<double>(), new List<double>());
    for (int round = 0; round < 2; round++)
    {
        ours.AddRange(spectra.Ours(1));
        svd.AddRange(spectra.Svd(1));
    }
    double a = Median(ours), b = Median(svd);
    return new Result(name, a, b, "s", a / b, "SVD a matrix", threads);
}

// Lines to ids; first whether ids agree, which goes to standard error with the lines a second.
Result Tokenizing(string name)
{
    using var bench = new TokenizerBenchmark(name["tokenizer-".Length..], threads);
    var (compared, differing, unexplained) = bench.Compare();
    Console.Error.WriteLine($"{name}: of {compared} varied lines {differing} differ from {bench.PeerName}, {unexplained} of them for no known reason");
    if (unexplained > 0)
        throw new PeerException($"{name}: ids differ for no known reason, so times mean nothing.");
    bench.LoadLines();
    var result = InTurns(name, rounds: 5, bench.Ours, bench.Theirs, perRound: 1, bench.PeerName);
    Console.Error.WriteLine($"{name}: {bench.Count / result.Ours:f0} lines a second (first pass {bench.Count / bench.FirstPass():f0}), {bench.PeerName} {bench.Count / result.Peer:f0} ({bench.Source})");
    return result;
}

// The table over 20,000 runs; the first line is a process from its start to its end.
IEnumerable<Result> RunIndex()
{
    using var runs = new RunIndexBenchmark();
    double rebuilt = runs.Rebuild(), files = runs.FilesOnly();
    runs.NewProcess();
    var (fresh, same) = (new List<double>(), new List<double>());
    for (int round = 0; round < 5; round++)
    {
        fresh.Add(runs.NewProcess());
        same.Add(runs.SameProcess());
    }
    Result Against(string way, double seconds) => new($"run-index-{way}", seconds, files, "s", seconds / files, "reading every file", threads);
    return [Against("new-process", Median(fresh)), Against("same-process", Median(same)), Against("rebuild", rebuilt)];
}

// Ours and the peer's step in turns, one kind after the other: a long step right after a short one takes longer than after one like itself. Times of all pairs and peak memory go to standard error.
IEnumerable<Result> Roberta(string[] names)
{
    using var ours = new RobertaBenchmark();
    using var peer = Peer.Start("roberta_step.py", threads);
    var results = new List<Result>();
    foreach (string name in names)
    {
        ours.Time(name, 1);
        peer.Ask("roberta 1");
        var (mine, theirs) = (new List<double>(), new List<double>());
        for (int round = 0; round < rounds; round++)
        {
            mine.AddRange(ours.Time(name, 1));
            theirs.AddRange(peer.Ask("roberta 1"));
        }
        Console.Error.WriteLine($"{name}, ours/peer in s: {string.Join(", ", mine.Zip(theirs, (a, b) => $"{a:f2}/{b:f2}"))}");
        double a = Median(mine), b = Median(theirs);
        results.Add(new Result(name, a, b, "s", a / b, peer.Name, threads));
    }
    Console.Error.WriteLine($"roberta: peak memory {RobertaBenchmark.PeakMegabytes():f0} MB, the peer's {peer.Ask("memory")[0]:f0} MB");
    return results;
}

// Resident set after 400 and after 2,000 training steps: 1 means flat.
Result Memory()
{
    using var step = new PdeStep(new Fno1d(3, 10), [32], fields: 3, batch: 4, frames: 12);
    double Megabytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64 / 1e6;
    }
    step.Time(400);
    double before = Megabytes();
    step.Time(1600);
    double after = Megabytes();
    return new Result("memory", after, before, "MB", after / before, "after 400 steps", threads);
}

static double Median(List<double> values)
{
    values.Sort();
    return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
}

/// <summary>One benchmark: medians and their ratio.</summary>
internal sealed record Result(string Name, double Ours, double Peer, string Unit, double Ratio, string Against, int Threads);

/// <summary>The cost of a small call.</summary>
internal static class SmallOperators
{
    public static double[] Add(int count)
    {
        using var a = ones(10);
        using var b = ones(10);
        return Blocks(count, 2000, () => (a + b).Dispose());
    }

    public static double[] AddBackward(int count)
    {
        using var a = ones(10, requires_grad: true);
        using var b = ones(10, requires_grad: true);
        return Blocks(count, 500, () =>
        {
            using var scope = NewDisposeScope();
            a.grad = b.grad = null;
            (a + b).sum().backward();
        });
    }

    public static double[] Matmul(int count)
    {
        using var x = randn(64, 64, requires_grad: true);
        using var y = randn(64, 64, requires_grad: true);
        return Blocks(count, 100, () =>
        {
            using var scope = NewDisposeScope();
            x.grad = y.grad = null;
            x.matmul(y).sum().backward();
        });
    }

    private static double[] Blocks(int count, int calls, Action call)
    {
        var seconds = new double[count];
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int c = 0; c < calls; c++)
                call();
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
        }
        return seconds;
    }
}
