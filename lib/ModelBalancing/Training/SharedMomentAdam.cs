// The Adam of the paper's authors (models/fno/optimizer.py), which differs from PyTorch's for complex weights, as an
// optimizer of the library's own: groups and parameters have names, so that learning rates are matched by name and the
// state can be stored and restored exactly.
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>Adam (Kingma and Ba) with the L2 term added to the gradient and one second moment for a complex weight.</summary>
/// <remarks>
/// g ← g + λ·w; m ← β1·m + (1−β1)·g; v ← β2·v + (1−β2)·|g|²; w ← w − lr/(1−β1ᵗ) · m / (√v/√(1−β2ᵗ) + ε).
/// With <see cref="Split"/> real and imaginary parts have second moments of their own, as in PyTorch. For real weights the two agree.
/// Parameters without a gradient are left alone, their step count too.
/// </remarks>
public sealed class SharedMomentAdam : optim.Optimizer
{
    private readonly List<Group> groups;
    private readonly Dictionary<string, Moments> state = [];

    /// <summary>Makes the optimizer over named groups.</summary>
    /// <param name="groups">Groups in order; names of groups and of parameters must be unique.</param>
    /// <param name="learningRate">Learning rate of every group at first, ≥ 0.</param>
    /// <param name="weightDecay">λ, ≥ 0; acts on every parameter, biases and complex weights included.</param>
    /// <param name="split">True for PyTorch's treatment of complex weights.</param>
    /// <param name="beta1">Decay of the first moment.</param>
    /// <param name="beta2">Decay of the second moment.</param>
    /// <param name="epsilon">Added to the root of the second moment.</param>
    /// <exception cref="ArgumentException">A number is out of range or a name occurs twice.</exception>
    public SharedMomentAdam(IEnumerable<(string Name, IReadOnlyList<(string Name, Parameter Parameter)> Parameters)> groups,
        double learningRate, double weightDecay = 0, bool split = false, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8) : base(IntPtr.Zero)
    {
        Require(learningRate >= 0, nameof(learningRate), "at least 0", learningRate);
        Require(weightDecay >= 0, nameof(weightDecay), "at least 0", weightDecay);
        Require(beta1 is >= 0 and < 1, nameof(beta1), "in [0, 1)", beta1);
        Require(beta2 is >= 0 and < 1, nameof(beta2), "in [0, 1)", beta2);
        Require(epsilon >= 0, nameof(epsilon), "at least 0", epsilon);
        (WeightDecay, Split, Beta1, Beta2, Epsilon) = (weightDecay, split, beta1, beta2, epsilon);

        this.groups = [.. groups.Select(g => new Group(g.Name, g.Parameters, learningRate))];
        if (this.groups.GroupBy(g => g.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"groups: the name '{twice.Key}' occurs twice.", nameof(groups));
        foreach (var (name, parameter) in this.groups.SelectMany(g => g.Named))
            if (!state.TryAdd(name, new Moments(parameter, shared: !split && is_complex(parameter))))
                throw new ArgumentException($"groups: the parameter '{name}' occurs twice.", nameof(groups));
        _parameter_groups = [.. this.groups];
    }

    /// <summary>Makes the optimizer with one group, "rest", of all parameters of a module.</summary>
    /// <param name="module">The module whose parameters are trained.</param>
    /// <param name="learningRate">Learning rate, ≥ 0.</param>
    /// <param name="weightDecay">λ, ≥ 0.</param>
    /// <param name="split">True for PyTorch's treatment of complex weights.</param>
    /// <param name="beta1">Decay of the first moment.</param>
    /// <param name="beta2">Decay of the second moment; DPOT's fine-tuning has 0.9.</param>
    /// <returns>The optimizer, with the published ε.</returns>
    public static SharedMomentAdam Over(nn.Module module, double learningRate, double weightDecay = 0, bool split = false, double beta1 = 0.9, double beta2 = 0.999) =>
        new([("rest", [.. module.named_parameters()])], learningRate, weightDecay, split, beta1, beta2);

    /// <summary>λ of the L2 term.</summary>
    public double WeightDecay { get; }

    /// <summary>True when real and imaginary parts have second moments of their own.</summary>
    public bool Split { get; }

    /// <summary>Decay of the first moment; a one-cycle schedule changes it every step. The bias correction takes its present value.</summary>
    public double Beta1 { get; set; }

    /// <summary>Decay of the second moment.</summary>
    public double Beta2 { get; }

    /// <summary>Added to the root of the second moment.</summary>
    public double Epsilon { get; }

    /// <summary>The groups by name, in order.</summary>
    public IReadOnlyList<Group> Groups => groups;

    /// <summary>A group of parameters with one learning rate.</summary>
    public sealed class Group : ParamGroup
    {
        internal Group(string name, IReadOnlyList<(string Name, Parameter Parameter)> parameters, double learningRate)
        {
            (Name, Named) = (name, parameters);
            Parameters = [.. parameters.Select(p => p.Parameter)];
            Options = new OptimizerOptions { LearningRate = learningRate, InitialLearningRate = learningRate };
        }

        /// <summary>Name of the group: the tuned module's, or "rest".</summary>
        public string Name { get; }

        /// <summary>The parameters with their names in the module.</summary>
        public IReadOnlyList<(string Name, Parameter Parameter)> Named { get; }
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
                if (parameter.grad is { } gradient)
                    Update(state[name], parameter, gradient, group.LearningRate);
            }
        return loss!;
    }

