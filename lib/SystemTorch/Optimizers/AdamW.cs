// AdamW.
using SystemTorch;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Adam with weight decay that does not pass through the moments (Loshchilov and Hutter, 2019).</summary>
/// <remarks>weight_decay is 0 by default, as in TorchSharp (PyTorch: 0.01); complex gradients are squared, not their magnitudes.</remarks>
public class AdamW : OptimizerHelper, IBetas
{
    /// <summary>One group with the given options.</summary>
    public AdamW(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
    {
    }

    /// <summary>Several groups; options they bring go before the given ones.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public AdamW(IEnumerable<ParamGroup> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
    {
        if (lr < 0) throw new ArgumentException($"Invalid learning rate: {lr}");
        if (eps < 0) throw new ArgumentException($"Invalid ε: {eps}");
        if (beta1 is < 0 or >= 1) throw new ArgumentException($"Invalid beta1: {beta1}");
        if (beta2 is < 0 or >= 1) throw new ArgumentException($"Invalid beta2: {beta2}");
        if (weight_decay < 0) throw new ArgumentException($"Invalid weight_decay value: {weight_decay}");
        _defaults = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            beta1 = beta1,
            beta2 = beta2,
            eps = eps,
            weight_decay = weight_decay,
            amsgrad = amsgrad,
            maximize = maximize,
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

    private static void Update(Options options, Parameter parameter, Tensor grad, State state) =>
        new AdamStep(
                ++state.step, options.LearningRate!.Value, options.beta1!.Value, options.beta2!.Value, options.eps!.Value,
                options.weight_decay!.Value, options.amsgrad!.Value, options.maximize!.Value, Decoupled: true)
            .Take(parameter, grad, state.exp_avg, state.exp_avg_sq, state.max_exp_avg_sq);

    /// <summary>Options of a group.</summary>
    public class Options : OptimizerOptions
    {
        /// <summary>Decay rate of the first moment.</summary>
        public double? beta1;

        /// <summary>Decay rate of the second moment.</summary>
        public double? beta2;

        /// <summary>Factor of the parameter itself in its gradient.</summary>
        public double? weight_decay;

        /// <summary>Keeps the division finite.</summary>
        public double? eps;

        /// <summary>Whether the largest second moment so far divides.</summary>
        public bool? amsgrad;

        /// <summary>Whether the loss is to grow.</summary>
        public bool? maximize;

        private protected override void Visit(FieldVisitor visitor)
        {
            visitor.Value(ref beta1);
            visitor.Value(ref beta2);
            visitor.Value(ref eps);
            visitor.Value(ref weight_decay);
            visitor.Value(ref amsgrad);
            visitor.Value(ref maximize);
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
        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            : base(parameters, new Options { LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize })
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

        /// <summary>Largest second moment so far, with amsgrad.</summary>
        public Tensor? max_exp_avg_sq;

        /// <summary>State of a parameter; <see cref="Initialize"/> fills it.</summary>
        public State(Parameter parameter) : base(parameter) { }

        /// <inheritdoc/>
        public override void Initialize(OptimizerOptions options)
        {
            step = 0;
            Clear(ref exp_avg!);
            Clear(ref exp_avg_sq!);
            Fill(ref max_exp_avg_sq, ((Options)options).amsgrad!.Value ? zeros_like(_parameter) : null);
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
            visitor.TensorIfAny(ref max_exp_avg_sq);
        }
    }
}
