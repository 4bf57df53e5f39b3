// Optimizers of text models: one group a tensor, everything by name, so that rates are set by balancing and the state is stored and restored exactly.
using ModelBalancing.Balancing;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>An optimizer whose groups have a learning rate and a decoupled weight decay each, and whose state has names.</summary>
/// <remarks>
/// Groups carry <see cref="AdamW.Options"/>, so that <see cref="StepBalance.Apply"/> can set both numbers.
/// A parameter without a gradient is left alone, its step count too.
/// </remarks>
public abstract class NamedOptimizer : optim.Optimizer
{
    private readonly List<Group> groups;
    private readonly Dictionary<string, State> states = new(StringComparer.Ordinal);

    /// <summary>Makes the optimizer.</summary>
    /// <param name="groups">Groups in order, such as <see cref="StepBalance.Groups"/>; names of parameters must be unique.</param>
    /// <param name="learningRate">Learning rate of every group at first, ≥ 0.</param>
    /// <param name="weightDecay">Weight decay of every group at first, ≥ 0.</param>
    /// <exception cref="ArgumentException">A number is out of range or a name occurs twice.</exception>
    protected NamedOptimizer(IEnumerable<BalancedGroup> groups, double learningRate, double weightDecay) : base(IntPtr.Zero)
    {
        ArgumentNullException.ThrowIfNull(groups);
        if (!(learningRate >= 0 && weightDecay >= 0))
            throw new ArgumentException($"learningRate and weightDecay must be at least 0, are {learningRate} and {weightDecay}.", nameof(learningRate));
        this.groups = [.. groups.Select(group => new Group(group, learningRate, weightDecay))];
        if (Named().GroupBy(parameter => parameter.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"groups: the parameter '{twice.Key}' occurs twice.", nameof(groups));
        _parameter_groups = [.. this.groups];
    }

    /// <summary>Updates every parameter that has a gradient.</summary>
    /// <param name="closure">Optional: computes the loss again, with gradients.</param>
    /// <returns>The closure's loss, or null.</returns>
    public override Tensor step(Func<Tensor>? closure = null)
    {
        Tensor? loss = closure?.Invoke();
        using var noGradient = no_grad();
        foreach (var group in groups)
            foreach (var (name, parameter) in group.Named)
            {
                using var scope = NewDisposeScope();
                if (parameter.grad is not { } gradient)
                    continue;
                if (!states.TryGetValue(name, out var state))
                    states[name] = state = Begin(parameter);
                state.Steps++;
                Update(parameter, gradient, state, group.LearningRate, ((AdamW.Options)group.Options).weight_decay ?? 0);
            }
        return loss!;
    }

    /// <summary>Takes all gradients away, so that a backward pass writes where it would otherwise add.</summary>
    public override void zero_grad()
    {
        foreach (var parameter in parameters())
            parameter.grad = null;
    }

    /// <inheritdoc/>
    public override IEnumerable<Parameter> parameters() => Named().Select(parameter => parameter.Parameter);

    /// <summary>The state by name, "KIND/PARAMETER"; the tensors stay the optimizer's own.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> StateTensors() =>
        from state in states
        from tensor in state.Value.Tensors
        select KeyValuePair.Create($"{tensor.Key}/{state.Key}", tensor.Value);

    /// <summary>Number of updates of every parameter that has had one.</summary>
    public IReadOnlyDictionary<string, long> Steps => states.ToDictionary(state => state.Key, state => state.Value.Steps);

    /// <summary>Puts a stored state back, exactly.</summary>
    /// <param name="tensors">Finds a stored tensor by its name in <see cref="StateTensors"/>.</param>
    /// <param name="steps">Stored <see cref="Steps"/>.</param>
    /// <exception cref="ArgumentException">A parameter is unknown or a shape differs.</exception>
    public void Restore(Func<string, Tensor> tensors, IReadOnlyDictionary<string, long> steps)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(steps);
        using var noGradient = no_grad();
        Forget();
        var known = Named().ToDictionary(parameter => parameter.Name, parameter => parameter.Parameter, StringComparer.Ordinal);
        foreach (var (name, count) in steps)
        {
            var state = states[name] = Begin(known.TryGetValue(name, out var parameter) ? parameter : throw new ArgumentException($"steps: there is no parameter '{name}'.", nameof(steps)));
            state.Steps = count;
            foreach (var (kind, own) in state.Tensors)
            {
                var stored = tensors($"{kind}/{name}");
                if (!stored.shape.SequenceEqual(own.shape))
                    throw new ArgumentException($"tensors: '{kind}/{name}' is ({string.Join(", ", stored.shape)}), expected ({string.Join(", ", own.shape)}).", nameof(tensors));
                own.copy_(stored);
            }
        }
    }

    /// <summary>The tensors that a parameter begins with, by kind.</summary>
    private protected abstract IEnumerable<(string Kind, Tensor Value)> Initial(Parameter parameter);

    /// <summary>Changes a parameter and its state in place; runs without gradients in a dispose scope.</summary>
    private protected abstract void Update(Parameter parameter, Tensor gradient, State state, double learningRate, double weightDecay);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            Forget();
    }

    private IEnumerable<(string Name, Parameter Parameter)> Named() => groups.SelectMany(group => group.Named);

    private State Begin(Parameter parameter) =>
        new(Initial(parameter).ToDictionary(tensor => tensor.Kind, tensor => tensor.Value.DetachFromDisposeScope(), StringComparer.Ordinal));

    private void Forget()
    {
        foreach (var tensor in states.Values.SelectMany(state => state.Tensors.Values))
            tensor.Dispose();
        states.Clear();
    }

    /// <summary>State of one parameter.</summary>
    private protected sealed class State(Dictionary<string, Tensor> tensors)
    {
        public long Steps { get; set; }

        public Dictionary<string, Tensor> Tensors { get; } = tensors;

        public Tensor this[string kind] => Tensors[kind];
    }

    private sealed class Group : ParamGroup
    {
        public Group(BalancedGroup group, double learningRate, double weightDecay)
        {
            Named = group.Parameters;
            Parameters = [.. group.Parameters.Select(parameter => parameter.P)];
            Options = new AdamW.Options { LearningRate = learningRate, InitialLearningRate = learningRate, weight_decay = weightDecay };
        }

        public IReadOnlyList<(string Name, Parameter Parameter)> Named { get; }
    }
}
