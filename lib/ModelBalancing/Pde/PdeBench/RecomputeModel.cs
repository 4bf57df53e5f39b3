// Which solver recomputes a file, with which settings, and where each of them came from.
using System.Globalization;
using System.Text.RegularExpressions;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Pde.PdeBench;

/// <summary>The solver of one file's family, set up from what the file says and from what the user says against it.</summary>
internal sealed class RecomputeModel
{
    private readonly PdeFileInfo info;
    private readonly RecomputeOptions options;
    private readonly List<string> inferred;
    private readonly Func<Trajectories<double>, Trajectories<double>> evolve;

    /// <param name="info">The file.</param>
    /// <param name="options">What overrides it.</param>
    /// <param name="inferred">Told where each setting came from.</param>
    /// <param name="first">Reads the sample on which alternatives are tried.</param>
    public RecomputeModel(PdeFileInfo info, RecomputeOptions options, List<string> inferred, Func<Trajectories<double>> first)
    {
        (this.info, this.options, this.inferred) = (info, options, inferred);
        Compared = info.Channels.Count;
        Interval = info.Family == PdeFamily.Darcy ? DarcyFlow.PublishedInterval : IntervalOf();
        evolve = info.Family switch
        {
            PdeFamily.CompressibleFlow => FlowModel(first),
            PdeFamily.Darcy => DarcyModel(),
            PdeFamily.DiffusionReaction => DiffusionReactionModel(),
            PdeFamily.DamBreak => DamBreakModel(),
            PdeFamily.DiffusionSorption or PdeFamily.Other => throw new PdeFileException(info.Channels is ["tensor"]
                ? $"{info.Path} holds one tensor and neither an attribute (beta, Nu, rho) nor its name says of which equation."
                : $"{info.Path} holds {string.Join(", ", info.Channels)} of an equation for which the workbook has no solver."),
            _ => ScalarModel(first),
        };
    }

    /// <summary>Time between frames.</summary>
    public double Interval { get; }

    /// <summary>Settings of a compressible flow, else null.</summary>
    public FlowSettings? Flow { get; private set; }

    /// <summary>Channels that are compared: the first so many.</summary>
    public int Compared { get; private set; }

    /// <summary>Why a difference cannot be judged, or null.</summary>
    public string? Reservation { get; private set; }

    /// <summary>What our solver makes of a file's samples: the same frames.</summary>
    public Trajectories<double> Evolve(Trajectories<double> file) => evolve(file);

