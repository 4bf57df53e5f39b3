// ./workbook data generate: makes a data file.

using System.CommandLine;
using ModelBalancing;
using ModelBalancing.Figures;
using ModelBalancing.Pde;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace Workbook.Commands;

/// <summary>Generates data.</summary>
internal static class DataGenerateCommand
{
    /// <summary>What can be generated: name, description, end of the run in time.</summary>
    internal static readonly IReadOnlyList<(string Name, string What, double End)> Known =
    [
        ("1d-cfd", "1D compressible flow", 1), ("2d-cfd", "2D compressible flow", 1), ("3d-cfd", "3D compressible flow", 1), ("darcy", "Darcy flow", 0),
        ("advection", "1D advection", 2), ("burgers", "1D Burgers", 2), ("1d-reacdiff", "1D reaction-diffusion", 1),
        ("2d-diffreact", "2D diffusion-reaction", 5), ("dam-break", "radial dam break (shallow water)", 1),
    ];

    internal static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = $"What to make: {string.Join(", ", Known.Select(known => known.Name))}." };
        name.AcceptOnlyFromAmong([.. Known.Select(known => known.Name)]);
        var samples = new Option<int>("--samples") { Description = "Trajectories.", DefaultValueFactory = _ => 128 };
        var resolution = new Option<int>("--resolution") { Description = "Cells along every axis.", DefaultValueFactory = _ => 64 };
        var frames = new Option<int>("--frames") { Description = "Frames, the first one included; they end at --end.", DefaultValueFactory = _ => 21 };
        var end = new Option<double?>("--end") { Description = "Time of the last frame; default: the published data's." };
        var seed = new Option<long>("--seed") { Description = "Seed of the first frames." };
        var states = new Option<string?>("--states") { Description = "Flows: Rand, Shock, Sod or SoundWave in 1D; Rand, Turb or KelvinHelmholtz in 2D; default Rand." };
        var eta = new Option<double?>("--eta") { Description = "Flows: shear viscosity; default as published: 0.01 for Rand, 1e-8 for the others." };
        var zeta = new Option<double?>("--zeta") { Description = "Flows: bulk viscosity; default as --eta's." };
        var mach = new Option<double?>("--mach") { Description = "2D and 3D flows: Mach number; default 0.1." };
        var boundary = BoundaryOption.Create("Flows: what lies beyond the ends; default periodic (2D KelvinHelmholtz: khi; Shock and Sod: trans).");
        var beta = new Option<double?>("--beta") { Description = "Advection: speed; Darcy: source; default 1." };
        var nu = new Option<double?>("--nu") { Description = "Burgers: viscosity, default 0.01; reaction-diffusion: diffusivity, default 0.5." };
        var rho = new Option<double?>("--rho") { Description = "Reaction-diffusion: rate of growth; default 1." };
        var flux = FluxOption.Create("Advection and Burgers: half (right; default) or full, as the generators of August 2022.");
        var march = new Option<bool>("--march") { Description = "Darcy: march from a random start to t = 1.75, as published, instead of solving for the steady state." };
        var precision = new Option<string?>("--precision") { Description = "Arithmetic: float64 (default) or float32; files hold float32." };
        precision.AcceptOnlyFromAmong("float32", "float64");
        var fidelity = FidelityOption.Create();
        var threads = new Option<int>("--threads") { Description = "Samples computed at a time.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var output = new Option<string?>("--out") { Description = "The file to write; default: in the cache." };
        var compress = new Option<string?>("--compress") { Description = "2d-diffreact and dam-break: lzf, as published, or gzip; default: not compressed." };
        compress.AcceptOnlyFromAmong("lzf", "gzip");
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace a file that was made otherwise." };
        var generate = new Command("generate", "Generates a data file; an interrupted generation continues.")
        {
            name, samples, resolution, frames, end, seed, states, eta, zeta, mach, boundary, beta, nu, rho, flux, march, precision, fidelity, threads, output, compress, overwrite,
        };
        generate.SetAction((parsed, cancellation) =>
        {
            int Positive(Option<int> option, int least) => parsed.GetValue(option) is var value && value >= least
                ? value
                : throw new UsageException($"{option.Name} is {value}, but must be at least {least}.");
            var family = parsed.GetValue(name)!;
            void OnlyFor(Option option, params string[] families)
            {
                if (parsed.GetResult(option) is { Implicit: false } && !families.Contains(family))
                    throw new UsageException($"{option.Name} has no meaning for {family}; it belongs to {string.Join(", ", families)}.");
            }

            OnlyFor(states, "1d-cfd", "2d-cfd", "3d-cfd");
            OnlyFor(eta, "1d-cfd", "2d-cfd", "3d-cfd");
            OnlyFor(zeta, "1d-cfd", "2d-cfd", "3d-cfd");
            OnlyFor(boundary, "1d-cfd", "2d-cfd", "3d-cfd");
            OnlyFor(mach, "2d-cfd", "3d-cfd");
            OnlyFor(beta, "advection", "darcy");
            OnlyFor(nu, "burgers", "1d-reacdiff");
            OnlyFor(rho, "1d-reacdiff");
            OnlyFor(flux, "advection", "burgers");
            OnlyFor(march, "darcy");
            OnlyFor(frames, [.. Known.Select(known => known.Name).Where(known => known != "darcy")]);
            OnlyFor(fidelity, "1d-cfd", "2d-cfd", "3d-cfd");
            OnlyFor(compress, "2d-diffreact", "dam-break");

            var scheme = FidelityOption.Scheme(parsed.GetValue(fidelity)) ?? CompressibleFlowScheme.Corrected;
            TStates States<TStates>(TStates fallback) where TStates : struct, Enum => parsed.GetValue(states) is not { } text ? fallback
                : Enum.TryParse<TStates>(text, ignoreCase: true, out var found) && Enum.IsDefined(found) ? found
                : throw new UsageException($"--states is '{text}'; for {family} there are {string.Join(", ", Enum.GetNames<TStates>())}.");
            double Viscosity(Option<double?> option, bool viscous) => parsed.GetValue(option) ?? (viscous ? 0.01 : 1e-8);
            DataSpec spec;
            var published = Known.First(known => known.Name == family).End;
            switch (family)
            {
                case "1d-cfd":
                    var first = States(InitialStates.Rand);
                    var open = first is InitialStates.Shock or InitialStates.Sod;
                    if (open)
                        published = first == InitialStates.Shock ? 0.4 : 0.375;
                    spec = new GenerationSpec
                    {
                        States = first, Eta = Viscosity(eta, first == InitialStates.Rand), Zeta = Viscosity(zeta, first == InitialStates.Rand), Scheme = scheme,
                        Boundary = parsed.GetValue(boundary) ?? (open ? FlowBoundary.Transparent : FlowBoundary.Periodic),
                    };
                    break;
                case "2d-cfd" or "3d-cfd":
                    var field = States(FlowStates.Rand);
                    if (field == FlowStates.KelvinHelmholtz)
                        published = 2;
                    spec = new FlowSpec
                    {
                        Dimensions = family == "2d-cfd" ? 2 : 3, States = field, Mach = parsed.GetValue(mach) ?? 0.1,
                        Eta = Viscosity(eta, field == FlowStates.Rand), Zeta = Viscosity(zeta, field == FlowStates.Rand), Scheme = scheme, PublishedProjection = scheme == CompressibleFlowScheme.AsPublished,
                        Boundary = parsed.GetValue(boundary) ?? (field == FlowStates.KelvinHelmholtz ? FlowBoundary.KelvinHelmholtz : FlowBoundary.Periodic),
                    };
                    break;
                case "darcy":
                    spec = new DarcySpec { Beta = parsed.GetValue(beta) ?? 1, Marched = parsed.GetValue(march) };
                    break;
                case "2d-diffreact":
                    spec = new DiffusionReactionSpec();
                    break;
                case "dam-break":
                    spec = new DamBreakSpec();
                    break;
                default:
                    spec = new ScalarSpec
                    {
                        Equation = family switch { "advection" => ScalarEquation.Advection, "burgers" => ScalarEquation.Burgers, _ => ScalarEquation.ReactionDiffusion },
                        Beta = parsed.GetValue(beta) ?? 1, Nu = parsed.GetValue(nu) ?? (family == "burgers" ? 0.01 : 0.5), Rho = parsed.GetValue(rho) ?? 1,
                        FullFlux = FluxOption.Full(parsed.GetValue(flux)) ?? false,
                    };
                    break;
            }

            var last = parsed.GetValue(end) ?? published;
            if (family != "darcy" && !(last > 0))
                throw new UsageException($"--end is {last}, but must be a positive time.");
            spec = spec with
            {
                Samples = Positive(samples, 1), Points = Positive(resolution, 8), Seed = parsed.GetValue(seed), SinglePrecision = parsed.GetValue(precision) == "float32",
                Frames = family == "darcy" ? 1 : Positive(frames, 2), Interval = family == "darcy" ? 1 : last / (Positive(frames, 2) - 1),
            };
            var path = parsed.GetValue(output) ?? Path.Combine(Directory.CreateDirectory(Folders.Cache).FullName, spec.CacheName);
            using var line = new ProgressLine("generating");
            var result = Generation.Run(spec, path, new GenerationRun
            {
                Threads = Positive(threads, 1),
                Cancellation = cancellation,
                Overwrite = parsed.GetValue(overwrite),
                Compression = parsed.GetValue(compress) is { } filter ? Enum.Parse<GroupCompression>(filter, ignoreCase: true) : null,
                Progress = new ImmediateProgress<SampleProgress>(progress => line.Show(progress.Done, progress.Total, progress.Left)),
            });

            line.Dispose();
            Console.WriteLine(result.Reused
                ? $"{result.Path} is there already, made by the same specification."
                : $"{result.Path}: {spec.Samples} samples in {Quantities.Duration(result.Elapsed)}, {Quantities.Bytes(new FileInfo(result.Path).Length)}"
                  + (result.Resumed > 0 ? $", {result.Resumed} of them from the interrupted run" : "")
                  + (result.Dropped.Count > 0 ? $"; {result.Dropped.Count} of {result.Candidates} drawn were dropped" : ""));
            return Task.FromResult(0);
        });
        return generate;
    }
}
