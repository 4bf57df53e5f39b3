// Adagrad.
using SystemTorch;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Adagrad: divides by the root of the sum of all squared gradients (Duchi et al., 2011).</summary>
public class Adagrad : OptimizerHelper
{
    /// <summary>One group with the given options.</summary>
    public Adagrad(IEnumerable<Parameter> parameters, double lr = 0.01, double lr_decay = 0, double weight_decay = 0, double initial_accumulator_value = 0, double eps = 1e-10)
        : this([new ParamGroup { Parameters = parameters }], lr, lr_decay, weight_decay, initial_accumulator_value, eps)
    {
    }

    /// <summary>Several groups; options they bring go before the given ones.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Adagrad(IEnumerable<ParamGroup> parameters, double lr = 0.01, double lr_decay = 0, double weight_decay = 0, double initial_accumulator_value = 0, double eps = 1e-10)
    {
        if (lr < 0) throw new ArgumentException($"Invalid learning rate: {lr}");
        if (eps < 0) throw new ArgumentException($"Invalid ε: {eps}");
        if (lr_decay < 0) throw new ArgumentException($"Invalid lr_decay value: {lr_decay}");
        if (weight_decay < 0) throw new ArgumentException($"Invalid weight_decay value: {weight_decay}");
        if (initial_accumulator_value < 0) throw new ArgumentException($"Invalid initial_accumulator_value: {initial_accumulator_value}");
        _defaults = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            lr_decay = lr_decay,
            initial_accumulator_value = initial_accumulator_value,
            eps = eps,
            weight_decay = weight_decay,
        };
        foreach (var group in parameters) add_param_group(group);
    }

    /// <inheritdoc/>
    public override void add_param_group(Modules.ParamGroup param_group) => Join<Options>(param_group, parameter => new State(parameter));

    /// <inheritdoc/>
    public override Tensor? step(Func<Tensor>? closure = null) => UpdateEach<Options, State>(Update, closure);

    private static void Update(Options options, Parameter parameter, Tensor grad, State state)
    {
        if (grad.is_complex()) throw new NotSupportedException("Adagrad optimization over complex parameters");
        state.step++;
        if (options.weight_decay!.Value != 0) grad = grad.add(parameter, alpha: options.weight_decay.Value);
        InPlace.AddProduct(state.sum, grad, grad, 1);
        var divisor = state.sum.sqrt();
        InPlace.Add(divisor, options.eps!.Value);
        InPlace.AddQuotient(parameter, grad, divisor, -options.LearningRate!.Value / (1 + (state.step - 1) * options.lr_decay!.Value));
    }

    /// <summary>Options of a group.</summary>
    public class Options : OptimizerOptions
    {
        /// <summary>How fast the rate falls.</summary>
        public double? lr_decay;

        /// <summary>First value of the sums.</summary>
        public double? initial_accumulator_value;

        /// <summary>Keeps the division finite.</summary>
        public double? eps;

        /// <summary>Factor of the parameter itself in its gradient.</summary>
        public double? weight_decay;

        private protected override void Visit(FieldVisitor visitor)
        {
            visitor.Value(ref lr_decay);
            visitor.Value(ref initial_accumulator_value);
            visitor.Value(ref eps);
            visitor.Value(ref weight_decay);
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
        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.01, double lr_decay = 0, double weight_decay = 0, double initial_accumulator_value = 0, double eps = 1e-10)
            : base(parameters, new Options { LearningRate = lr, lr_decay = lr_decay, weight_decay = weight_decay, initial_accumulator_value = initial_accumulator_value, eps = eps })
        {
        }
    }

    /// <summary>What is remembered of a parameter.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        /// <summary>Number of steps.</summary>
        public long step;

        /// <summary>Sum of squares.</summary>
        public Tensor sum = null!;

        /// <summary>State of a parameter; <see cref="Initialize"/> fills it.</summary>
        public State(Parameter parameter) : base(parameter) { }

        /// <inheritdoc/>
        public override void Initialize(OptimizerOptions options)
        {
            step = 0;
            Fill(ref sum!, full_like(_parameter, ((Options)options).initial_accumulator_value!.Value));
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
            visitor.Tensor(ref sum!);
        }
    }
}
