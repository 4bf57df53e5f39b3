// TempBalance: layers whose spectral tail is light (large alpha) train faster, those with a heavy tail slower.
using ModelBalancing.Spectra;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace ModelBalancing.Balancing;

/// <summary>A named group of parameters that share a learning rate.</summary>
/// <param name="Name">The tuned layer's name, or <see cref="TempBalance.Rest"/>.</param>
/// <param name="Parameters">Its parameters with their full names, in the model's order; not owned.</param>
public sealed record BalancedGroup(string Name, IReadOnlyList<(string Name, Parameter P)> Parameters);

/// <summary>Binds a model's layers to learning-rate multipliers.</summary>
/// <remarks>
/// Rules of the PDE trainer (section 2.9 of the method's description): one group a tuned layer, weight and bias, in the order of the
/// module tree; then one group "rest" with everything else at the base rate. Before training: <see cref="Apply(Optimizer, double)"/> once.
/// After each epoch: <see cref="AfterEpoch(int)"/>, then Apply with the scheduler's base rate for the next epoch in closed form, so that nothing compounds.
/// It knows no optimizer class: it hands out multipliers by group, and writes rates through TorchSharp's public interfaces.
/// </remarks>
public sealed class TempBalance : IDisposable
{
    /// <summary>Name of the last group, which holds every parameter that is not tuned.</summary>
    public const string Rest = "rest";

    private readonly LayerAnalysis analysis;
    private readonly IReadOnlyList<BalancedGroup> groups;
    private readonly double[] metrics;
    private readonly double[] multipliers;
    private readonly HashSet<string> leftAlone;
    private double drift = 1;

    private TempBalance(nn.Module module, BalanceOptions options, LayerAnalysis analysis, IReadOnlyList<string> tuned)
    {
        this.analysis = analysis;
        Options = options;
        groups = Grouped(module, tuned);
        metrics = [.. groups.Select(_ => double.NaN)];
        multipliers = [.. groups.Select(_ => 1.0)];
        leftAlone = LeftAlone(module, options);
    }

    /// <summary>The options it was made with.</summary>
    public BalanceOptions Options { get; }

    /// <summary>The last analysis; empty after a resume until the next refresh.</summary>
    public IReadOnlyList<LayerReport> Reports { get; private set; } = [];

    /// <summary>How often metrics were computed, the start included.</summary>
    public int Refreshes { get; private set; }

    /// <summary>Time that balancing has taken from the training so far: analyses, or snapshots and waiting, and setting rates.</summary>
    public TimeSpan Spent => analysis.Spent;

    /// <summary>Names of the tuned layers, in the order of their groups.</summary>
    public IReadOnlyList<string> Tuned => [.. groups.SkipLast(1).Select(group => group.Name)];

    /// <summary>Metrics and multipliers as they are, in the order of the groups; what a run logs.</summary>
    public IReadOnlyList<GroupBalance> Groups => [.. groups.Select((group, i) => new GroupBalance(group.Name, metrics[i], drift * multipliers[i]))];

    /// <summary>All that a resumed run needs; an asynchronous one waits for its pending snapshot.</summary>
    public BalanceState State => analysis.Timed(() =>
        new BalanceState([.. groups.Select((group, i) => new GroupBalance(group.Name, metrics[i], multipliers[i]))], drift, Refreshes, Options.Fidelity.Name, analysis.Pending));

    /// <summary>Chooses the tuned layers by the model's present weights and computes the first multipliers; call it before the optimizer is made.</summary>
    /// <param name="module">The model.</param>
    /// <param name="options">How to balance.</param>
    /// <param name="analyse">Another analysis of the model; <see cref="Esd.Analyse(nn.Module, Fidelity, EsdOptions)"/> if left out.</param>
    /// <exception cref="SpectrumException">A weight holds NaN or infinite values.</exception>
    public static TempBalance Attach(nn.Module module, BalanceOptions options, Func<nn.Module, IReadOnlyList<LayerReport>>? analyse = null)
    {
        Check(module, options);
        var analysis = new LayerAnalysis(module, options, analyse);
        return analysis.Timed(() =>
        {
            var reports = analysis.Refresh();
            var leftAlone = LeftAlone(module, options);
            var tuned = reports.Where(report => !leftAlone.Contains(report.Name) && IsUsable(report, options, atStart: true))
                .Select(report => report.Name).ToList();
            var balance = new TempBalance(module, options, analysis, tuned);
            balance.Refresh(reports, atStart: true);
            return balance;
        });
    }

