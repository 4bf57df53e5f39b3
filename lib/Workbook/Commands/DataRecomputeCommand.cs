// ./workbook data recompute: checks a data file against our solver.

using System.CommandLine;
using System.Globalization;
using ModelBalancing.Figures;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace Workbook.Commands;

/// <summary>Recomputes data.</summary>
internal static class DataRecomputeCommand
{
    internal static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = $"A PDEBench data file of any family: {DataFileArgument.Where}." };
        var samples = new Option<string?>("--samples") { Description = "Samples by index, such as 0,1; default: the first eight." };
        var boundary = BoundaryOption.Create("Flows: overrides what the file says.");
        var eta = new Option<double?>("--eta") { Description = "Flows: overrides what the file says." };
        var zeta = new Option<double?>("--zeta") { Description = "Flows: overrides what the file says; default with --eta: the same." };
        var interval = new Option<double?>("--interval") { Description = "Time between two frames; default: by the file's t-coordinate." };
        var flux = FluxOption.Create("Advection and Burgers: half or full; default: whichever fits the file.");
        var precision = new Option<string?>("--precision") { Description = "Arithmetic: float64 (default) or float32, as the published generators." };
        precision.AcceptOnlyFromAmong("float32", "float64");
        var fidelity = FidelityOption.Create();
        var json = DataCommand.Json();
        var recompute = new Command("recompute", "Evolves a file's first frames by our solver and prints how far the other frames are from it.")
        {
            file, samples, boundary, eta, zeta, interval, flux, precision, fidelity, json,
        };
        recompute.SetAction((parsed, cancellation) =>
        {
            var path = DataFileArgument.Find(parsed.GetValue(file)!);
            if (parsed.GetValue(interval) is { } told && !(told > 0 && double.IsFinite(told)))
                throw new UsageException($"--interval is {told}, but must be a positive time.");
            using var line = new ProgressLine("recomputing");
            var report = Recompute.Of(path, new RecomputeOptions
            {
                Samples = Indices(parsed.GetValue(samples)), Boundary = parsed.GetValue(boundary), Eta = parsed.GetValue(eta), Zeta = parsed.GetValue(zeta) ?? parsed.GetValue(eta),
                FullFlux = FluxOption.Full(parsed.GetValue(flux)), Interval = parsed.GetValue(interval), SinglePrecision = parsed.GetValue(precision) == "float32", Scheme = FidelityOption.Scheme(parsed.GetValue(fidelity)),
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
                    file = report.Path, family = report.Family.ToString(), samples = report.Samples, interval = report.Interval, times = report.Times,
                    scheme = report.Settings?.Scheme.Name, boundary = report.Settings?.Boundary.ToString(), eta = report.Settings?.Eta, zeta = report.Settings?.Zeta,
                    inferred = report.Inferred, judged = report.Reservation is null, reservation = report.Reservation, hint = report.Hint,
                    channels = report.Channels.Select(channel => new { name = channel.Name, maxRelative = channel.MaxRelative, rmsRelative = channel.RmsRelative, maxAbsolute = channel.MaxAbsolute }),
                });
                return Task.FromResult(0);
            }

            foreach (var sentence in report.Inferred) Console.WriteLine(sentence);
            var columns = report.Channels.Select(channel => new Column.Number(channel.Name, channel.MaxRelative, "0.00E+0"));
            Console.WriteLine(new Table($"max|ours − file| / max|file| over {report.Samples.Count} samples", [new Column.Number("t", [.. report.Times], "0.###"), .. columns])
            {
                Note = report.Reservation ?? "Rounding to float32 when stored makes differences of about 6E-8; a file computed in float32 differs by more.",
            }.ToText());
            foreach (var channel in report.Channels.Where(channel => channel.MaxRelative.Any(double.IsInfinity)))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{channel.Name} is zero in a frame of the file; ours differs by {channel.MaxAbsolute.Max():0.00E+0} at most."));
            if (report.Hint is { } hint) Console.WriteLine(hint);
            return Task.FromResult(0);
        });
        return recompute;
    }

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
}
