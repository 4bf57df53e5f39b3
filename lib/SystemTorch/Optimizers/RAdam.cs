// RAdam.
using SystemTorch;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>RAdam: Adam that waits until the second moment is known well enough (Liu et al., 2020).</summary>
/// <remarks>TorchSharp 0.107 multiplies by the rate twice once the second moment divides, and so do we: both engines take the same steps. PyTorch multiplies once.</remarks>
public class RAdam : OptimizerHelper, IBetas
{
    /// <summary>One group with the given options.</summary>
    public RAdam(IEnumerable<Parameter> parameters, double lr, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0)
        : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay)
    {
    }

    /// <summary>Several groups; options they bring go before the given ones.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public RAdam(IEnumerable<ParamGroup> parameters, double lr = 0.002, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0)
    {
        if (lr < 0) throw new ArgumentException($"Invalid learning rate: {lr}");
        if (beta1 is < 0 or >= 1) throw new ArgumentException($"Invalid beta1: {beta1}");
        if (beta2 is < 0 or >= 1) throw new ArgumentException($"Invalid beta2: {beta2}");
        if (eps < 0) throw new ArgumentException($"Invalid ε: {eps}");
        if (weight_decay < 0) throw new ArgumentException($"Invalid weight_decay value: {weight_decay}");
        _defaults = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            beta1 = beta1,
            beta2 = beta2,
            eps = eps,
            weight_decay = weight_decay,
        };
        foreach (var group in parameters) add_param_group(group);
    }

    /// <summary>Decay rates of the defaults.</summary>
    public (double, double) Betas
    {
        get => (((Options)_defaults).beta1!.Value, ((Options)_defaults).beta2!.Value);
        set => (((Options)_defaults).beta1, ((Options)_defaults).beta2) = value;
    }

    /// <inheritdoc/>
    public override void add_param_group(Modules.ParamGroup param_group) => Join<Options>(param_group, parameter => new State(parameter));

    /// <inheritdoc/>
    public override Tensor? step(Func<Tensor>? closure = null) => UpdateEach<Options, State>(Update, closure);

    private static void Update(Options options, Parameter parameter, Tensor grad, State state)
    {
        const double EnoughSamples = 5;
        var (lr, beta1, beta2) = (options.LearningRate!.Value, options.beta1!.Value, options.beta2!.Value);
        state.step++;
        if (options.weight_decay!.Value != 0) grad = grad.add(parameter, alpha: options.weight_decay.Value);
        InPlace.Average(state.exp_avg, grad, beta1);
        InPlace.AverageSquare(state.exp_avg_sq, grad, beta2);

        var first = 1 - Math.Pow(beta1, state.step);
        var second = 1 - Math.Pow(beta2, state.step);
        var longest = 2 / (1 - beta2) - 1;
        var samples = longest - 2 * state.step * Math.Pow(beta2, state.step) / second;
        if (samples > EnoughSamples)
        {
            var rectified = Math.Sqrt((samples - 4) * (samples - 2) * longest / ((longest - 4) * (longest - 2) * samples));
            var divisor = state.exp_avg_sq.sqrt();
            InPlace.Add(divisor, options.eps!.Value);
            InPlace.AddQuotient(parameter, state.exp_avg, divisor, -lr * lr / first * rectified * Math.Sqrt(second));
        }
        else
        {
            InPlace.Add(parameter, state.exp_avg, -lr / first);
        }
    }

    /// <summary>Options of a group.</summary>
    public class Options : OptimizerOptions
    {
        /// <summary>Decay rate of the first moment.</summary>
        public double? beta1;

        /// <summary>Decay rate of the second moment.</summary>
        public double? beta2;

        /// <summary>Keeps the division finite.</summary>
        public double? eps;

        /// <summary>Factor of the parameter itself in its gradient.</summary>
        public double? weight_decay;

        private protected override void Visit(FieldVisitor visitor)
        {
            visitor.Value(ref beta1);
            visitor.Value(ref beta2);
            visitor.Value(ref eps);
            visitor.Value(ref weight_decay);
        }
    }

    /// <summary>Parameters with options of their own.</summary>
    public class ParamGroup : ParamGroup<Options>, IBetas
    {
        /// <summary>A group without parameters and options.</summary>
        public ParamGroup() { }

        /// <summary>A group with options; those that are null are the optimizer's.</summary>
        public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }

        /// <summary>A group with options.</summary>
        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0)
            : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay })
        {
        }

        /// <summary>Decay rates of the group.</summary>
        public (double, double) Betas
        {
            get => (Options.beta1!.Value, Options.beta2!.Value);
            set => (Options.beta1, Options.beta2) = value;
        }
    }

    /// <summary>What is remembered of a parameter.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        /// <summary>Number of steps.</summary>
        public long step;

        /// <summary>First moment.</summary>
        public Tensor exp_avg = null!;

        /// <summary>Second moment.</summary>
        public Tensor exp_avg_sq = null!;

        /// <summary>State of a parameter; <see cref="Initialize"/> fills it.</summary>
        public State(Parameter parameter) : base(parameter) { }

        /// <inheritdoc/>
        public override void Initialize(OptimizerOptions options)
        {
            step = 0;
            Clear(ref exp_avg!);
            Clear(ref exp_avg_sq!);
        }

        /// <inheritdoc/>
        public override void SaveStateDict(BinaryWriter writer) => Save(writer);

        /// <inheritdoc/>
        public override void LoadStateDict(BinaryReader reader) => Load(reader);

        /// <inheritdoc/>
        public override void LoadStateDict(OptimizerState source) => Copy(source);

        /// <summary>Frees the tensors.</summary>
        public void Dispose() => Free();

        private protected override void Visit(FieldVisitor visitor)
        {
            visitor.Value(ref step);
            visitor.Tensor(ref exp_avg!);
            visitor.Tensor(ref exp_avg_sq!);
        }
    }
}