    /// <summary>Takes over a saved state of the same groups.</summary>
    /// <exception cref="ArgumentException">The groups or the variant differ.</exception>
    public void Restore(BalanceState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var (mine, theirs) = (groups.Select(group => group.Name).ToList(), state.Groups.Select(group => group.Name).ToList());
        if (!mine.SequenceEqual(theirs))
            throw new ArgumentException($"The saved balancing has the groups {string.Join(", ", theirs)}, this model {string.Join(", ", mine)}: resume with the run's own spec, or start anew.", nameof(state));
        if (state.Fidelity != Options.Fidelity.Name)
            throw new ArgumentException($"The saved balancing is of fidelity {state.Fidelity}, the options say {Options.Fidelity.Name}: resume with the run's own spec, or start anew.", nameof(state));
        for (var i = 0; i < groups.Count; i++)
            (metrics[i], multipliers[i]) = (state.Groups[i].Metric, state.Groups[i].Multiplier);
        (drift, Refreshes, Reports) = (state.Drift, state.Refreshes, (IReadOnlyList<LayerReport>)[]);
        analysis.Restore(state.Pending);
    }

    /// <summary>The groups to make an optimizer from, in order; the last is <see cref="Rest"/> (empty if everything is tuned).</summary>
    public IReadOnlyList<BalancedGroup> ParameterGroups() => groups;

    /// <summary>Whether the metrics are to be refreshed after this epoch: every RefreshInterval epochs from the first on, and after the second.</summary>
    /// <param name="epoch">The epoch just trained, from 0.</param>
    /// <remarks>The released trainer's rule, ep % tb_interval_ep == 0 or ep == 1; never with fixed metrics.</remarks>
    public bool IsDue(int epoch) => !Options.FixedMetric && (epoch % Options.RefreshInterval == 0 || epoch == 1);

    /// <summary>Ends an epoch: refreshes the metrics if they are due.</summary>
    /// <param name="epoch">The epoch just trained, from 0.</param>
    /// <returns>Whether metrics were computed.</returns>
    /// <exception cref="SpectrumException">A weight holds NaN or infinite values.</exception>
    public bool AfterEpoch(int epoch) => AfterEpoch(epoch, analysis.Refresh);

    /// <summary>Ends an epoch with an analysis made elsewhere, which is asked for only if it is due.</summary>
    /// <param name="epoch">The epoch just trained, from 0.</param>
    /// <param name="reports">Gives the reports of the model's layers.</param>
    /// <returns>Whether the metrics were refreshed.</returns>
    public bool AfterEpoch(int epoch, Func<IReadOnlyList<LayerReport>> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        // The released trainer reads the next base from the last group. By position, a tuned multiplier may have landed there.
        if (Options.Fidelity.Groups == GroupMatching.ByPosition && Options.Control != BalanceControl.MeanMultiplier)
            drift *= multipliers[^1];
        if (!IsDue(epoch))
            return false;
        return analysis.Timed(() =>
        {
            Refresh(reports(), atStart: false);
            return true;
        });
    }

    /// <summary>Computes metrics and multipliers anew from the present weights, due or not, and at once even where balancing is asynchronous.</summary>
    /// <remarks>A tuned layer that has no usable metric any more goes back to the base rate until it has one again.</remarks>
    /// <exception cref="SpectrumException">A weight holds NaN or infinite values.</exception>
    public void Refresh() => Refresh(analysis.Now(), atStart: false);

    /// <summary>What the base rate is multiplied by for a group.</summary>
    /// <param name="groupName">A tuned layer or <see cref="Rest"/>.</param>
    /// <exception cref="ArgumentException">There is no such group.</exception>
    public double Multiplier(string groupName)
    {
        for (var i = 0; i < groups.Count; i++)
        {
            if (groups[i].Name == groupName)
                return drift * multipliers[i];
        }
        throw new ArgumentException($"There is no group '{groupName}'; the groups are {string.Join(", ", groups.Select(group => group.Name))}.", nameof(groupName));
    }

