// The schedule that goes up and down again and again.
namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Triangles between a lower and an upper rate (Smith, 2017).</summary>
                public class CyclicLR : LRScheduler
                {
                    private const double DefaultBaseMomentum = 0.8;
                    private const double DefaultMaximalMomentum = 0.9;

                    private readonly double _cycleLength;
                    private readonly double _risingPart;
                    private readonly Func<double, double> _scale;
                    private readonly bool _scaleByCycle;
                    private readonly bool _cycleMomentum;
                    private readonly List<double> _highest;
                    private readonly List<double> _baseMomentum = [];
                    private readonly List<double> _highestMomentum = [];

                    /// <summary>How the triangles' height changes.</summary>
                    public enum Mode
                    {
                        /// <summary>Not at all.</summary>
                        Triangular,

                        /// <summary>It is halved every cycle.</summary>
                        Triangular2,

                        /// <summary>By a power of gamma.</summary>
                        ExpRange,
                    }

                    /// <summary>What a scale function of one's own is given.</summary>
                    public enum ScaleMode
                    {
                        /// <summary>The cycle's number, from one.</summary>
                        Cycle,

                        /// <summary>The step's number.</summary>
                        Iterations,
                    }

                    /// <summary>The same bounds for all groups.</summary>
                    public CyclicLR(Optimizer optimizer, double base_lr, double max_lr, int step_size_up = 2000, int step_size_down = -1, Mode mode = Mode.Triangular, double gamma = 1, Func<double, double>? scale_fn = null, ScaleMode scale_mode = ScaleMode.Cycle, bool cycle_momentum = true, double base_momentum = DefaultBaseMomentum, double max_momentum = DefaultMaximalMomentum, int last_epoch = -1, bool verbose = false)
                        : this(optimizer, ForEach(base_lr, optimizer), ForEach(max_lr, optimizer), step_size_up, step_size_down, mode, gamma, scale_fn, scale_mode, cycle_momentum, ForEach(base_momentum, optimizer), ForEach(max_momentum, optimizer), last_epoch, verbose)
                    {
                    }

                    /// <summary>Bounds for each group.</summary>
                    /// <exception cref="ArgumentException">Momentum is to be cycled and the optimizer has none.</exception>
                    public CyclicLR(Optimizer optimizer, IEnumerable<double> base_lr, IEnumerable<double> max_lr, int step_size_up = 2000, int step_size_down = -1, Mode mode = Mode.Triangular, double gamma = 1, Func<double, double>? scale_fn = null, ScaleMode scale_mode = ScaleMode.Cycle, bool cycle_momentum = true, IEnumerable<double>? base_momentum = null, IEnumerable<double>? max_momentum = null, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _cycleLength = step_size_up + (step_size_down == -1 ? step_size_up : step_size_down);
                        _risingPart = step_size_up / _cycleLength;
                        _highest = [.. max_lr];
                        _base_lrs = base_lr.ToList();
                        _cycleMomentum = cycle_momentum;
                        if (cycle_momentum && optimizer is not IMomentum)
                            throw new ArgumentException("optimizer must support momentum with `cycle_momentum` option enabled");
                        if (cycle_momentum)
                        {
                            _baseMomentum = base_momentum?.ToList() ?? ForEach(DefaultBaseMomentum, optimizer);
                            _highestMomentum = max_momentum?.ToList() ?? ForEach(DefaultMaximalMomentum, optimizer);
                        }
                        if (_last_epoch == -1)
                        {
                            foreach (var (group, i) in Groups.Select((group, i) => (group, i)))
                            {
                                group.LearningRate = _base_lrs[i];
                                if (cycle_momentum) ((IMomentum)group).Momentum = _baseMomentum[i];
                            }
                        }
                        _scaleByCycle = scale_fn is null || scale_mode == ScaleMode.Cycle;
                        _scale = scale_fn ?? (mode switch
                        {
                            Mode.Triangular2 => cycle => 1 / Math.Pow(2, cycle - 1),
                            Mode.ExpRange => cycle => Math.Pow(gamma, cycle),
                            _ => _ => 1,
                        });
                        step();
                    }

                    /// <inheritdoc/>
                    protected override IEnumerable<double> get_lr()
                    {
                        var cycle = Math.Floor(1 + _last_epoch / _cycleLength);
                        var place = 1 + _last_epoch / _cycleLength - cycle;
                        var height = (place <= _risingPart ? place / _risingPart : (place - 1) / (_risingPart - 1))
                            * _scale(_scaleByCycle ? cycle : _last_epoch);
                        return Groups.Select((group, i) =>
                        {
                            if (_cycleMomentum)
                                ((IMomentum)group).Momentum = _highestMomentum[i] + (_highestMomentum[i] - _baseMomentum[i]) * height;
                            return _base_lrs[i] + (_highest[i] - _base_lrs[i]) * height;
                        });
                    }
                }
            }
        }
    }
}
