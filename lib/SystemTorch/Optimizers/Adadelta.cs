// Adadelta.
using SystemTorch;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Adadelta: steps by the ratio of the roots of mean squares of steps and gradients (Zeiler, 2012).</summary>
public class Adadelta : OptimizerHelper
{
    /// <summary>One group with the given options.</summary>
    public Adadelta(IEnumerable<Parameter> parameters, double lr, double rho = 0.9, double eps = 1e-6, double weight_decay = 0, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, rho, eps, weight_decay, maximize)
    {
    }

    /// <summary>Several groups; options they bring go before the given ones.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Adadelta(IEnumerable<ParamGroup> parameters, double lr = 1, double rho = 0.9, double eps = 1e-6, double weight_decay = 0, bool maximize = false)
    {
        if (lr < 0) throw new ArgumentException($"Invalid learning rate: {lr}");
        if (rho is < 0 or > 1) throw new ArgumentException($"Invalid rho value: {rho}");
        if (eps < 0) throw new ArgumentException($"Invalid ε: {eps}");
        if (weight_decay < 0) throw new ArgumentException($"Invalid weight_decay value: {weight_decay}");
        _defaults = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            rho = rho,
            eps = eps,
            weight_decay = weight_decay,
            maximize = maximize,
        };
        foreach (var group in parameters) add_param_group(group);
    }

    /// <inheritdoc/>
    public override void add_param_group(Modules.ParamGroup param_group) => Join<Options>(param_group, parameter => new State(parameter));

    /// <inheritdoc/>
    public override Tensor? step(Func<Tensor>? closure = null) => UpdateEach<Options, State>(Update, closure);

    private static void Update(Options options, Parameter parameter, Tensor grad, State state)
    {
        var (rho, eps) = (options.rho!.Value, options.eps!.Value);
        if (options.maximize!.Value) grad = grad.neg();
        state.step++;
        if (options.weight_decay!.Value != 0) grad = grad.add(parameter, alpha: options.weight_decay.Value);
        InPlace.AverageSquare(state.square_avg, grad, rho);
        var delta = state.acc_delta.add(eps).sqrt_().div_(state.square_avg.add(eps).sqrt_()).mul_(grad);
        InPlace.Add(parameter, delta, -options.LearningRate!.Value);
        InPlace.AverageSquare(state.acc_delta, delta, rho);
    }

    /// <summary>Options of a group.</summary>
    public class Options : OptimizerOptions
    {
        /// <summary>Decay rate of the averages.</summary>
        public double? rho;

        /// <summary>Keeps the division finite.</summary>
        public double? eps;

        /// <summary>Factor of the parameter itself in its gradient.</summary>
        public double? weight_decay;

        /// <summary>Whether the loss is to grow.</summary>
        public bool? maximize;

        private protected override void Visit(FieldVisitor visitor)
        {
            visitor.Value(ref rho);
            visitor.Value(ref eps);
            visitor.Value(ref weight_decay);
            visitor.Value(ref maximize);
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
        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1, double rho = 0.9, double eps = 1e-6, double weight_decay = 0, bool maximize = false)
            : base(parameters, new Options { LearningRate = lr, rho = rho, eps = eps, weight_decay = weight_decay, maximize = maximize })
        {
        }
    }

    /// <summary>What is remembered of a parameter.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        /// <summary>Number of steps.</summary>
        public long step;

        /// <summary>Mean square.</summary>
        public Tensor square_avg = null!;

        /// <summary>Mean square of the steps.</summary>
        public Tensor acc_delta = null!;

        /// <summary>State of a parameter; <see cref="Initialize"/> fills it.</summary>
        public State(Parameter parameter) : base(parameter) { }

        /// <inheritdoc/>
        public override void Initialize(OptimizerOptions options)
        {
            step = 0;
            Clear(ref square_avg!);
            Clear(ref acc_delta!);
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
            visitor.Tensor(ref acc_delta!);
        }
    }
}
