// ./workbook data generate: makes a data file.

using System.CommandLine;
using ModelBalancing;
using ModelBalancing.Figures;
using ModelBalancing.Pde;
using ModelBalancing.Pde.Solvers;

namespace Workbook.Commands;

/// <summary>Generates data.</summary>
internal static class DataGenerateCommand
{
    internal const string OneDimensionalFlow = "1d-cfd";

    internal static Command Create()
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
        var fidelity = FidelityOption.Create();
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
                States = parsed.GetValue(states), Scheme = FidelityOption.Scheme(parsed.GetValue(fidelity)) ?? CompressibleFlowScheme.Corrected,
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
}
