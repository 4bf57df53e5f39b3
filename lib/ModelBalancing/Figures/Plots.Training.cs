// What happens during training, and what comes out for each amount of data.
namespace ModelBalancing.Figures;

/// <summary>A method's results: for each training size the values of all seeds.</summary>
/// <param name="Name">The method's name.</param>
/// <param name="Values">One list a size; a list may be empty, and lists may differ in length.</param>
public sealed record MethodResults(string Name, IReadOnlyList<IReadOnlyList<double>> Values);

/// <summary>A method's curves: one a seed, over common steps.</summary>
/// <param name="Name">The method's name.</param>
/// <param name="Steps">Steps or epochs.</param>
/// <param name="Seeds">One curve a seed, each as long as <paramref name="Steps"/>.</param>
public sealed record MethodCurves(string Name, IReadOnlyList<double> Steps, IReadOnlyList<IReadOnlyList<double>> Seeds);

public static partial class Plots
{
    /// <summary>
    /// A metric against the training size for methods side by side: means with sample standard deviations, and every seed as a small ring.
    /// </summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="metric">What the values are, such as "nRMSE".</param>
    /// <param name="sizes">Training sizes.</param>
    /// <param name="methods">Each method's values, one list a size.</param>
    /// <param name="floor">A reference such as the error of persistence, with its name; default none.</param>
    /// <param name="sizeTitle">What the sizes are; default "training samples".</param>
    /// <param name="log">Whether both axes are logarithmic; default true. Metrics such as accuracy want false, which keeps only x logarithmic.</param>
    public static Figure MetricBySize(string title, string metric, IReadOnlyList<double> sizes, IReadOnlyList<MethodResults> methods,
        (string Name, double Value)? floor = null, string sizeTitle = "training samples", bool log = true)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(methods);
        var isLogX = sizes.All(s => s > 0) && sizes.Count > 1;
        double[] sorted = [.. sizes.Distinct().Order()];
        // Methods stand a little apart, so that their bars do not hide one another: a share of the closest two sizes' distance.
        var step = sorted.Length < 2 ? 1 : sorted.Zip(sorted.Skip(1), (a, b) => isLogX ? Math.Log(b / a) : b - a).Min() * 0.09;
        var traces = new List<Trace>();
        var most = 0;
        for (var m = 0; m < methods.Count; m++)
        {
            var method = methods[m];
            Same.Length(method.Values, nameof(methods), sizes, nameof(sizes));
            var shift = (m - (methods.Count - 1) / 2.0) * step;
            double At(int i) => isLogX ? sizes[i] * Math.Exp(shift) : sizes[i] + shift;
            var samples = method.Values.Select(Sample.Of).ToList();
            var color = Palette.OfMethod(method.Name, m);
            int[] known = [.. Enumerable.Range(0, sizes.Count).Where(i => method.Values[i].Count > 0).OrderBy(i => sizes[i])];
            double[] means = [.. known.Select(i => samples[i].Mean)];
            most = Math.Max(most, method.Values.Select(v => v.Count).DefaultIfEmpty(0).Max());
            traces.Add(new Trace.Points(method.Name + ", single seeds", [.. known.SelectMany(i => method.Values[i].Select(_ => At(i)))], [.. known.SelectMany(i => method.Values[i])])
            {
                Color = color, Symbol = Symbol.Ring, Size = 5.5, Opacity = 0.75, InLegend = false,
            });
            traces.Add(new Trace.Line(method.Name, [.. known.Select(At)], means)
            {
                Color = color, Marker = Symbol.Circle, Error = Bounds.Around(means, [.. known.Select(i => double.IsNaN(samples[i].Deviation) ? 0 : samples[i].Deviation)]),
            });
        }
        return new(title, new Panel(new(sizeTitle) { Log = isLogX, TickValues = sorted }, new(metric) { Log = log }, traces)
        {
            Marks = floor is { } f ? [new Mark.Horizontal(f.Value, f.Name) { Dash = Dash.Dotted }] : [],
        })
        {
            Note = most > 1 ? "Dots and bars: mean ± sample standard deviation over seeds; rings: single seeds." : most == 1 ? "One seed each." : "",
        };
    }

    /// <summary>The learning rates of layer groups over training, on a logarithmic axis.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="steps">Steps or epochs.</param>
    /// <param name="groups">Each group's rates, as many as <paramref name="steps"/>.</param>
    /// <param name="baseRates">The schedule's rate before balancing, drawn dashed; default none.</param>
    /// <param name="stepTitle">What the steps are; default "epoch".</param>
    public static Figure LearningRates(string title, IReadOnlyList<double> steps, IReadOnlyList<Series> groups, IReadOnlyList<double>? baseRates = null, string stepTitle = "epoch")
    {
        ArgumentNullException.ThrowIfNull(steps);
        ArgumentNullException.ThrowIfNull(groups);
        var traces = new List<Trace>();
        var isMany = groups.Count > Palette.Series.Count;
        for (var i = 0; i < groups.Count; i++)
        {
            Same.Length(groups[i].Values, nameof(groups), steps, nameof(steps));
            traces.Add(new Trace.Line(groups[i].Name, steps, groups[i].Values)
            {
                Color = isMany ? Palette.Ordered(i, groups.Count) : Palette.Of(i),
                Width = isMany ? 1.3 : 1.8,
                InLegend = !isMany || i == 0 || i == groups.Count / 2 || i == groups.Count - 1,
            });
        }
        if (baseRates is not null)
        {
            Same.Length(baseRates, nameof(baseRates), steps, nameof(steps));
            traces.Add(new Trace.Line("base rate", steps, baseRates) { Color = Palette.Reference, Dash = Dash.Dashed, Width = 2.2 });
        }
        return new(title, new Panel(new(stepTitle), new("learning rate") { Log = true }, traces))
        {
            Note = isMany ? $"{groups.Count} groups, coloured from the first (dark) to the last (light)." : "",
        };
    }

    /// <summary>Loss curves of methods: the mean over seeds with a band from the lowest to the highest seed.</summary>
    /// <param name="title">The figure's title.</param>
    /// <param name="methods">Each method's curves.</param>
    /// <param name="lossTitle">What the values are; default "training loss".</param>
    /// <param name="stepTitle">What the steps are; default "epoch".</param>
    /// <param name="log">Whether the loss axis is logarithmic; default true.</param>
    public static Figure LossCurves(string title, IReadOnlyList<MethodCurves> methods, string lossTitle = "training loss", string stepTitle = "epoch", bool log = true)
    {
        ArgumentNullException.ThrowIfNull(methods);
        var traces = new List<Trace>();
        var most = 0;
        for (var m = 0; m < methods.Count; m++)
        {
            var method = methods[m];
            foreach (var seed in method.Seeds)
                Same.Length(seed, nameof(methods), method.Steps, nameof(MethodCurves.Steps));
            var samples = Enumerable.Range(0, method.Steps.Count).Select(i => Sample.Of([.. method.Seeds.Select(seed => seed[i])])).ToList();
            most = Math.Max(most, method.Seeds.Count);
            traces.Add(new Trace.Line(method.Name, method.Steps, [.. samples.Select(s => s.Mean)])
            {
                Color = Palette.OfMethod(method.Name, m),
                Band = method.Seeds.Count > 1 ? new([.. samples.Select(s => s.Low)], [.. samples.Select(s => s.High)]) : null,
            });
        }
        return new(title, new Panel(new(stepTitle), new(lossTitle) { Log = log }, traces))
        {
            Note = most > 1 ? $"Lines: mean over {most} seeds; bands: lowest to highest seed." : "",
        };
    }
}
