// RMSprop.
using SystemTorch;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>RMSprop: divides by the root of the mean square of the gradient.</summary>
public class RMSProp : OptimizerHelper, IMomentum
{
    /// <summary>One group with the given options.</summary>
    public RMSProp(IEnumerable<Parameter> parameters, double lr = 0.001, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0, double momentum = 0, bool centered = false, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, alpha, eps, weight_decay, momentum, centered, maximize)
    {
    }

    /// <summary>Several groups; options they bring go before the given ones.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public RMSProp(IEnumerable<ParamGroup> parameters, double lr = 0.001, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0, double momentum = 0, bool centered = false, bool maximize = false)
    {
        if (lr < 0) throw new ArgumentException($"Invalid learning rate: {lr}");
        if (eps < 0) throw new ArgumentException($"Invalid ε: {eps}");
        if (alpha < 0) throw new ArgumentException($"Invalid alpha: {alpha}");
        if (momentum < 0) throw new ArgumentException($"Invalid momentum value: {momentum}");
        if (weight_decay < 0) throw new ArgumentException($"Invalid weight_decay value: {weight_decay}");
        _defaults = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            maximize = maximize,
            momentum = momentum,
            alpha = alpha,
            eps = eps,
            weight_decay = weight_decay,
            centered = centered,
        };
        foreach (var group in parameters) add_param_group(group);
    }

    /// <summary>Momentum of the defaults.</summary>
    public double Momentum { get => ((Options)_defaults).momentum!.Value; set => ((Options)_defaults).momentum = value; }

    /// <inheritdoc/>
    public override void add_param_group(Modules.ParamGroup param_group) => Join<Options>(param_group, parameter => new State(parameter));

    /// <inheritdoc/>
    public override Tensor? step(Func<Tensor>? closure = null) => UpdateEach<Options, State>(Update, closure);

    private static void Update(Options options, Parameter parameter, Tensor grad, State state)
    {
        var lr = options.LearningRate!.Value;
        var decay = options.alpha!.Value;
        if (options.maximize!.Value) grad = grad.neg();
        state.step++;
        if (options.weight_decay!.Value != 0) grad = grad.add(parameter, alpha: options.weight_decay.Value);

        InPlace.AverageSquare(state.square_avg, grad, decay);
        Tensor divisor;
        if (options.centered!.Value)
        {
            InPlace.Average(state.grad_avg, grad, decay);
            divisor = state.square_avg.addcmul(state.grad_avg, state.grad_avg, value: -1).sqrt_();
        }
        else
        {
            divisor = state.square_avg.sqrt();
        }
        InPlace.Add(divisor, options.eps!.Value);

        if (options.momentum!.Value > 0)
        {
            InPlace.Multiply(state.momentum_buffer, options.momentum.Value);
            InPlace.AddQuotient(state.momentum_buffer, grad, divisor, 1);
            InPlace.Add(parameter, state.momentum_buffer, -lr);
        }
        else
        {
            InPlace.AddQuotient(parameter, grad, divisor, -lr);
        }
    }

    /// <summary>Options of a group.</summary>
    public class Options : OptimizerOptions
    {
        /// <summary>Whether the loss is to grow.</summary>
        public bool? maximize;

        /// <summary>Part of the last step that is kept.</summary>
        public double? momentum;

        /// <summary>Decay rate of the mean square.</summary>
        public double? alpha;

        /// <summary>Keeps the division finite.</summary>
        public double? eps;

        /// <summary>Factor of the parameter itself in its gradient.</summary>
        public double? weight_decay;

        /// <summary>Whether the mean gradient is subtracted.</summary>
        public bool? centered;

        private protected override void Visit(FieldVisitor visitor)
        {
            visitor.Value(ref maximize);
            visitor.Value(ref momentum);
            visitor.Value(ref alpha);
            visitor.Value(ref eps);
            visitor.Value(ref weight_decay);
            visitor.Value(ref centered);
        }
    }

    /// <summary>Parameters with options of their own.</summary>
    public class ParamGroup : ParamGroup<Options>, IMomentum
    {
        /// <summary>A group without parameters and options.</summary>
        public ParamGroup() { }

        /// <summary>A group with options; those that are null are the optimizer's.</summary>
        public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }

        /// <summary>A group with options.</summary>
        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.001, double eps = 1e-8, double alpha = 0.99, double weight_decay = 0, double momentum = 0, bool centered = false)
            : base(parameters, new Options { LearningRate = lr, eps = eps, alpha = alpha, weight_decay = weight_decay, momentum = momentum, centered = centered })
        {
        }

        /// <summary>Momentum of the group.</summary>
        public double Momentum { get => Options.momentum!.Value; set => Options.momentum = value; }
    }

    /// <summary>What is remembered of a parameter.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        /// <summary>Number of steps.</summary>
        public long step;

        /// <summary>Mean square.</summary>
        public Tensor square_avg = null!;

        /// <summary>The momentum.</summary>
        public Tensor momentum_buffer = null!;

        /// <summary>Mean gradient, when centered.</summary>
        public Tensor grad_avg = null!;

        /// <summary>State of a parameter; <see cref="Initialize"/> fills it.</summary>
        public State(Parameter parameter) : base(parameter) { }

        /// <inheritdoc/>
        public override void Initialize(OptimizerOptions options)
        {
            step = 0;
            Clear(ref square_avg!);
            Clear(ref momentum_buffer!);
            Clear(ref grad_avg!);
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
            visitor.Tensor(ref square_avg!);
            visitor.TensorIfAny(ref momentum_buffer!);
            visitor.TensorIfAny(ref grad_avg!);
        }
    }
}
