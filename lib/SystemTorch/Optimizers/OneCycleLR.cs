// The schedule that goes up once and down once.
namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>One rise to the highest rate and one fall far below the start (Smith and Topin, 2018); stepped after every batch.</summary>
                /// <remarks>As in TorchSharp 0.107, which counts groups where phases are meant, the second group of a two-phase schedule (the third of three) stays in the first phase's formula.</remarks>
                public class OneCycleLR : LRScheduler
                {
                    private const double DefaultBaseMomentum = 0.85;
                    private const double DefaultMaximalMomentum = 0.95;

                    private readonly int _steps;
                    private readonly bool _cycleMomentum;
                    private readonly Func<double, double, double, double> _anneal;
                    private readonly Phase[] _phases;
                    private readonly Levels[] _levels;

                    /// <summary>The form of rise and fall.</summary>
                    public enum AnnealStrategy
                    {
                        /// <summary>Half a cosine.</summary>
                        Cos,

                        /// <summary>A line.</summary>
                        Linear,
                    }

                    /// <summary>The same highest rate for all groups.</summary>
                    public OneCycleLR(Optimizer optimizer, double max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1, double pct_start = 0.3, AnnealStrategy anneal_strategy = AnnealStrategy.Cos, bool cycle_momentum = true, double base_momentum = DefaultBaseMomentum, double max_momentum = DefaultMaximalMomentum, double div_factor = 25, double final_div_factor = 1e4, bool three_phase = false, int last_epoch = -1, bool verbose = false)
                        : this(optimizer, ForEach(max_lr, optimizer), total_steps, epochs, steps_per_epoch, pct_start, anneal_strategy, cycle_momentum, ForEach(base_momentum, optimizer), ForEach(max_momentum, optimizer), div_factor, final_div_factor, three_phase, last_epoch, verbose)
                    {
                    }

                    /// <summary>A highest rate for each group.</summary>
                    /// <exception cref="ArgumentException">The number of steps is not given, or momentum is to be cycled and the optimizer has none.</exception>
                    public OneCycleLR(Optimizer optimizer, IEnumerable<double> max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1, double pct_start = 0.3, AnnealStrategy anneal_strategy = AnnealStrategy.Cos, bool cycle_momentum = true, IEnumerable<double>? base_momentum = null, IEnumerable<double>? max_momentum = null, double div_factor = 25, double final_div_factor = 1e4, bool three_phase = false, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        if (cycle_momentum && optimizer is not (IMomentum or IBetas))
                            throw new ArgumentException("optimizer must support momentum with `cycle_momentum` option enabled");
                        if (pct_start is < 0 or > 1) throw new ArgumentException($"Expected float between 0 and 1 for pct_start, but got {pct_start}");
                        _steps = NumberOfSteps(total_steps, epochs, steps_per_epoch);
                        _cycleMomentum = cycle_momentum;
                        _anneal = anneal_strategy == AnnealStrategy.Cos
                            ? (start, end, part) => end + (start - end) / 2 * (Math.Cos(Math.PI * part) + 1)
                            : (start, end, part) => (end - start) * part + start;

                        var highest = max_lr.ToList();
                        var low = base_momentum?.ToList() ?? ForEach(DefaultBaseMomentum, optimizer);
                        var high = max_momentum?.ToList() ?? ForEach(DefaultMaximalMomentum, optimizer);
                        _levels = [.. highest.Select((rate, i) => new Levels(rate / div_factor, rate, rate / div_factor / final_div_factor, low[i], high[i]))];

                        var rise = new Phase(pct_start * _steps - 1, level => level.InitialRate, level => level.HighestRate, level => level.HighMomentum, level => level.LowMomentum);
                        _phases = three_phase
                            ? [rise,
                               new Phase(2 * pct_start * _steps - 2, level => level.HighestRate, level => level.InitialRate, level => level.LowMomentum, level => level.HighMomentum),
                               new Phase(_steps - 1, level => level.InitialRate, level => level.LeastRate, level => level.HighMomentum, level => level.HighMomentum)]
                            : [rise,
                               new Phase(_steps - 1, level => level.HighestRate, level => level.LeastRate, level => level.LowMomentum, level => level.HighMomentum)];

                        if (last_epoch == -1 && cycle_momentum)
                            foreach (var (group, i) in Groups.Select((group, i) => (group, i)))
                                SetMomentum(group, high[i]);
                        step();
                    }

                    /// <inheritdoc/>
                    protected override IEnumerable<double> get_lr()
                    {
                        if (_last_epoch > _steps)
                            throw new InvalidOperationException($"Tried to step {_last_epoch + 1} times. The specified number of total steps is {_steps}");
                        return Groups.Select((group, i) =>
                        {
                            var start = 0.0;
                            foreach (var phase in _phases)
                            {
                                if (_last_epoch <= phase.End || i == _phases.Length - 1)
                                {
                                    var part = (_last_epoch - start) / (phase.End - start);
                                    var level = _levels[i];
                                    if (_cycleMomentum) SetMomentum(group, _anneal(phase.StartMomentum(level), phase.EndMomentum(level), part));
                                    return _anneal(phase.StartRate(level), phase.EndRate(level), part);
                                }
                                start = phase.End;
                            }
                            if (_cycleMomentum) SetMomentum(group, 0);
                            return 0;
                        });
                    }

                    private static int NumberOfSteps(int total, int epochs, int stepsPerEpoch)
                    {
                        if (total == -1 && epochs == -1 && stepsPerEpoch == -1)
                            throw new ArgumentException("You must define either total_steps OR (epochs AND steps_per_epoch)");
                        if (total != -1)
                            return total > 0 ? total : throw new ArgumentException($"Expected positive integer total_steps, but got {total}");
                        if (epochs <= 0) throw new ArgumentException($"Expected positive integer epochs, but got {epochs}");
                        if (stepsPerEpoch <= 0) throw new ArgumentException($"Expected positive integer steps_per_epoch, but got {stepsPerEpoch}");
                        return epochs * stepsPerEpoch;
                    }

                    private static void SetMomentum(ILearningRateController group, double momentum)
                    {
                        if (group is IBetas betas) betas.Betas = (momentum, betas.Betas.Item2);
                        else if (group is IMomentum simple) simple.Momentum = momentum;
                    }

                    private sealed record Levels(double InitialRate, double HighestRate, double LeastRate, double LowMomentum, double HighMomentum);

                    private sealed record Phase(double End, Func<Levels, double> StartRate, Func<Levels, double> EndRate, Func<Levels, double> StartMomentum, Func<Levels, double> EndMomentum);
                }
            }
        }
    }
}
