// ./workbook data: makes, describes and checks PDE data files.

using System.CommandLine;
using System.Globalization;
using ModelBalancing;
using ModelBalancing.Figures;
using ModelBalancing.Pde;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace Workbook.Commands;

/// <summary>The data commands: list, generate, inspect, recompute.</summary>
internal static class DataCommand
{
    private const string OneDimensionalFlow = "1d-cfd";

    internal static Command Create()
    {
        var command = new Command("data", "Makes, describes and checks data files.");
        command.Subcommands.Add(CreateList());
        command.Subcommands.Add(CreateGenerate());
        command.Subcommands.Add(CreateInspect());
        command.Subcommands.Add(CreateRecompute());
        return command;
    }

    private static Command CreateList()
    {
        var json = Json();
        var list = new Command("list", "Lists what can be generated and what lies in the cache.") { json };
        list.SetAction(parsed =>
        {
            var files = Directory.Exists(Folders.Cache)
                ? Directory.EnumerateFiles(Folders.Cache, "*.hdf5", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(CfdFile.Info).ToList()
                : [];
            if (parsed.GetValue(json))
                JsonOutput.Write(new { folder = Folders.Cache, generate = (string[])[OneDimensionalFlow], files = files.Select(Described) });
            else
            {
                Console.WriteLine($"can be generated: {OneDimensionalFlow} (1D compressible flow, PDEBench's layout)");
                foreach (var file in files) Console.WriteLine($"{file.Path}: {Shape(file)}");
                if (files.Count == 0) Console.WriteLine($"nothing yet in {Folders.Cache}");
            }

            return 0;
        });
        return list;
    }

    private static Command CreateGenerate()
    {
        var name = new Argument<string>("NAME") { Description = $"What to make: {OneDimensionalFlow}." };
        var samples = new Option<int>("--samples") { Description = "Trajectories.", DefaultValueFactory = _ => 128 };
        var resolution = new Option<int>("--resolution") { Description = "Grid points.", DefaultValueFactory = _ => 64 };
        var frames = new Option<int>("--frames") { Description = "Frames, the first one included; they end at t = 1.", DefaultValueFactory = _ => 21 };
        var seed = new Option<long>("--seed") { Description = "Seed of the first frames." };
        var eta = new Option<double>("--eta") { Description = "Shear viscosity.", DefaultValueFactory = _ => 0.01 };
        var zeta = new Option<double>("--zeta") { Description = "Bulk viscosity.", DefaultValueFactory = _ => 0.01 };
        var boundary = new Option<FlowBoundary>("--boundary") { Description = "What lies beyond the ends.", DefaultValueFactory = _ => FlowBoundary.Periodic };
        var states = new Option<InitialStates>("--states") { Description = "Family of the first frames.", DefaultValueFactory = _ => InitialStates.Rand };
        var fidelity = Fidelity();
        var output = new Option<string?>("--out") { Description = "The file to write; default: in the cache." };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace a file that was made otherwise." };
        var generate = new Command("generate", "Generates a data file; an interrupted generation continues.")
        {
            name, samples, resolution, frames, seed, eta, zeta, boundary, states, fidelity, output, overwrite,
        };
        generate.SetAction((parsed, cancellation) =>
        {
            if (parsed.GetValue(name) != OneDimensionalFlow)
                throw new UsageException($"'{parsed.GetValue(name)}' cannot be generated; what can is {OneDimensionalFlow}.");
            int Positive(Option<int> option, int least) => parsed.GetValue(option) is var value && value >= least
                ? value
                : throw new UsageException($"{option.Name} is {value}, but must be at least {least}.");
            var spec = new GenerationSpec
            {
                Samples = Positive(samples, 1), Points = Positive(resolution, 8), Frames = Positive(frames, 2), Interval = 1.0 / (parsed.GetValue(frames) - 1),
                Seed = parsed.GetValue(seed), Eta = parsed.GetValue(eta), Zeta = parsed.GetValue(zeta), Boundary = parsed.GetValue(boundary),
                States = parsed.GetValue(states), Scheme = Scheme(parsed.GetValue(fidelity)) ?? CompressibleFlowScheme.Corrected,
            };
            var path = parsed.GetValue(output) ?? Path.Combine(Directory.CreateDirectory(Folders.Cache).FullName, $"{(spec.Seed == 0 ? "" : $"seed{spec.Seed}_")}{spec.Samples}x{spec.FileName}");
            using var line = new ProgressLine("generating");
            var result = Generation.Run(spec, path, new GenerationRun
            {
                Cancellation = cancellation,
                Overwrite = parsed.GetValue(overwrite),
                Progress = new ImmediateProgress<SampleProgress>(progress => line.Show(progress.Done, progress.Total, progress.Left)),
            });
            line.Dispose();
            Console.WriteLine(result.Reused
                ? $"{result.Path} is there already, made by the same specification."
                : $"{result.Path}: {spec.Samples} trajectories in {Quantities.Duration(result.Elapsed)}"
                  + (result.Resumed > 0 ? $", {result.Resumed} of them from the interrupted run" : "")
                  + (result.Dropped.Count > 0 ? $"; {result.Dropped.Count} of {result.Candidates} drawn were dropped" : ""));
            return Task.FromResult(0);
        });
        return generate;
    }

    private static Command CreateInspect()
    {
        var file = new Argument<string>("FILE") { Description = "A PDEBench 1D CFD file." };
        var json = Json();
        var inspect = new Command("inspect", "Says what is in a data file.") { file, json };
        inspect.SetAction(parsed =>
        {
            var info = CfdFile.Info(parsed.GetValue(file)!);
            if (parsed.GetValue(json)) JsonOutput.Write(Described(info));
            else
            {
                Console.WriteLine($"{info.Path}: {Shape(info)}");
                Console.WriteLine($"  x      {info.X[0]:G6} to {info.X[^1]:G6}");
                Console.WriteLine(info.T is { } times ? $"  t      {times[0]:G6} to {times[^1]:G6}" : "  t      not in the file");
                foreach (var (attribute, value) in info.Attributes) Console.WriteLine($"  {attribute,-6} {value.ToString(CultureInfo.InvariantCulture)}");
                if (info.Origin is { } origin) Console.WriteLine($"  made by the workbook: {origin}");
            }

            return 0;
        });
        return inspect;
    }

    private static Command CreateRecompute()
    {
        var file = new Argument<string>("FILE") { Description = "A PDEBench 1D CFD file." };
        var samples = new Option<string?>("--samples") { Description = "Samples by index, such as 0,1; default: the first eight." };
        var boundary = new Option<FlowBoundary?>("--boundary") { Description = "Overrides what the file says." };
        var eta = new Option<double?>("--eta") { Description = "Overrides what the file says." };
        var zeta = new Option<double?>("--zeta") { Description = "Overrides what the file says." };
        var fidelity = Fidelity();
        var json = Json();
        var recompute = new Command("recompute", "Evolves a file's first frames by our solver and prints how far the other frames are from it.")
        {
            file, samples, boundary, eta, zeta, fidelity, json,
        };
        recompute.SetAction((parsed, cancellation) =>
        {
            using var line = new ProgressLine("recomputing");
            var report = Recompute.Of(parsed.GetValue(file)!, new RecomputeOptions
            {
                Samples = Indices(parsed.GetValue(samples)), Boundary = parsed.GetValue(boundary), Eta = parsed.GetValue(eta), Zeta = parsed.GetValue(zeta),
                Scheme = Scheme(parsed.GetValue(fidelity)),
                Run = new FlowRun
                {
                    Cancellation = cancellation,
                    Progress = new ImmediateProgress<SampleProgress>(progress => line.Show(progress.Done, progress.Total, progress.Left)),
                },
            });
            line.Dispose();
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(new
                {
                    file = report.Path, samples = report.Samples, interval = report.Interval, scheme = report.Settings.Scheme.Name, boundary = report.Settings.Boundary.ToString(),
                    eta = report.Settings.Eta, zeta = report.Settings.Zeta, inferred = report.Inferred,
                    channels = report.Channels.Select(channel => new { name = channel.Name, maxRelative = channel.MaxRelative, rmsRelative = channel.RmsRelative }),
                });
                return Task.FromResult(0);
            }

            foreach (var sentence in report.Inferred) Console.WriteLine(sentence);
            var frames = report.Channels[0].MaxRelative.Length;
            var columns = report.Channels.Select(channel => new Column.Number(channel.Name, channel.MaxRelative, "0.00E+0"));
            Console.WriteLine(new Table($"max|ours − file| / max|file| over {report.Samples.Count} samples",
                [new Column.Number("t", Enumerable.Range(0, frames).Select(frame => frame * report.Interval), "0.###"), .. columns]) { Note = "Rounding to float32 alone makes differences of about 6E-8." }.ToText());
            return Task.FromResult(0);
        });
        return recompute;
    }

