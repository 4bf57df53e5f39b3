// ./workbook esd: spectra and tail exponents of a checkpoint's layers, as a table, a page or JSON.

using System.CommandLine;
using System.Text.RegularExpressions;
using ModelBalancing;
using ModelBalancing.Checkpoints;
using ModelBalancing.Figures;
using ModelBalancing.Spectra;

namespace Workbook.Commands;

/// <summary>Analyses the weights of a checkpoint.</summary>
internal static class EsdCommand
{
    private const int MostPanels = 60;

    private static readonly TimeSpan FilterTime = TimeSpan.FromSeconds(1);

    internal static Command Create()
    {
        var file = new Argument<string>("CHECKPOINT") { Description = "A .safetensors, .bin, .pt or .pth file, an index of shards, or a folder that holds one." };
        var tail = new Option<string>("--tail") { Description = "Where the tail starts: mid (a fixed position), peak or full (searches).", DefaultValueFactory = _ => "mid" };
        tail.AcceptOnlyFromAmong("mid", "peak", "full");
        var position = new Option<double>("--position") { Description = "Divisor of the fixed position: 2 keeps the top half, 1.5 the top third.", DefaultValueFactory = _ => 2 };
        var fidelity = new Option<string>("--fidelity") { Description = "Variant of the method; the -text forms have the language-model scripts' limits.", DefaultValueFactory = _ => "corrected" };
        fidelity.AcceptOnlyFromAmong("released", "released-text", "paper", "paper-text", "corrected");
        var filter = new Option<string?>("--filter") { Description = "Only layers whose name matches this regular expression." };
        var embeddings = new Option<bool>("--embeddings") { Description = "Fit embedding tables too." };
        var approximate = new Option<bool>("--approximate") { Description = "Estimate alpha from rounded entries (large matrices: stochastic Lanczos quadrature), with an error bar." };
        var json = new Option<bool>("--json") { Description = "One JSON document instead of text and page." };
        var output = new Option<string?>("--out") { Description = "The HTML page to write; default: runs/esd/NAME.html." };
        var command = new Command("esd", "Spectra and tail exponents of a checkpoint's layers.") { file, tail, position, fidelity, filter, embeddings, approximate, json, output };
        command.SetAction((parsed, cancellation) =>
        {
            var at = parsed.GetValue(position);
            if (!(at > 1) || !double.IsFinite(at))
                throw new UsageException($"--position is {at}, but must be above 1: 2 keeps the top half, 1.5 the top third.");
            var variant = parsed.GetValue(fidelity) switch
            {
                "released" => Fidelity.Released,
                "released-text" => Fidelity.ReleasedText,
                "paper" => Fidelity.Paper,
                "paper-text" => Fidelity.PaperText,
                _ => Fidelity.Corrected,
            } with { TailPosition = at };
            var rule = parsed.GetValue(tail) switch { "peak" => TailRule.Peak, "full" => TailRule.Full, _ => TailRule.Mid };
            if (parsed.GetValue(approximate) && rule != TailRule.Mid)
                throw new UsageException("--approximate estimates the fixed tail only; use it with --tail mid.");
            Func<string, bool>? select = Selection(parsed.GetValue(filter));
            var options = new EsdOptions(rule, select, parsed.GetValue(embeddings)) { Method = parsed.GetValue(approximate) ? EigenvalueMethod.Approximate : EigenvalueMethod.Gram };
            IReadOnlyList<LayerReport> reports;
            using (var line = new ProgressLine("analysing"))
            using (var checkpoint = Checkpoint.Open(parsed.GetValue(file)!))
                reports = CheckpointEsd.Analyse(checkpoint, variant, options, new ImmediateProgress<(int Done, int Total)>(done => line.Show(done.Done, done.Total, null)), cancellation);
            var mean = Mean(reports);
            if (parsed.GetValue(json))
                JsonOutput.Write(new { file = parsed.GetValue(file), fidelity = variant.Name, tail = parsed.GetValue(tail), layers = reports.Select(Described), mean = new { alpha = mean } });
            else
                Show(parsed.GetValue(file)!, variant, parsed.GetValue(tail)!, reports, mean, parsed.GetValue(output));
            return Task.FromResult(0);
        });
        return command;
    }

    private static Func<string, bool>? Selection(string? pattern)
    {
        if (pattern is null)
            return null;
        try
        {
            var expression = new Regex(pattern, RegexOptions.CultureInvariant, FilterTime);
            return name => expression.IsMatch(name);
        }
        catch (ArgumentException wrong)
        {
            throw new UsageException($"--filter '{pattern}' is no regular expression: {wrong.Message}");
        }
    }

