// Rprop.
using SystemTorch;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Rprop: steps that depend on the gradient's sign only (Riedmiller and Braun, 1993).</summary>
public class Rprop : OptimizerHelper
{
    /// <summary>One group with the given options.</summary>
    public Rprop(IEnumerable<Parameter> parameters, double lr = 0.01, double etaminus = 0.5, double etaplus = 1.2, double min_step = 1e-6, double max_step = 50, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, etaminus, etaplus, min_step, max_step, maximize)
    {
    }

    /// <summary>Several groups; options they bring go before the given ones.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Rprop(IEnumerable<ParamGroup> parameters, double lr = 0.01, double etaminus = 0.5, double etaplus = 1.2, double min_step = 1e-6, double max_step = 50, bool maximize = false)
    {
        if (lr < 0) throw new ArgumentException($"Invalid learning rate: {lr}");
        _defaults = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            maximize = maximize,
            etaminus = etaminus,
            etaplus = etaplus,
            min_step = min_step,
            max_step = max_step,
        };
        foreach (var group in parameters) add_param_group(group);
    }

    /// <inheritdoc/>
    public override void add_param_group(Modules.ParamGroup param_group) => Join<Options>(param_group, parameter => new State(parameter));

    /// <inheritdoc/>
    public override Tensor? step(Func<Tensor>? closure = null) => UpdateEach<Options, State>(Update, closure);

    private static void Update(Options options, Parameter parameter, Tensor grad, State state)
    {
        if (options.maximize!.Value) grad = grad.neg();
        state.step++;
        var agreement = grad.mul(state.prev).sign();
        var turned = agreement.lt(0);
        var factor = ones_like(agreement).masked_fill_(turned, options.etaminus!.Value).masked_fill_(agreement.gt(0), options.etaplus!.Value);
        state.step_size.mul_(factor).clamp_(options.min_step!.Value, options.max_step!.Value);
        // After a change of sign an element rests for one step.
        state.prev.copy_(grad.masked_fill(turned, 0));
        InPlace.AddProduct(parameter, state.prev.sign(), state.step_size, -1);
    }

    /// <summary>Options of a group.</summary>
    public class Options : OptimizerOptions
    {
        /// <summary>Whether the loss is to grow.</summary>
        public bool? maximize;

        /// <summary>Factor of the step after a change of sign.</summary>
        public double? etaminus;

        /// <summary>Factor of the step without one.</summary>
        public double? etaplus;

        /// <summary>Smallest step.</summary>
        public double? min_step;

        /// <summary>Largest step.</summary>
        public double? max_step;

        private protected override void Visit(FieldVisitor visitor)
        {
            visitor.Value(ref maximize);
            visitor.Value(ref etaminus);
            visitor.Value(ref etaplus);
            visitor.Value(ref min_step);
            visitor.Value(ref max_step);
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
        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.01, double etaminus = 0.5, double etaplus = 1.2, double min_step = 1e-6, double max_step = 50, bool maximize = false)
            : base(parameters, new Options { LearningRate = lr, etaminus = etaminus, etaplus = etaplus, min_step = min_step, max_step = max_step, maximize = maximize })
        {
        }
    }

    /// <summary>What is remembered of a parameter.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        /// <summary>Number of steps.</summary>
        public long step;

        /// <summary>Gradient of the step before.</summary>
        public Tensor prev = null!;

        /// <summary>Step of each element.</summary>
        public Tensor step_size = null!;

        /// <summary>State of a parameter; <see cref="Initialize"/> fills it.</summary>
        public State(Parameter parameter) : base(parameter) { }

        /// <inheritdoc/>
        public override void Initialize(OptimizerOptions options)
        {
            step = 0;
            Clear(ref prev!);
            Fill(ref step_size!, full_like(_parameter, options.LearningRate!.Value));
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
            visitor.Tensor(ref prev!);
            visitor.Tensor(ref step_size!);
        }
    }
}
