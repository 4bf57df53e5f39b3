// TempBalance as text models are trained with it: one parameter group a tensor, rates set after every optimizer step.
using ModelBalancing.Spectra;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace ModelBalancing.Balancing;

/// <summary>Gives every parameter of a model its learning rate and weight decay for the next step.</summary>
/// <remarks>
/// Sections 2.3 to 2.8 of the method's description. A step: <see cref="BeforeStep(int)"/>, then forward, backward and optimizer step, then
/// <see cref="Apply"/> with the base rate of the next step. Rates are base · multiplier with the base from any scheduler in closed form, so nothing compounds.
/// Inside a block, weights take their layer's multiplier and biases too; norms take the rate of the linear layer before them in parameter order,
/// which in block units is the block's. Embeddings, heads and everything else outside blocks stay at the base rate.
/// </remarks>
public sealed class StepBalance : IDisposable
{
    private readonly LayerAnalysis analysis;
    private readonly IReadOnlyList<(string Name, bool Decays)> parameters;
    private LayerMetricValue[] layers = [];
    private (Dictionary<string, double> LearningRate, Dictionary<string, double> WeightDecay) multipliers = ([], []);

    private StepBalance(StepBalanceOptions options, IReadOnlyList<BalancedGroup> groups, IReadOnlyList<(string Name, bool Decays)> parameters, LayerAnalysis analysis)
    {
        Options = options;
        Groups = groups;
        this.parameters = parameters;
        this.analysis = analysis;
    }

    /// <summary>The options it was made with.</summary>
    public StepBalanceOptions Options { get; }

    /// <summary>One group a trainable parameter, in the model's order: what the optimizer is made from.</summary>
    public IReadOnlyList<BalancedGroup> Groups { get; }

    /// <summary>The last analysis; empty after a resume until the next refresh.</summary>
    public IReadOnlyList<LayerReport> Reports { get; private set; } = [];

    /// <summary>How often metrics were computed.</summary>
    public int Refreshes { get; private set; }

    /// <summary>Time that balancing has taken from the training so far: analyses, or snapshots and waiting, and setting rates.</summary>
    public TimeSpan Spent => analysis.Spent;

    /// <summary>All that a resumed run needs; an asynchronous one waits for its pending snapshot.</summary>
    public StepBalanceState State => analysis.Timed(() => new StepBalanceState(layers, Refreshes, Options.Balance.Fidelity.Name, analysis.Pending));

    /// <summary>Binds a model; metrics are computed at the first step.</summary>
    /// <param name="module">The model.</param>
    /// <param name="options">How to balance.</param>
    /// <param name="analyse">Another analysis of the model; <see cref="Esd.Analyse(nn.Module, Fidelity, EsdOptions)"/> if left out.</param>
    public static StepBalance Attach(nn.Module module, StepBalanceOptions options, Func<nn.Module, IReadOnlyList<LayerReport>>? analyse = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(options);
        var released = options.Balance.Fidelity.Degenerate == DegenerateCases.AsComputed;
        var norms = WeightMatrices.Layers(module).Where(layer => layer.Module is LayerNorm).Select(layer => layer.Name).ToHashSet(StringComparer.Ordinal);
        var trainable = module.named_parameters().Where(parameter => parameter.parameter.requires_grad).ToList();
        return new StepBalance(options, [.. trainable.Select(parameter => new BalancedGroup(parameter.name, [(parameter.name, parameter.parameter)]))],
            [.. trainable.Select(parameter => (parameter.name, Decays(parameter.name, parameter.parameter)))], new LayerAnalysis(module, options.Balance, analyse));

        // The released rule exempts LayerNorm and biases; so does ours, and every other vector such as the scale of an RMSNorm.
        bool Decays(string name, Parameter parameter) => !name.Contains("bias", StringComparison.Ordinal) && (released
            ? !(name.LastIndexOf('.') is var dot && dot > 0 && norms.Contains(name[..dot]))
            : parameter.dim() > 1);
    }

    /// <summary>Binds names instead of a model: for rates worked out elsewhere and for tests.</summary>
    internal static StepBalance Of(IReadOnlyList<(string Name, bool Decays)> parameters, StepBalanceOptions options, Func<IReadOnlyList<LayerReport>> analyse) =>
        new(options, [], parameters, new LayerAnalysis(analyse));