    /// <summary>Writes the rates into an optimizer made from <see cref="ParameterGroups"/>.</summary>
    /// <param name="optimizer">The optimizer; its groups hold the very parameters of ours, in the same order.</param>
    /// <param name="baseLearningRate">The scheduler's base rate for the coming epoch, in closed form.</param>
    /// <exception cref="ArgumentException">The optimizer's groups are not ours.</exception>
    public void Apply(Optimizer optimizer, double baseLearningRate)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        Apply(optimizer.ParamGroups, baseLearningRate);
    }

    /// <summary>Writes the rates into parameter groups made from <see cref="ParameterGroups"/>.</summary>
    /// <param name="controllers">The groups of an optimizer, in order; an empty rest may be left out.</param>
    /// <param name="baseLearningRate">The scheduler's base rate for the coming epoch, in closed form.</param>
    /// <exception cref="ArgumentException">The groups are not ours; nothing is written.</exception>
    public void Apply(IEnumerable<ILearningRateController> controllers, double baseLearningRate)
    {
        ArgumentNullException.ThrowIfNull(controllers);
        var written = controllers.ToList();
        var held = written.Count == groups.Count ? [.. groups] : groups.Where(group => group.Parameters.Count > 0).ToList();
        if (written.Count != held.Count)
            throw new ArgumentException($"The optimizer has {written.Count} parameter groups, the balancing {held.Count}: make the optimizer from ParameterGroups().", nameof(controllers));
        for (var i = 0; i < held.Count; i++)
        {
            if (written[i] is ParamGroup theirs && !theirs.Parameters.SequenceEqual(held[i].Parameters.Select(parameter => parameter.P), ReferenceEqualityComparer.Instance))
                throw new ArgumentException($"The optimizer's group {i} does not hold the parameters of group '{held[i].Name}': make the optimizer from ParameterGroups(), in its order.", nameof(controllers));
        }
        for (var i = 0; i < held.Count; i++)
            written[i].LearningRate = baseLearningRate * Multiplier(held[i].Name);
    }

    /// <summary>Ends the process beside the training, where there is one.</summary>
    public void Dispose() => analysis.Dispose();

    private static void Check(nn.Module module, BalanceOptions options)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(options);
        if (options.RefreshInterval < 1)
            throw new ArgumentException($"The refresh interval is {options.RefreshInterval}; it must be at least 1 epoch.", nameof(options));
    }

    // Frozen layers and those that the options name.
    private static HashSet<string> LeftAlone(nn.Module module, BalanceOptions options) =>
        [.. options.Exclude, .. WeightMatrices.Of(module).Where(weight => !weight.Weight.requires_grad).Select(weight => weight.Name)];

    private static bool IsUsable(LayerReport report, BalanceOptions options, bool atStart)
    {
        if (!options.Fidelity.HasEnough(report.Kept, atStart))
            return false;
        if (options.Fidelity.Degenerate == DegenerateCases.Refused)
            return double.IsFinite(options.Metric.Of(report, options.Fidelity));
        // Where the released arithmetic gives infinities they are taken; where it fails, so do we.
        if (report.Fit is null && options.Metric is (LayerMetric.Alpha or LayerMetric.Distance))
            throw new SpectrumException($"Layer '{report.Name}' has no tail to fit: {report.Note}");
        return true;
    }

    // One group a tuned layer, then the rest; a parameter shared by two layers belongs to the first.
    private static List<BalancedGroup> Grouped(nn.Module module, IReadOnlyList<string> tuned)
    {
        var layers = WeightMatrices.Layers(module).ToDictionary(layer => layer.Name, layer => layer.Module);
        var taken = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        var grouped = new List<BalancedGroup>();
        foreach (var name in tuned)
        {
            if (name == Rest)
                throw new ArgumentException($"A layer is named '{Rest}', which is the name of the group of everything untuned: rename the layer.", nameof(module));
            if (!layers.TryGetValue(name, out var layer))
                throw new ArgumentException($"The model has no layer '{name}' to balance.", nameof(module));
            grouped.Add(new BalancedGroup(name, [.. layer.named_parameters(recurse: false)
                .Where(parameter => parameter.parameter.requires_grad && taken.Add(parameter.parameter))
                .Select(parameter => (name.Length == 0 ? parameter.name : $"{name}.{parameter.name}", parameter.parameter))]));
        }
        grouped.Add(new BalancedGroup(Rest, [.. module.named_parameters()
            .Where(parameter => parameter.parameter.requires_grad && !taken.Contains(parameter.parameter))
            .Select(parameter => (parameter.name, parameter.parameter))]));
        return grouped;
    }

    private void Refresh(IReadOnlyList<LayerReport> reports, bool atStart)
    {
        ArgumentNullException.ThrowIfNull(reports);
        Reports = reports;
        Refreshes++;
        if (!atStart && Options.Fidelity.Groups == GroupMatching.ByPosition)
            RefreshByPosition(reports);
        else
            RefreshByName(reports, atStart);
    }

    private void RefreshByName(IReadOnlyList<LayerReport> reports, bool atStart)
    {
        var byName = reports.ToDictionary(report => report.Name);
        var usable = new List<int>();
        for (var i = 0; i < groups.Count - 1; i++)
        {
            var report = byName.GetValueOrDefault(groups[i].Name);
            metrics[i] = report is null ? double.NaN : Options.Metric.Of(report, Options.Fidelity);
            if (report is not null && IsUsable(report, Options, atStart))
                usable.Add(i);
        }
        var computed = Computed([.. usable.Select(i => metrics[i])]);
        Array.Fill(multipliers, computed.Others);
        for (var i = 0; i < usable.Count; i++)
            multipliers[usable[i]] = computed.Layers[i];
    }

    // The released loop: whatever layers qualify now go to the groups one after another. If a layer's count equals the limit,
    // the list is longer than at the start and runs into the rest.
    private void RefreshByPosition(IReadOnlyList<LayerReport> reports)
    {
        var values = reports.Where(report => !leftAlone.Contains(report.Name) && IsUsable(report, Options, atStart: false))
            .Select(report => Options.Metric.Of(report, Options.Fidelity)).ToArray();
        var computed = Computed(values);
        for (var i = 0; i < groups.Count; i++)
        {
            metrics[i] = i < values.Length ? values[i] : double.NaN;
            multipliers[i] = i < values.Length ? computed.Layers[i] : computed.Others;
        }
    }

    // Multipliers of layers with these metrics and of the rest, the control applied.
    private (double[] Layers, double Others) Computed(double[] values)
    {
        if (Options.Control == BalanceControl.Baseline)
            return ([.. values.Select(_ => 1.0)], 1);
        var layers = Options.Schedule.Multipliers(values, Options.Fidelity);
        switch (Options.Control)
        {
            case BalanceControl.Shuffled:
                return (Shuffled(layers, new Random(Options.ControlSeed)), 1);
            case BalanceControl.Inverted:
                return (Inverted(layers), 1);
            case BalanceControl.MeanMultiplier when layers.Length > 0:
                var mean = layers.Average();
                return ([.. layers.Select(_ => mean)], mean);
            default:
                return (layers, 1);
        }
    }

    // Sattolo's algorithm: one cycle through all places, so that with two layers or more none keeps its own.
    internal static double[] Shuffled(double[] values, Random random)
    {
        var shuffled = values.ToArray();
        for (var i = shuffled.Length - 1; i > 0; i--)
        {
            var other = random.Next(i);
            (shuffled[i], shuffled[other]) = (shuffled[other], shuffled[i]);
        }
        return shuffled;
    }

    // The k-th smallest and the k-th largest change places.
    internal static double[] Inverted(double[] values)
    {
        var ascending = Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ToArray();
        var inverted = new double[values.Length];
        for (var k = 0; k < ascending.Length; k++)
            inverted[ascending[k]] = values[ascending[^(k + 1)]];
        return inverted;
    }
}
