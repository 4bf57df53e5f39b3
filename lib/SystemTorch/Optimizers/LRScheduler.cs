// The base of learning-rate schedules.
namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Learning-rate schedules.</summary>
        public static partial class lr_scheduler
        {
            /// <summary>Sets the learning rates of an optimizer's groups, once an epoch or once a step.</summary>
            public abstract class LRScheduler
            {
                /// <summary>Number of calls of <see cref="step()"/>, the constructor's included.</summary>
                protected int _step_count;

                internal Optimizer _optimizer = null!;
                internal int _last_epoch = -1;
                internal bool _verbose;
                internal IList<double> _last_lrs = [];
                internal IList<double> _base_lrs = [];

                /// <summary>A schedule of schedules, which has no optimizer of its own.</summary>
                protected LRScheduler() { }

                /// <summary>A schedule that starts after the given epoch.</summary>
                /// <param name="optimizer">The optimizer.</param>
                /// <param name="last_epoch">Epochs already done less one.</param>
                /// <param name="verbose">Whether changes are written to the console.</param>
                protected LRScheduler(Optimizer optimizer, int last_epoch = -1, bool verbose = false)
                {
                    ArgumentNullException.ThrowIfNull(optimizer);
                    _optimizer = optimizer;
                    _last_epoch = last_epoch;
                    _verbose = verbose;
                    _base_lrs = Groups.Select(group => group.InitialLearningRate).ToList();
                    _last_lrs = Groups.Select(group => group.LearningRate).ToList();
                }

                private protected IEnumerable<ILearningRateController> Groups => _optimizer.ParamGroups;

                /// <summary>Goes to the next epoch.</summary>
                public virtual void step() => step(null);

                /// <summary>Goes to an epoch, or to the next one; an epoch needs a closed form where one exists.</summary>
                public virtual void step(int? epoch)
                {
                    _step_count++;
                    _last_epoch = epoch ?? _last_epoch + 1;
                    var rates = (epoch is null ? get_lr() : get_closed_form_lr()).ToList();
                    var groups = Groups.ToList();
                    for (var i = 0; i < _base_lrs.Count; i++)
                    {
                        groups[i].LearningRate = rates[i];
                        if (_verbose && _last_lrs[i] != rates[i]) Console.WriteLine($"Adjusting learning rate to {rates[i]}");
                        _last_lrs[i] = rates[i];
                    }
                }

                /// <summary>Goes on, knowing the metric that is watched; most schedules do not look at it.</summary>
                public virtual void step(double current, int? epoch = null) => step(epoch);

                /// <summary>The rates that were set last.</summary>
                public IEnumerable<double> get_last_lr() => _last_lrs;

                /// <summary>The rates of this epoch, from those before.</summary>
                protected virtual IEnumerable<double> get_lr() => Groups.Select(group => group.LearningRate);

                /// <summary>The rates of this epoch, from the initial ones.</summary>
                protected virtual IEnumerable<double> get_closed_form_lr() => get_lr();

                private protected IEnumerable<double> Scaled(double factor) => Groups.Select(group => group.LearningRate * factor);

                private protected IEnumerable<double> ScaledBase(double factor) => _base_lrs.Select(rate => rate * factor);

                private protected static List<T> ForEach<T>(T value, Optimizer optimizer) =>
                    [.. Enumerable.Repeat(value, (optimizer ?? throw new ArgumentNullException(nameof(optimizer))).ParamGroups.Count())];
            }

            /// <summary>The schedules themselves.</summary>
            public static partial class impl { }
        }
    }
}