    private static double? Mean(IReadOnlyList<LayerReport> reports)
    {
        var alphas = reports.Where(report => report.Fit is not null).Select(report => report.Fit!.Alpha).Where(double.IsFinite).ToList();
        return alphas.Count == 0 ? null : alphas.Average();
    }

    private static object Described(LayerReport report)
    {
        var known = report.Spectrum.LambdaMax > 0;
        return new
        {
            name = report.Name, kind = Kind(report.Kind), rows = report.Rows, cols = report.Columns, count = report.Spectrum.Count,
            alpha = Finite(report.Fit?.Alpha), alphaError = Finite(report.AlphaError), xmin = Finite(report.Fit?.Xmin), tailCount = report.Fit?.TailCount, ks = Finite(report.Fit?.Distance),
            lambdaMax = Finite(report.Note == Unusable ? null : report.Spectrum.LambdaMax), spectralNorm = Finite(report.Note == Unusable ? null : report.Spectrum.SpectralNorm),
            frobeniusSquared = Finite(report.Note == Unusable ? null : report.Spectrum.FrobeniusSquared), stableRank = known ? Finite(report.Spectrum.StableRank) : null, note = report.Note,
        };
    }

    private const string Unusable = "it holds NaN or infinite values";

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static string Kind(WeightKind kind) => kind switch
    {
        WeightKind.Convolution1d => "conv1d",
        WeightKind.Convolution2d => "conv2d",
        WeightKind.LowRank => "low-rank",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static void Show(string file, Fidelity fidelity, string tail, IReadOnlyList<LayerReport> reports, double? mean, string? output)
    {
        var table = Table.Of(reports, $"Layers of {Path.GetFileName(file)}", ("layer", r => r.Name), ("kind", r => Kind(r.Kind)), ("rows", r => r.Rows), ("cols", r => r.Columns),
            ("α", r => Rounded(r.Fit?.Alpha)), ("±", r => Rounded(r.AlphaError)), ("xmin", r => Rounded(r.Fit?.Xmin)), ("tail", r => r.Fit?.TailCount), ("KS", r => Rounded(r.Fit?.Distance)),
            ("λmax", r => Rounded(r.Note == Unusable ? null : r.Spectrum.LambdaMax)), ("stable rank", r => Rounded(r.Spectrum.LambdaMax > 0 ? r.Spectrum.StableRank : null)), ("note", r => r.Note ?? ""));
        var fitted = reports.Where(report => report.Fit is not null && double.IsFinite(report.Fit.Alpha)).ToList();
        var summary = fitted.Count == 0 ? $"{reports.Count} matrices, none with a fit"
            : $"{reports.Count} matrices, {fitted.Count} fitted: mean alpha {mean:0.0000}, from {fitted.Min(r => r.Fit!.Alpha):0.00} ({fitted.MinBy(r => r.Fit!.Alpha)!.Name}) to {fitted.Max(r => r.Fit!.Alpha):0.00} ({fitted.MaxBy(r => r.Fit!.Alpha)!.Name})";
        summary += $"; fidelity {fidelity.Name}, tail {tail}";
        Console.WriteLine(table.ToText());
        Console.WriteLine(summary);
        var page = output ?? Path.Combine(Folders.Runs, "esd", Path.GetFileNameWithoutExtension(file.TrimEnd('/')) + ".html");
        var panels = fitted.Take(MostPanels).Select(report => new LayerSpectrum(report.Name, report.Spectrum.Eigenvalues)
        {
            Alpha = report.Fit!.Alpha, Xmin = report.Fit.Xmin, TailCount = report.Fit.TailCount, Distance = report.Fit.Distance,
        }).ToList();
        List<string> fragments = [];
        if (fitted.Count > 0)
        {
            fragments.Add(Plots.LayerBars("Tail exponent across depth", [.. fitted.Select(report => report.Name)], [new Series("α", [.. fitted.Select(report => report.Fit!.Alpha)])]).ToHtml());
            fragments.Add(Plots.SpectralDensities(fitted.Count > MostPanels ? $"Spectral densities of the first {MostPanels} layers" : "Spectral densities", panels).ToHtml());
        }
        fragments.Add($"<div style=\"overflow-x:auto\">{table.ToHtml()}</div>");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(page))!);
        AtomicFile.Replace(page, HtmlPage.Of($"Spectra of {Path.GetFileName(file)}", summary, fragments));
        Console.WriteLine($"page: {page}");
    }

    private static object? Rounded(double? value) => value is { } number && double.IsFinite(number) ? double.Parse(number.ToString("G5", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture) : null;
}