    private static Option<bool> Json() => new("--json") { Description = "One JSON document instead of text." };

    private static Option<string?> Fidelity()
    {
        var option = new Option<string?>("--fidelity") { Description = "The scheme's variant: published or corrected." };
        option.AcceptOnlyFromAmong("published", "corrected");
        return option;
    }

    private static CompressibleFlowScheme? Scheme(string? fidelity) => fidelity switch
    {
        "published" => CompressibleFlowScheme.AsPublished,
        "corrected" => CompressibleFlowScheme.Corrected,
        _ => null,
    };

    private static int[]? Indices(string? list)
    {
        if (list is null) return null;
        var parts = list.Split(',');
        var indices = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out indices[i]))
                throw new UsageException($"--samples is '{list}', but must be numbers from 0 with commas between them, such as 0,1.");
        return indices;
    }

    private static string Shape(CfdInfo info) =>
        $"{info.Samples} trajectories, {info.Frames} frames, {info.Points} points, {(info.IsDouble ? "float64" : "float32")}, {Quantities.Bytes(info.Bytes)}";

    private static object Described(CfdInfo info) => new
    {
        file = info.Path, samples = info.Samples, frames = info.Frames, points = info.Points, interval = info.Interval,
        type = info.IsDouble ? "float64" : "float32", bytes = info.Bytes, attributes = info.Attributes, madeByWorkbook = info.Origin is not null,
    };
}
