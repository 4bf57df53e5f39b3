// torch.optim.Optimizer and what schedulers may change of an optimizer.
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Optimizers and learning-rate schedules.</summary>
    public static partial class optim
    {
        /// <summary>Changes parameters along their gradients.</summary>
        public abstract partial class Optimizer : IDisposable
        {
            /// <summary>The groups of parameters, each with options of its own.</summary>
            protected IList<ParamGroup> _parameter_groups = [];

            /// <summary>An optimizer without groups.</summary>
            /// <param name="handle">Not used: nothing native stands behind our optimizers.</param>
            protected Optimizer(IntPtr handle) { }

            /// <summary>What schedules change: one controller a group.</summary>
            public virtual IEnumerable<ILearningRateController> ParamGroups => _parameter_groups;

            /// <summary>All parameters of all groups.</summary>
            public virtual IEnumerable<Parameter> parameters() => _parameter_groups.SelectMany(group => group.Parameters);

            /// <summary>Adds a group of parameters.</summary>
            public virtual void add_param_group(ParamGroup param_group) =>
                throw new NotSupportedException($"{GetType().Name} has a single group of parameters.");

            /// <summary>Fills all gradients with zeros.</summary>
            public virtual void zero_grad()
            {
                foreach (var parameter in parameters())
                {
                    using var grad = parameter.grad;
                    grad?.zero_();
                }
            }

            /// <summary>Changes the parameters once.</summary>
            /// <param name="closure">Computes the loss and the gradients anew; null takes the gradients that are there.</param>
            /// <returns>The closure's loss, or null.</returns>
            public virtual Tensor? step(Func<Tensor>? closure = null) =>
                throw new NotSupportedException($"{GetType().Name} does not say how it steps: override step.");

            /// <summary>Frees the optimizer's state.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <summary>Frees the optimizer's state.</summary>
            protected virtual void Dispose(bool disposing) { }

            /// <summary>An optimizer's options and state, in the order of groups and parameters.</summary>
            public class StateDictionary
            {
                internal StateDictionary() { }

                /// <summary>Options of each group.</summary>
                public List<OptimizerOptions> Options { get; private set; } = [];

                /// <summary>State of each parameter.</summary>
                public List<OptimizerState> State { get; private set; } = [];

                /// <summary>Positions in <see cref="State"/> of each group's parameters.</summary>
                public List<List<int>> StateIndexRef { get; private set; } = [];
            }
        }

        /// <summary>Something with a learning rate.</summary>
        public interface ILearningRateController
        {
            /// <summary>The rate now.</summary>
            double LearningRate { get; set; }

            /// <summary>The rate at the start, which schedules refer to.</summary>
            double InitialLearningRate { get; set; }
        }

        /// <summary>Something with a momentum.</summary>
        public interface IMomentum
        {
            /// <summary>The momentum now.</summary>
            double Momentum { get; set; }
        }

        /// <summary>Something with the two decay rates of Adam.</summary>
        public interface IBetas
        {
            /// <summary>Decay rates of the first and second moment.</summary>
            (double, double) Betas { get; set; }
        }
    }
}
