// Averaged gradient descent.
using SystemTorch;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Gradient descent whose parameters are also averaged (Polyak and Juditsky, 1992).</summary>
public class ASGD : OptimizerHelper
{
    /// <summary>One group with the given options.</summary>
    public ASGD(IEnumerable<Parameter> parameters, double lr = 0.01, double lambd = 0.0001, double alpha = 0.75, double t0 = 1000000, double weight_decay = 0, bool maximize = false)
        : this([new ParamGroup<Options> { Parameters = parameters }], lr, lambd, alpha, t0, weight_decay, maximize)
    {
    }

    /// <summary>Several groups; options they bring go before the given ones.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public ASGD(IEnumerable<ParamGroup<Options>> parameters, double lr = 0.01, double lambd = 0.0001, double alpha = 0.75, double t0 = 1000000, double weight_decay = 0, bool maximize = false)
    {
        if (lr < 0) throw new ArgumentException($"Invalid learning rate: {lr}");
        _defaults = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            maximize = maximize,
            lambd = lambd,
            alpha = alpha,
            weight_decay = weight_decay,
            t0 = t0,
        };
        foreach (var group in parameters) add_param_group(group);
    }

    /// <inheritdoc/>
    public override void add_param_group(Modules.ParamGroup param_group) => Join<Options>(param_group, parameter => new State(parameter));

    /// <inheritdoc/>
    public override Tensor? step(Func<Tensor>? closure = null) => UpdateEach<Options, State>(Update, closure);

    private static void Update(Options options, Parameter parameter, Tensor grad, State state)
    {
        var (lr, lambd) = (options.LearningRate!.Value, options.lambd!.Value);
        if (options.maximize!.Value) grad = grad.neg();
        state.step++;
        if (options.weight_decay!.Value != 0) grad = grad.add(parameter, alpha: options.weight_decay.Value);
        InPlace.Multiply(parameter, 1 - lambd * state.eta);
        InPlace.Add(parameter, grad, -state.eta);
        if (state.mu == 1) state.ax.copy_(parameter);
        else state.ax.add_(parameter.sub(state.ax), alpha: state.mu);
        state.eta = lr / Math.Pow(1 + lambd * lr * state.step, options.alpha!.Value);
        state.mu = 1 / Math.Max(1, state.step - options.t0!.Value);
    }

    /// <summary>Options of a group.</summary>
    public class Options : OptimizerOptions
    {
        /// <summary>Whether the loss is to grow.</summary>
        public bool? maximize;

        /// <summary>Decay of the parameter.</summary>
        public double? lambd;

        /// <summary>Decay rate of the mean square.</summary>
        public double? alpha;

        /// <summary>Factor of the parameter itself in its gradient.</summary>
        public double? weight_decay;

        /// <summary>Step from which averaging begins.</summary>
        public double? t0;

        private protected override void Visit(FieldVisitor visitor)
        {
            visitor.Value(ref maximize);
            visitor.Value(ref lambd);
            visitor.Value(ref alpha);
            visitor.Value(ref weight_decay);
            visitor.Value(ref t0);
        }
    }

    /// <summary>Parameters with options of their own.</summary>
    public class ParamGroup : ParamGroup<Options>
    {
        /// <summary>A group without parameters and options.</summary>
        public ParamGroup() { }

        /// <summary>A group with options; those that are null are the optimizer's.</summary>
        public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }

        /// <summary>A group with options.</summary>
        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.01, double lambd = 0.0001, double alpha = 0.75, double t0 = 1000000, double weight_decay = 0)
            : base(parameters, new Options { LearningRate = lr, lambd = lambd, alpha = alpha, t0 = t0, weight_decay = weight_decay })
        {
        }
    }

    /// <summary>What is remembered of a parameter.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        /// <summary>Number of steps.</summary>
        public long step;

        /// <summary>The rate.</summary>
        public double eta;

        /// <summary>Weight of the newest parameter in the average.</summary>
        public double mu;

        /// <summary>Average of the parameter.</summary>
        public Tensor ax = null!;

        /// <summary>State of a parameter; <see cref="Initialize"/> fills it.</summary>
        public State(Parameter parameter) : base(parameter) { }

        /// <inheritdoc/>
        public override void Initialize(OptimizerOptions options)
        {
            step = 0;
            eta = options.LearningRate!.Value;
            mu = 1;
            Clear(ref ax!);
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
            visitor.Value(ref eta);
            visitor.Value(ref mu);
            visitor.Tensor(ref ax!);
        }
    }
}