    private Func<Trajectories<double>, Trajectories<double>> FlowModel(Func<Trajectories<double>> first)
    {
        var origin = GenerationOrigin.FlowOf(info.Origin);
        var name = Path.GetFileName(info.Path);
        var settings = new FlowSettings
        {
            Eta = Viscosity("eta", options.Eta, name),
            Zeta = Viscosity("zeta", options.Zeta, name),
            Scheme = options.Scheme ?? origin?.Scheme ?? CompressibleFlowScheme.AsPublished,
            XMin = Ends(0).Min, XMax = Ends(0).Max,
        };
        if (info.Shape.Count > 1)
            settings = settings with { YMin = Ends(1).Min, YMax = Ends(1).Max };
        if (info.Shape.Count > 2)
            settings = settings with { ZMin = Ends(2).Min, ZMax = Ends(2).Max };
        if (origin is not null)
            settings = settings with { Gamma = origin.Gamma, Cfl = origin.Cfl };
        Tell($"domain {string.Join(" × ", Enumerable.Range(0, info.Shape.Count).Select(axis => Invariant($"({Ends(axis).Min}, {Ends(axis).Max})")))}: from the coordinates");
        Tell($"scheme {settings.Scheme.Name}: {(options.Scheme is not null ? "as told" : origin is not null ? "recorded in the file" : "assumed, the file does not say")}");
        Trajectories<double> Run(Trajectories<double> file, FlowSettings with) => options.SinglePrecision
            ? CompressibleFlow.Evolve(file.FrameAt(0).As<float>(), with, file.Frames, Interval, options.Run).As<double>()
            : CompressibleFlow.Evolve(file.FrameAt(0), with, file.Frames, Interval, options.Run);

        var boundary = options.Boundary ?? origin?.Boundary ?? ByName(name);
        if (boundary is { } known)
            Tell($"boundary {known}: {(options.Boundary is not null ? "as told" : origin is not null ? "recorded in the file" : "from the file's name")}");
        else
            boundary = ByTrial("boundary", [FlowBoundary.Periodic, FlowBoundary.Transparent], first(), (file, choice) => Run(file, settings with { Boundary = choice }));
        Flow = settings with { Boundary = boundary.Value };
        return file => Run(file, Flow);
    }

    private Func<Trajectories<double>, Trajectories<double>> ScalarModel(Func<Trajectories<double>> first)
    {
        var settings = new ScalarSettings
        {
            Equation = info.Family switch { PdeFamily.Advection => ScalarEquation.Advection, PdeFamily.Burgers => ScalarEquation.Burgers, _ => ScalarEquation.ReactionDiffusion },
            XMin = Ends(0).Min, XMax = Ends(0).Max,
        };
        if (info.Family == PdeFamily.Advection)
            settings = settings with { Beta = Coefficient("beta", 1) };
        else
            settings = settings with { Nu = Coefficient("Nu", 0.01) };
        if (info.Family == PdeFamily.ReactionDiffusion)
            settings = settings with { Rho = Coefficient("rho", 1) };
        Tell(Invariant($"domain ({settings.XMin}, {settings.XMax}): from the coordinates"));
        Trajectories<double> Run(Trajectories<double> file, bool full) => options.SinglePrecision
            ? ScalarFlow.Evolve(file.FrameAt(0).As<float>(), settings with { FullFlux = full }, file.Frames, Interval, options.Run).As<double>()
            : ScalarFlow.Evolve(file.FrameAt(0), settings with { FullFlux = full }, file.Frames, Interval, options.Run);
        if (info.Family == PdeFamily.ReactionDiffusion)
            return file => Run(file, false);
        var recorded = GenerationOrigin.FullFluxOf(info.Origin);
        if ((options.FullFlux ?? recorded) is { } known)
        {
            Tell($"flux {(known ? "full" : "half")}: {(options.FullFlux is not null ? "as told" : "recorded in the file")}");
            return file => Run(file, known);
        }
        var tried = ByTrial("flux", ["half", "full"], first(), (file, choice) => Run(file, choice == "full"));
        return file => Run(file, tried == "full");
    }

    private Func<Trajectories<double>, Trajectories<double>> DarcyModel()
    {
        var settings = new DarcySettings { Beta = Coefficient("beta", 1) };
        Compared = 1;
        if (GenerationOrigin.DarcyOf(info.Origin) is { } made)
        {
            settings = settings with { ZeroOnTheWall = made.ZeroOnTheWall };
            if (!made.Marched)
            {
                Tell("steady state: recorded in the file");
                return file =>
                {
                    var problem = file.FrameAt(0);
                    Array.Clear(problem.Channels[0]);
                    return DarcyFlow.Steady(problem, settings, options.Run);
                };
            }
        }
        Reservation = "The start is not in the file: u was marched from zero to the label's time, so the difference is the start's share as well and is reported, not judged.";
        Tell(Invariant($"label at t = {DarcyFlow.LabelTime}: as published; march from zero"));
        var frames = (int)Math.Round(DarcyFlow.LabelTime / DarcyFlow.PublishedInterval) + 1;
        return file =>
        {
            var start = file.FrameAt(0);
            Array.Clear(start.Channels[0]);
            return options.SinglePrecision
                ? DarcyFlow.March(start.As<float>(), settings, frames, DarcyFlow.PublishedInterval, options.Run).FrameAt(frames - 1).As<double>()
                : DarcyFlow.March(start, settings, frames, DarcyFlow.PublishedInterval, options.Run).FrameAt(frames - 1);
        };
    }

    private Func<Trajectories<double>, Trajectories<double>> DiffusionReactionModel()
    {
        var settings = new DiffusionReactionSettings { Du = Coefficient("Du", 1e-3), Dv = Coefficient("Dv", 5e-3), K = Coefficient("k", 5e-3), Min = Ends(0).Min, Max = Ends(0).Max };
        Tell(Invariant($"domain ({settings.Min}, {settings.Max})²: from the coordinates"));
        Tell(Invariant($"Runge-Kutta steps at the tolerances {settings.RelativeTolerance} and {settings.AbsoluteTolerance}: SciPy's defaults, as published"));
        return file => DiffusionReaction.Evolve(file.FrameAt(0), settings, file.Frames, Interval, options.Run);
    }

    private Func<Trajectories<double>, Trajectories<double>> DamBreakModel()
    {
        var settings = new ShallowWaterSettings { Gravity = Coefficient("gravity", 1), Min = Ends(0).Min, Max = Ends(0).Max };
        Tell(Invariant($"domain ({settings.Min}, {settings.Max})²: from the coordinates; water at rest at first"));
        Compared = 1;
        return file =>
        {
            var start = new Trajectories<double>(file.Samples, 1, file.Shape, ShallowWater.ChannelNames);
            file.FrameAt(0).Channels[0].CopyTo(start.Channels[0], 0);
            return ShallowWater.Evolve(start, settings, file.Frames, Interval, options.Run);
        };
    }

    // The choice whose run is nearest to the file's first sample.
    private TChoice ByTrial<TChoice>(string what, TChoice[] choices, Trajectories<double> sample, Func<Trajectories<double>, TChoice, Trajectories<double>> run)
    {
        var misses = Array.ConvertAll(choices, choice => Recompute.Compare(run(sample, choice), sample).Max(c => double.IsNaN(c.Largest) ? double.PositiveInfinity : c.Largest));
        var best = Array.IndexOf(misses, misses.Min());
        Tell($"{what} {choices[best]}: by trial (difference {string.Join(", ", choices.Zip(misses, (choice, miss) => Invariant($"{miss:g2} {choice}")))})");
        return choices[best];
    }

    private double IntervalOf()
    {
        if (options.Interval is { } told)
        {
            Tell(Invariant($"interval {told}: as told"));
            return told;
        }
        if (info.Frames == 1)
            return 1;
        if (info.T is not { } t || !(t[^1] > t[0]))
            throw new PdeFileException($"{info.Path} has no usable t-coordinate; give the time between its frames (--interval).");
        // The coordinate is float32: its own digits only, so that 0.05 is not 0.0500000007.
        var interval = Digits((t[^1] - t[0]) / (t.Length - 1), "G7");
        Tell(Invariant($"interval {interval}: from t-coordinate"));
        return interval;
    }

    private (double Min, double Max) Ends(int axis)
    {
        if (info.Coordinates[axis] is not { Length: > 1 } centres)
            throw new PdeFileException($"{info.Path} has no coordinate for axis {axis}; without it the domain is not known.");
        var width = (centres[^1] - centres[0]) / (centres.Length - 1);
        return (Digits(centres[0] - width / 2, "G6"), Digits(centres[^1] + width / 2, "G6"));
    }

    private double Coefficient(string name, double published)
    {
        if (info.Parameter(name) is { } stored)
        {
            Tell(Invariant($"{name} {stored}: from the file"));
            return stored;
        }
        if (FromName(name) is { } written)
        {
            Tell(Invariant($"{name} {written}: from the file's name"));
            return written;
        }
        Tell(Invariant($"{name} {published}: assumed, neither the file nor its name says"));
        return published;
    }

    private double Viscosity(string name, double? told, string file)
    {
        if (told is not { } value)
            return Coefficient(name, 1e-8);
        Tell(Invariant($"{name} {value}: as told"));
        return value;
    }

    private double? FromName(string name)
    {
        var match = Regex.Match(Path.GetFileName(info.Path), name + @"([0-9.]+(?:e-?[0-9]+)?)", RegexOptions.IgnoreCase);
        return match.Success && double.TryParse(match.Groups[1].Value.TrimEnd('.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var written) ? written : null;
    }

    private static FlowBoundary? ByName(string name) =>
        name.Contains("periodic", StringComparison.OrdinalIgnoreCase) ? FlowBoundary.Periodic
        : name.Contains("KHI", StringComparison.Ordinal) ? FlowBoundary.KelvinHelmholtz
        : name.Contains("trans", StringComparison.OrdinalIgnoreCase) ? FlowBoundary.Transparent
        : null;

    private void Tell(string sentence) => inferred.Add(sentence);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static double Digits(double x, string format) => double.Parse(x.ToString(format, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
