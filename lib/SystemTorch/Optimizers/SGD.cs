// Gradient descent.
using SystemTorch;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Gradient descent with momentum.</summary>
public class SGD : OptimizerHelper, IMomentum
{
    /// <summary>One group with the given options.</summary>
    public SGD(IEnumerable<Parameter> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize)
    {
    }

    /// <summary>Several groups; options they bring go before the given ones.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public SGD(IEnumerable<ParamGroup> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
    {
        if (lr < 0) throw new ArgumentException($"Invalid learning rate: {lr}");
        if (momentum < 0) throw new ArgumentException($"Invalid momentum value: {momentum}");
        if (weight_decay < 0) throw new ArgumentException($"Invalid weight_decay value: {weight_decay}");
        if (nesterov && (momentum <= 0 || dampening != 0)) throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening");
        _defaults = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            momentum = momentum,
            dampening = dampening,
            weight_decay = weight_decay,
            nesterov = nesterov,
            maximize = maximize,
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
        var momentum = options.momentum!.Value;
        if (options.weight_decay!.Value != 0) grad = grad.add(parameter, alpha: options.weight_decay.Value);
        if (momentum != 0)
        {
            if (state.momentum_buffer is { } buffer)
            {
                InPlace.Multiply(buffer, momentum);
                InPlace.Add(buffer, grad, 1 - options.dampening!.Value);
            }
            else
            {
                // The first momentum is the whole gradient, whatever the dampening.
                state.momentum_buffer = grad.detach().clone().DetachFromDisposeScope();
            }
            grad = options.nesterov!.Value ? grad.add(state.momentum_buffer, alpha: momentum) : state.momentum_buffer;
        }
        var lr = options.LearningRate!.Value;
        InPlace.Add(parameter, grad, options.maximize!.Value ? lr : -lr);
    }

    /// <summary>Options of a group.</summary>
    public class Options : OptimizerOptions
    {
        /// <summary>Part of the last step that is kept.</summary>
        public double? momentum;

        /// <summary>Part of the gradient that does not enter the momentum.</summary>
        public double? dampening;

        /// <summary>Factor of the parameter itself in its gradient.</summary>
        public double? weight_decay;

        /// <summary>Whether the momentum looks ahead.</summary>
        public bool? nesterov;

        /// <summary>Whether the loss is to grow.</summary>
        public bool? maximize;

        private protected override void Visit(FieldVisitor visitor)
        {
            visitor.Value(ref momentum);
            visitor.Value(ref dampening);
            visitor.Value(ref weight_decay);
            visitor.Value(ref nesterov);
            visitor.Value(ref maximize);
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
        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.001, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
            : base(parameters, new Options { LearningRate = lr, momentum = momentum, dampening = dampening, weight_decay = weight_decay, nesterov = nesterov, maximize = maximize })
        {
        }

        /// <summary>Momentum of the group.</summary>
        public double Momentum { get => Options.momentum!.Value; set => Options.momentum = value; }
    }

    /// <summary>What is remembered of a parameter.</summary>
    public sealed class State : OptimizerState, IDisposable
    {
        /// <summary>The momentum.</summary>
        public Tensor? momentum_buffer;

        /// <summary>State of a parameter; <see cref="Initialize"/> fills it.</summary>
        public State(Parameter parameter) : base(parameter) { }

        /// <inheritdoc/>
        public override void Initialize(OptimizerOptions options) => Fill(ref momentum_buffer, null);

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
            visitor.TensorIfAny(ref momentum_buffer);
        }
    }
}