    /// <summary>Takes over a saved state.</summary>
    /// <exception cref="ArgumentException">It is of another variant.</exception>
    public void Restore(StepBalanceState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Fidelity != Options.Balance.Fidelity.Name)
            throw new ArgumentException($"The saved balancing is of fidelity {state.Fidelity}, the options say {Options.Balance.Fidelity.Name}: resume with the run's own spec, or start anew.", nameof(state));
        (layers, Refreshes, Reports) = ([.. state.Layers], state.Refreshes, []);
        analysis.Restore(state.Pending);
        Assign();
    }

    /// <summary>Computes metrics if they are due before this step.</summary>
    /// <param name="step">The optimizer step to come, from 0.</param>
    /// <returns>Whether they were computed.</returns>
    /// <exception cref="SpectrumException">A weight holds NaN or infinite values.</exception>
    public bool BeforeStep(int step)
    {
        if (!Options.Refresh.IsDue(step) || (Options.Balance.FixedMetric && Refreshes > 0))
            return false;
        return analysis.Timed(() =>
        {
            Refresh(analysis.Refresh());
            return true;
        });
    }

    /// <summary>Every parameter's rates for a step, in the order of the groups.</summary>
    /// <param name="step">The step they are for, from 0; call after the step before it, with the metrics known then.</param>
    /// <param name="baseRate">The scheduler's rate for that step, in closed form.</param>
    /// <remarks>The first step, and with <see cref="StepBalanceOptions.AfterWarmup"/> every step up to W + 1, has the base rates, as released.</remarks>
    public IReadOnlyList<ParameterRate> RatesFor(int step, double baseRate)
    {
        var balanced = step > 0 && Refreshes > 0 && Options.Balance.Control != BalanceControl.Baseline && (!Options.AfterWarmup || step - 1 > Options.WarmupSteps);
        var rates = new List<ParameterRate>(parameters.Count);
        // A norm before the first linear layer of its block takes that of the first one.
        var (block, last) = ((string?)null, (string?)null);
        foreach (var (name, decays) in parameters)
        {
            var (rate, decay) = (baseRate, decays ? Options.WeightDecay : 0);
            if (balanced && BalanceUnit.BlockOf(name, Options.Balance.Fidelity) is { } inside)
            {
                if (inside != block)
                    (block, last) = (inside, layers.FirstOrDefault(layer => BalanceUnit.BlockOf(layer.Name, Options.Balance.Fidelity) == inside)?.Name);
                var own = LayerOf(name);
                last = own ?? last;
                if (last is not null)
                {
                    if (Options.Tuned != TunedRates.WeightDecay)
                        rate = baseRate * multipliers.LearningRate[last];
                    if (Options.Tuned != TunedRates.LearningRate && decays && own is not null)
                        decay = Options.WeightDecay * multipliers.WeightDecay[own];
                }
            }
            rates.Add(new ParameterRate(name, rate, decay));
        }
        return rates;
    }

    /// <summary>Writes the rates for a step into an optimizer made from <see cref="Groups"/>.</summary>
    /// <param name="optimizer">The optimizer, one group a parameter in our order.</param>
    /// <param name="step">The step they are for, from 0.</param>
    /// <param name="baseRate">The scheduler's rate for that step, in closed form.</param>
    /// <exception cref="ArgumentException">The optimizer's groups are not ours, or its weight decay cannot be set by group; nothing is written.</exception>
    public void Apply(Optimizer optimizer, int step, double baseRate)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        var written = optimizer.ParamGroups.OfType<ParamGroup>().ToList();
        if (written.Count != Groups.Count || written.Zip(Groups).Any(pair => !pair.First.Parameters.SequenceEqual(pair.Second.Parameters.Select(parameter => parameter.P), ReferenceEqualityComparer.Instance)))
            throw new ArgumentException($"The optimizer's {written.Count} groups are not the {Groups.Count} of the balancing, one a parameter: make the optimizer from Groups, in their order.", nameof(optimizer));
        var rates = analysis.Timed(() => RatesFor(step, baseRate));
        if (Options.Tuned != TunedRates.LearningRate || Options.WeightDecay > 0)
        {
            for (var i = 0; i < written.Count; i++)
                SetWeightDecay(written[i], rates[i].WeightDecay);
        }
        for (var i = 0; i < written.Count; i++)
            written[i].LearningRate = rates[i].LearningRate;
    }

    /// <summary>Ends the process beside the training, where there is one.</summary>
    public void Dispose() => analysis.Dispose();

    private void Refresh(IReadOnlyList<LayerReport> reports)
    {
        Reports = reports;
        Refreshes++;
        var (fidelity, excluded) = (Options.Balance.Fidelity, Options.Balance.Exclude);
        var usable = reports.Where(report => !excluded.Contains(report.Name) && fidelity.HasEnough(report.Kept, atStart: false)
            && (fidelity.Degenerate == DegenerateCases.AsComputed || double.IsFinite(Options.Balance.Metric.Of(report, fidelity)))).ToList();
        if (Options.RemoveLast && usable.Count > 0)
            usable.RemoveAt(usable.Count - 1);
        layers = [.. usable.Select(report => new LayerMetricValue(report.Name, Options.Balance.Metric.Of(report, fidelity)))];
        Assign();
    }

    private void Assign()
    {
        multipliers = (Named(Options.Balance.Schedule), Named(Options.WeightDecaySchedule ?? Options.Balance.Schedule));

        Dictionary<string, double> Named(Schedule schedule)
        {
            var values = layers.Length == 0 ? [] : Options.Unit.Multipliers([.. layers.Select(layer => layer.Name)], [.. layers.Select(layer => layer.Metric)], schedule,
                Options.Normalise, Options.Balance.Fidelity, Options.Targets);
            return layers.Zip(Controlled(values)).ToDictionary(pair => pair.First.Name, pair => pair.Second, StringComparer.Ordinal);
        }
    }

    // Layers of one unit keep one value: what is shuffled or inverted is the list of the units' values.
    private double[] Controlled(double[] values)
    {
        if (Options.Balance.Control is BalanceControl.None or BalanceControl.Baseline || values.Length == 0)
            return values;
        if (Options.Balance.Control == BalanceControl.MeanMultiplier)
            return [.. values.Select(_ => values.Average())];
        var keys = layers.Select(layer => Options.Unit is BalanceUnit.Layer ? layer.Name : BalanceUnit.BlockOf(layer.Name, Options.Balance.Fidelity) ?? "").ToArray();
        var inside = keys.Distinct().Where(key => key.Length > 0).ToArray();
        var ofUnits = inside.Select(key => values[Array.IndexOf(keys, key)]).ToArray();
        var changed = Options.Balance.Control == BalanceControl.Inverted ? TempBalance.Inverted(ofUnits) : TempBalance.Shuffled(ofUnits, new Random(Options.Balance.ControlSeed));
        return [.. values.Select((value, i) => Array.IndexOf(inside, keys[i]) is var place && place >= 0 ? changed[place] : value)];
    }

    // The analysed layer that a parameter belongs to: the longest name that is a path prefix.
    private string? LayerOf(string parameter)
    {
        for (var end = parameter.LastIndexOf('.'); end > 0; end = parameter.LastIndexOf('.', end - 1))
        {
            if (multipliers.LearningRate.ContainsKey(parameter[..end]))
                return parameter[..end];
        }
        return null;
    }

    private static void SetWeightDecay(ParamGroup group, double value)
    {
        switch (group.Options)
        {
            case AdamW.Options options: options.weight_decay = value; break;
            case Adam.Options options: options.weight_decay = value; break;
            case SGD.Options options: options.weight_decay = value; break;
            case RMSProp.Options options: options.weight_decay = value; break;
            case NAdam.Options options: options.weight_decay = value; break;
            case RAdam.Options options: options.weight_decay = value; break;
            case Adamax.Options options: options.weight_decay = value; break;
            case Adagrad.Options options: options.weight_decay = value; break;
            default:
                throw new ArgumentException($"The optimizer keeps no weight decay a group that can be set ({group.GetType().Name}): tune the learning rate alone with a base weight decay of 0 here, or use AdamW.");
        }
    }
}