    /// <summary>Sets the gradients of all parameters to zero.</summary>
    public override void zero_grad()
    {
        foreach (var parameter in parameters())
        {
            using var gradient = parameter.grad;
            gradient?.zero_();
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Parameter> parameters() => groups.SelectMany(g => g.Named.Select(p => p.Parameter));

    /// <summary>The moments by name, "first/NAME" and "second/NAME"; the tensors stay the optimizer's own.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> MomentTensors() => state.SelectMany(entry => new KeyValuePair<string, Tensor>[]
    {
        new($"first/{entry.Key}", entry.Value.First),
        new($"second/{entry.Key}", entry.Value.Second),
    });

    /// <summary>Number of updates every parameter has had, by name.</summary>
    public IReadOnlyDictionary<string, long> Steps => state.ToDictionary(entry => entry.Key, entry => entry.Value.Steps);

    /// <summary>Puts stored moments and step counts back, exactly.</summary>
    /// <param name="moments">Finds a stored tensor by its name in <see cref="MomentTensors"/>.</param>
    /// <param name="steps">Stored <see cref="Steps"/>.</param>
    /// <exception cref="ArgumentException">A parameter is missing or a shape differs.</exception>
    public void Restore(Func<string, Tensor> moments, IReadOnlyDictionary<string, long> steps)
    {
        using var noGradient = no_grad();
        foreach (var (name, own) in state)
        {
            using var scope = NewDisposeScope();
            if (!steps.TryGetValue(name, out long count))
                throw new ArgumentException($"steps: no step count for the parameter '{name}'.", nameof(steps));
            Put(own.First, $"first/{name}");
            Put(own.Second, $"second/{name}");
            own.Steps = count;
        }

        void Put(Tensor target, string name)
        {
            var stored = moments(name);
            if (!stored.shape.SequenceEqual(target.shape) || stored.dtype != target.dtype)
                throw new ArgumentException($"moments: '{name}' is ({string.Join(", ", stored.shape)}) of {stored.dtype}, expected ({string.Join(", ", target.shape)}) of {target.dtype}.", nameof(moments));
            target.copy_(stored);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            foreach (var moments in state.Values)
                moments.Dispose();
    }

    /// <summary>Moments of one parameter, as real tensors: a complex one's first moment has a last axis of (re, im).</summary>
    private sealed class Moments : IDisposable
    {
        public Moments(Parameter parameter, bool shared)
        {
            using var noGradient = no_grad();
            Shared = shared;
            using var real = is_complex(parameter) ? view_as_real(parameter.detach()) : parameter.detach();
            First = zeros_like(real).DetachFromDisposeScope();
            Second = shared ? zeros(parameter.shape, dtype: real.dtype, device: real.device).DetachFromDisposeScope() : zeros_like(real).DetachFromDisposeScope();
        }

        public bool Shared { get; }
        public Tensor First { get; }
        public Tensor Second { get; }
        public long Steps { get; set; }

        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
        }
    }

    private void Update(Moments moments, Parameter parameter, Tensor gradient, double learningRate)
    {
        bool complex = is_complex(parameter);
        var w = complex ? view_as_real(parameter) : parameter;
        var g = complex ? view_as_real(gradient) : gradient;
        if (WeightDecay != 0)
            g = g.add(w, alpha: WeightDecay);

        long t = ++moments.Steps;
        moments.First.mul_(Beta1).add_(g, alpha: 1 - Beta1);
        if (moments.Shared)
            moments.Second.mul_(Beta2).add_(g.square().sum(-1), alpha: 1 - Beta2); // |g|² = re² + im²
        else
            moments.Second.mul_(Beta2).addcmul_(g, g, value: 1 - Beta2);

        var denominator = moments.Second.sqrt().div_(Math.Sqrt(1 - Math.Pow(Beta2, t))).add_(Epsilon);
        if (moments.Shared)
            denominator = denominator.unsqueeze(-1);
        w.addcdiv_(moments.First, denominator, value: -learningRate / (1 - Math.Pow(Beta1, t)));
    }

    private static void Require(bool holds, string name, string range, double value)
    {
        if (!holds)
            throw new ArgumentException($"{name}: must be {range}, is {value}.", name);
    }
}
