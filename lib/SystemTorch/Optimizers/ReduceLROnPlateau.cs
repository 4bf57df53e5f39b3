// The schedule that watches a metric.
namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Lowers the rate when a metric has stopped improving.</summary>
                public class ReduceLROnPlateau : LRScheduler
                {
                    private readonly bool _smallerIsBetter;
                    private readonly bool _relative;
                    private readonly double _factor;
                    private readonly int _patience;
                    private readonly double _threshold;
                    private readonly int _cooldown;
                    private readonly List<double> _leastRates;
                    private readonly double _smallestChange;
                    private double _best;
                    private int _badEpochs;
                    private int _coolingLeft;

                    /// <summary>A schedule that waits for no improvement.</summary>
                    /// <param name="optimizer">The optimizer.</param>
                    /// <param name="mode">"min" if smaller is better, else "max".</param>
                    /// <param name="factor">What the rate is multiplied by; below one.</param>
                    /// <param name="patience">Epochs without improvement that are borne.</param>
                    /// <param name="threshold">Least improvement that counts.</param>
                    /// <param name="threshold_mode">"rel" for a part of the best value, "abs" for a difference.</param>
                    /// <param name="cooldown">Epochs after a change in which nothing is counted.</param>
                    /// <param name="min_lr">Least rates: one for all groups or one each.</param>
                    /// <param name="eps">Smallest change of a rate that is made.</param>
                    /// <param name="verbose">Whether changes are written to the console.</param>
                    public ReduceLROnPlateau(Optimizer optimizer, string mode = "min", double factor = 0.1, int patience = 10, double threshold = 1e-4, string threshold_mode = "rel", int cooldown = 0, IList<double>? min_lr = null, double eps = 1e-8, bool verbose = false)
                        : base(optimizer, -1, verbose)
                    {
                        if (factor >= 1) throw new ArgumentException("Factor should be < 1.0");
                        if (mode is not ("min" or "max")) throw new ArgumentException($"mode {mode} is unknown!");
                        if (threshold_mode is not ("rel" or "abs")) throw new ArgumentException($"threshold mode {threshold_mode} is unknown!");
                        _smallerIsBetter = mode == "min";
                        _relative = threshold_mode == "rel";
                        _factor = factor;
                        _patience = patience;
                        _threshold = threshold;
                        _cooldown = cooldown;
                        _smallestChange = eps;
                        _leastRates = min_lr is { Count: > 1 } ? [.. min_lr] : ForEach(min_lr is { Count: 1 } ? min_lr[0] : 0, optimizer);
                        _best = _smallerIsBetter ? double.PositiveInfinity : double.NegativeInfinity;
                    }

                    /// <summary>Takes the metric of an epoch.</summary>
                    public override void step(double current, int? epoch = null)
                    {
                        _last_epoch = epoch ?? _last_epoch + 1;
                        if (IsBetter(current)) (_best, _badEpochs) = (current, 0);
                        else _badEpochs++;
                        if (_coolingLeft > 0)
                        {
                            _coolingLeft--;
                            _badEpochs = 0;
                        }
                        if (_badEpochs <= _patience) return;
                        Reduce();
                        (_coolingLeft, _badEpochs) = (_cooldown, 0);
                    }

                    /// <summary>Refuses: the metric is needed.</summary>
                    public override void step() =>
                        throw new InvalidOperationException("step() should not be used with the ReduceLROnPlateau scheduler. Use step(double, int?), instead.");

                    /// <summary>Refuses: the metric is needed.</summary>
                    public override void step(int? epoch) =>
                        throw new InvalidOperationException("step(int?) should not be used with the ReduceLROnPlateau scheduler. Use step(double, int?), instead.");

                    private bool IsBetter(double current) => (_smallerIsBetter, _relative) switch
                    {
                        (true, true) => current < _best * (1 - _threshold),
                        (true, false) => current < _best - _threshold,
                        (false, true) => current > _best * (1 + _threshold),
                        (false, false) => current > _best + _threshold,
                    };

                    private void Reduce()
                    {
                        var i = 0;
                        foreach (var group in Groups)
                        {
                            var rate = Math.Max(group.LearningRate * _factor, _leastRates[i]);
                            if (group.LearningRate - rate > _smallestChange)
                            {
                                group.LearningRate = rate;
                                if (_verbose) Console.WriteLine($"Epoch {_last_epoch}: reducing learning rate of group {i} to {rate:g4}.");
                            }
                            i++;
                        }
                    }
                }
            }
        }
    }
}
