// Empirical spectral densities and the exponents of their tails.
namespace ModelBalancing.Figures;

/// <summary>A layer's eigenvalues with the power law fitted to their tail.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Eigenvalues">Eigenvalues of WᵀW, in any order.</param>
public sealed record LayerSpectrum(string Name, IReadOnlyList<double> Eigenvalues)
{
    /// <summary>The fitted exponent of the density, above 1; null draws no fit.</summary>
    public double? Alpha { get; init; }

    /// <summary>Where the fitted tail starts; null draws no fit.</summary>
    public double? Xmin { get; init; }

    /// <summary>How many eigenvalues are in the tail; default: those not below <see cref="Xmin"/>.</summary>
    public int? TailCount { get; init; }

    /// <summary>Kolmogorov–Smirnov distance of the fit, for the remark; default none.</summary>
    public double? Distance { get; init; }
}

public static partial class Plots
{
    /// <summary>Eigenvalues this much smaller than the largest are rounding errors of a matrix that lacks rank.</summary>
    private const double SmallestShare = 1e-10;

    /// <summary>
    /// The empirical spectral density of a layer on logarithmic axes, the power law p(λ) ∝ λ^(−α) fitted to its tail, and where the tail starts.
    /// </summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="spectrum">The layer.</param>
    /// <param name="bins">How many bins, evenly spaced in log λ; default by the number of eigenvalues.</param>
    public static Figure SpectralDensity(string title, LayerSpectrum spectrum, int? bins = null)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        var (panel, leftOut) = DensityPanel(spectrum, bins, isSmall: false);
        return new(title, panel) { Note = LeftOut(leftOut) };
    }

    /// <summary>The empirical spectral densities of many layers, side by side.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="spectra">The layers, in order.</param>
    /// <param name="columns">Panels in a row; default 3.</param>
    /// <param name="bins">How many bins; default by the number of eigenvalues.</param>
    public static Figure SpectralDensities(string title, IReadOnlyList<LayerSpectrum> spectra, int columns = 3, int? bins = null)
    {
        ArgumentNullException.ThrowIfNull(spectra);
        var (panels, leftOut) = (new List<Panel>(), 0);
        for (var i = 0; i < spectra.Count; i++)
        {
            var (panel, count) = DensityPanel(spectra[i], bins, isSmall: true);
            leftOut += count;
            panels.Add(panel with
            {
                Title = spectra[i].Name,
                X = panel.X with { Title = i + columns >= spectra.Count ? panel.X.Title : "" },
                Y = panel.Y with { Title = i % columns == 0 ? panel.Y.Title : "" },
            });
        }
        return new(title, panels) { Columns = columns, Width = columns > 2 ? 900 : 720, PanelHeight = columns > 2 ? 150 : null, Note = LeftOut(leftOut) };
    }

    /// <summary>Exponents α, one bar a layer, for one or more states (such as before and after training), each with its mean as a dashed line.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="layers">The layers' names, in order.</param>
    /// <param name="states">Each state's values, as many as <paramref name="layers"/>; NaN where a layer has no fit.</param>
    /// <param name="valueTitle">What the values are; default "α".</param>
    public static Figure LayerBars(string title, IReadOnlyList<string> layers, IReadOnlyList<Series> states, string valueTitle = "tail exponent α")
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(states);
        var (bars, means) = (new List<Trace>(), new List<Mark>());
        for (var i = 0; i < states.Count; i++)
        {
            Same.Length(states[i].Values, nameof(states), layers, nameof(layers));
            var mean = Sample.Of(states[i].Values).Mean;
            var color = Palette.OfMethod(states[i].Name, states.Count > 1 ? i : 0);
            // Two unnamed states are a "before" and an "after": the colours of baseline and TempBalance.
            if (i == 1 && states.Count == 2)
                color = Palette.TempBalance;
            bars.Add(new Trace.Bars(double.IsNaN(mean) ? states[i].Name : $"{states[i].Name} (mean {Quantities.Number(mean, 3)})", states[i].Values) { Color = color });
            if (!double.IsNaN(mean))
                means.Add(new Mark.Horizontal(mean) { Color = color });
        }
        var prefix = CommonPrefix(layers);
        var shown = layers.Select(layer => Short(layer[prefix.Length..]));
        return new(title, new Panel(new(prefix.Length > 0 ? $"layers of {prefix.TrimEnd('.')}" : "") { Categories = [.. shown] }, new(valueTitle), bars) { Marks = means })
        {
            Width = layers.Count > 24 ? 960 : 720,
            Note = means.Count > 0 ? "Dashed: mean over layers." : "",
        };
    }

    /// <summary>A long path with its outer parts cut to their first letter, so that what tells layers apart stays: e.l.0.a.output.dense.</summary>
    private static string Short(string name)
    {
        const int fits = 20;
        var parts = name.Split('.');
        for (var i = 0; i < parts.Length - 1 && parts.Sum(part => part.Length + 1) - 1 > fits; i++)
            if (!char.IsDigit(parts[i].FirstOrDefault()))
                parts[i] = parts[i][..Math.Min(1, parts[i].Length)];
        return string.Join('.', parts);
    }

    /// <summary>The path that all names start with, up to a point; short ones stay where they are.</summary>
    private static string CommonPrefix(IReadOnlyList<string> names)
    {
        if (names.Count < 2)
            return "";
        var length = names.Min(n => n.Length);
        for (var i = 0; i < length; i++)
            if (names.Any(n => n[i] != names[0][i]))
                length = i;
        var end = length == 0 ? -1 : names[0].LastIndexOf('.', length - 1);
        return end < 5 ? "" : names[0][..(end + 1)];
    }

    private static (Panel, int LeftOut) DensityPanel(LayerSpectrum spectrum, int? bins, bool isSmall)
    {
        var largest = spectrum.Eigenvalues.Where(double.IsFinite).DefaultIfEmpty(0).Max();
        double[] values = [.. spectrum.Eigenvalues.Where(v => double.IsFinite(v) && v > largest * SmallestShare && v > 0).Order()];
        var (x, y) = (new Axis("eigenvalue λ") { Log = true }, new Axis("density") { Log = true });
        if (values.Length == 0)
            return (new(x, y, []), spectrum.Eigenvalues.Count);
        var count = bins ?? Math.Clamp((int)Math.Round(2 * Math.Sqrt(values.Length)), 10, isSmall ? 50 : 100);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(bins));
        var (low, high) = (Math.Log(values[0]), Math.Log(values[^1]));
        if (high - low < 1e-9)
            (low, high) = (low - 0.05, high + 0.05);
        double[] edges = [.. Enumerable.Range(0, count + 1).Select(i => Math.Exp(low + (high - low) * i / count))];
        var heights = new double[count];
        foreach (var value in values)
            heights[Math.Clamp((int)((Math.Log(value) - low) / (high - low) * count), 0, count - 1)]++;
        for (var i = 0; i < count; i++)
            heights[i] /= spectrum.Eigenvalues.Count * (edges[i + 1] - edges[i]);
        var smallest = heights.Where(h => h > 0).Min();
        var traces = new List<Trace> { new Trace.Histogram("eigenvalues", edges, heights) { Color = Palette.Baseline, Opacity = 0.85 } };
        var marks = new List<Mark>();
        if (spectrum is { Alpha: { } alpha, Xmin: { } xmin } && double.IsFinite(alpha) && xmin > 0)
        {
            var tail = spectrum.TailCount ?? values.Count(v => v >= xmin);
            var scale = tail / (double)spectrum.Eigenvalues.Count * (alpha - 1) / xmin;
            double[] place = [.. Enumerable.Range(0, 60).Select(i => xmin * Math.Pow(Math.Max(values[^1], xmin * 1.0001) / xmin, i / 59.0))];
            double[] density = [.. place.Select(p => scale * Math.Pow(p / xmin, -alpha))];
            traces.Add(new Trace.Line("power-law tail", place, density) { Color = Palette.TempBalance, Width = 2.4 });
            marks.Add(new Mark.Vertical(xmin, isSmall ? "" : $"xmin = {Quantities.Number(xmin, 3)}") { Color = Palette.TempBalance });
            marks.Add(new Mark.Remark($"α = {Quantities.Number(alpha, 3)}" + (isSmall ? "" : $"\ntail {tail} of {spectrum.Eigenvalues.Count}"
                + (spectrum.Distance is { } distance ? $"\nKS distance {Quantities.Number(distance, 2)}" : ""))));
        }
        return (new(x, y with { Low = smallest / 2 }, traces) { Marks = marks }, spectrum.Eigenvalues.Count - values.Length);
    }

    private static string LeftOut(int count) => count == 0 ? "" :
        $"{Quantities.Count(count)} eigenvalue{(count == 1 ? " is" : "s are")} zero to rounding (below 10⁻¹⁰ of the largest, or not finite) and not shown.";
}
