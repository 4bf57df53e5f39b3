// What all optimizers share: groups, state by parameter, the frame of a step, and files.
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Base class of the optimizers.</summary>
public abstract class OptimizerHelper : Optimizer
{
    /// <summary>Options of groups that bring none.</summary>
    protected OptimizerOptions _defaults = new();

    /// <summary>State by the parameter's native handle.</summary>
    protected OrderedDict<IntPtr, OptimizerState> _state = new();

    /// <summary>An optimizer without groups.</summary>
    public OptimizerHelper() : base(IntPtr.Zero) { }

    /// <summary>Adds a group as it is; derived types fill in its options and begin its state.</summary>
    public override void add_param_group(ParamGroup param_group) => _parameter_groups.Add(param_group);

    /// <inheritdoc/>
    public override IEnumerable<Parameter> parameters() => base.parameters();

    /// <inheritdoc/>
    public override void zero_grad() => base.zero_grad();

    /// <summary>Moves the state of all parameters.</summary>
    public void to(Device device)
    {
        foreach (var parameter in parameters()) _state[parameter.Handle].to(device);
    }

    /// <summary>Options of the groups and state of the parameters; the objects themselves, not copies.</summary>
    public virtual StateDictionary state_dict()
    {
        var result = new StateDictionary();
        foreach (var group in _parameter_groups)
        {
            result.Options.Add(group.Options);
            var positions = new List<int>();
            foreach (var parameter in group.Parameters)
            {
                positions.Add(result.State.Count);
                result.State.Add(_state[parameter.Handle]);
            }
            result.StateIndexRef.Add(positions);
        }
        return result;
    }

    /// <summary>Copies options and state of an optimizer with the same groups.</summary>
    /// <exception cref="ArgumentException">Different numbers of groups or parameters.</exception>
    public virtual void load_state_dict(StateDictionary state_dict)
    {
        var own = this.state_dict();
        RequireSameSize(own, state_dict.Options.Count, state_dict.State.Count);
        foreach (var (mine, given) in own.Options.Zip(state_dict.Options))
            if (!ReferenceEquals(mine, given)) mine.LoadStateDict(given);
        foreach (var (mine, given) in own.State.Zip(state_dict.State))
            if (!ReferenceEquals(mine, given)) mine.LoadStateDict(given);
    }

    /// <summary>Reads a file of <see cref="save_state_dict(string)"/>.</summary>
    public void load_state_dict(string location)
    {
        using var reader = new BinaryReader(File.OpenRead(location));
        load_state_dict(reader);
    }

    /// <summary>Reads what <see cref="save_state_dict(BinaryWriter)"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is another optimizer's.</exception>
    /// <exception cref="ArgumentException">Different numbers of groups or parameters.</exception>
    public void load_state_dict(BinaryReader reader)
    {
        var type = reader.ReadString();
        if (type != GetType().Name)
            throw new InvalidDataException($"Mismatched optimizer type: expected '{GetType().Name}', but found '{type}' in the loaded stream.");
        var own = state_dict();
        RequireSameSize(own, reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64());
        foreach (var options in own.Options) options.LoadStateDict(reader);
        foreach (var state in own.State) state.LoadStateDict(reader);
    }

    /// <summary>Writes options and state to a file.</summary>
    public void save_state_dict(string location)
    {
        using var writer = new BinaryWriter(File.Create(location));
        save_state_dict(writer);
    }

    /// <summary>Writes the optimizer's type, the numbers of groups and parameters (LEB128), the options and the state.</summary>
    public void save_state_dict(BinaryWriter writer)
    {
        var own = state_dict();
        writer.Write(GetType().Name);
        writer.Write7BitEncodedInt64(own.Options.Count);
        writer.Write7BitEncodedInt64(own.State.Count);
        foreach (var options in own.Options) options.SaveStateDict(writer);
        foreach (var state in own.State) state.SaveStateDict(writer);
    }

    /// <summary>Runs the closure with gradients, then the body on each group without, in a dispose scope.</summary>
    protected Tensor? _step<T>(Action<T> body, Func<Tensor>? loss_closure = null) where T : ParamGroup
    {
        Tensor? loss = null;
        if (loss_closure is not null)
            using (enable_grad())
                loss = loss_closure();
        using (no_grad())
        using (NewDisposeScope())
            foreach (var group in _parameter_groups) body((T)group);
        return loss;
    }

    /// <summary>Runs an update on each parameter that has a gradient, each in a dispose scope of its own.</summary>
    private protected Tensor? UpdateEach<TOptions, TState>(Action<TOptions, Parameter, Tensor, TState> update, Func<Tensor>? closure)
        where TOptions : OptimizerOptions where TState : OptimizerState =>
        _step<ParamGroup>(group =>
        {
            var options = (TOptions)group.Options;
            foreach (var parameter in group.Parameters)
            {
                using var scope = NewDisposeScope();
                if (parameter.grad is { } grad) update(options, parameter, grad, (TState)_state[parameter.Handle]);
            }
        }, closure);

    /// <summary>Adds a group, fills in its options and begins the state of its parameters.</summary>
    private protected void Join<TOptions>(ParamGroup group, Func<Parameter, OptimizerState> state) where TOptions : OptimizerOptions, new()
    {
        group.Options ??= new TOptions();
        ((TOptions)group.Options).FillFrom(_defaults);
        group.InitialLearningRate = group.LearningRate;
        // A list: module.parameters() would walk the whole module at every step.
        group.Parameters = [.. group.Parameters];
        _parameter_groups.Add(group);
        foreach (var parameter in group.Parameters)
        {
            var begun = state(parameter);
            begun.Initialize(group.Options);
            _state[parameter.Handle] = begun;
        }
    }

    /// <summary>Frees the state of all parameters.</summary>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing) return;
        foreach (var (_, state) in _state) (state as IDisposable)?.Dispose();
    }

    private static void RequireSameSize(StateDictionary own, long groups, long states)
    {
        if (groups != own.Options.Count) throw new ArgumentException("Invalid optimizer state -- different number of parameter groups.");
        if (states != own.State.Count) throw new ArgumentException("Invalid optimizer state -- different number of states.");
    }
}
