// L-BFGS.
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>The limited-memory quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno, without line search (Nocedal and Wright, algorithm 7.4).</summary>
public class LBFGS : Optimizer, ILearningRateController
{
    private const double LeastCurvature = 1e-10;

    private readonly long _iterations;
    private readonly long _evaluations;
    private readonly double _gradientTolerance;
    private readonly double _changeTolerance;
    private readonly long _memory;
    private readonly ParamGroup _group;
    private readonly List<(Tensor change, Tensor gradientChange, double inverseCurvature)> _history = [];
    private Tensor? _direction;
    private Tensor? _lastGradient;
    private double _lastStep;
    private double _scale = 1;
    private long _iterationsSoFar;

    internal LBFGS(IEnumerable<Parameter> parameters, double lr, long max_iter, long? max_eval, double tolerange_grad, double tolerance_change, long history_size)
        : base(IntPtr.Zero)
    {
        _iterations = max_iter;
        _evaluations = max_eval ?? 5 * max_iter / 4;
        _gradientTolerance = tolerange_grad;
        _changeTolerance = tolerance_change;
        _memory = history_size;
        _group = new ParamGroup { Parameters = [.. parameters], Options = new() { LearningRate = lr, InitialLearningRate = lr } };
        _parameter_groups.Add(_group);
    }

    /// <summary>Length of a step as a part of the quasi-Newton step.</summary>
    public double LearningRate { get => _group.LearningRate; set => _group.LearningRate = value; }

    /// <summary>Length of a step at the start.</summary>
    public double InitialLearningRate { get => _group.InitialLearningRate; set => _group.InitialLearningRate = value; }

    /// <inheritdoc/>
    public override IEnumerable<ILearningRateController> ParamGroups => _parameter_groups;

    /// <summary>Iterates until gradient or change is small, or the iterations are used up.</summary>
    /// <param name="closure">Clears the gradients, computes the loss and its gradients.</param>
    /// <returns>The loss at the start.</returns>
    /// <exception cref="ArgumentNullException">No closure.</exception>
    public override Tensor? step(Func<Tensor>? closure)
    {
        if (closure is null) throw new ArgumentNullException(nameof(closure), "The LBFGS optimizer needs a closure that computes the loss.");
        var first = Evaluate(closure);
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var loss = first.ToDouble();
        var gradient = Gradient();
        var evaluations = 1L;
        if (Largest(gradient) <= _gradientTolerance) return first;

        for (var iteration = 1L; iteration <= _iterations; iteration++)
        {
            _iterationsSoFar++;
            Keep(ref _direction, Direction(gradient));
            Keep(ref _lastGradient, gradient.clone());
            var before = loss;
            _lastStep = _iterationsSoFar == 1 ? Math.Min(1, 1 / gradient.abs().sum().ToDouble()) * LearningRate : LearningRate;
            if (gradient.dot(_direction!).ToDouble() > -_changeTolerance) break;
            Move(_direction!, _lastStep);
            if (iteration == _iterations) break;

            using (var value = Evaluate(closure)) loss = value.ToDouble();
            gradient = Gradient();
            evaluations++;
            if (evaluations >= _evaluations || Largest(gradient) <= _gradientTolerance) break;
            if (Largest(_direction!) * _lastStep <= _changeTolerance || Math.Abs(loss - before) < _changeTolerance) break;
        }
        return first;
    }

    /// <summary>Frees the memory of earlier steps.</summary>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing) return;
        _direction?.Dispose();
        _lastGradient?.Dispose();
        foreach (var (change, gradientChange, _) in _history)
        {
            change.Dispose();
            gradientChange.Dispose();
        }
    }

    private static Tensor Evaluate(Func<Tensor> closure)
    {
        using var gradients = enable_grad();
        return closure();
    }

    private static double Largest(Tensor values) => values.abs().max().ToDouble();

    private static void Keep(ref Tensor? slot, Tensor value)
    {
        slot?.Dispose();
        slot = value.DetachFromDisposeScope();
    }

    // −H g by the two loops over the last changes.
    private Tensor Direction(Tensor gradient)
    {
        if (_direction is null || _lastGradient is null) return gradient.neg();
        var gradientChange = gradient.sub(_lastGradient);
        var change = _direction.mul(_lastStep);
        var curvature = gradientChange.dot(change).ToDouble();
        if (curvature > LeastCurvature)
        {
            if (_history.Count == _memory)
            {
                _history[0].change.Dispose();
                _history[0].gradientChange.Dispose();
                _history.RemoveAt(0);
            }
            _history.Add((change.DetachFromDisposeScope(), gradientChange.DetachFromDisposeScope(), 1 / curvature));
            _scale = curvature / gradientChange.dot(gradientChange).ToDouble();
        }
        var result = gradient.neg();
        var parts = new double[_history.Count];
        for (var i = parts.Length - 1; i >= 0; i--)
        {
            var (s, y, inverse) = _history[i];
            parts[i] = s.dot(result).ToDouble() * inverse;
            result.add_(y, alpha: -parts[i]);
        }
        result.mul_(_scale);
        for (var i = 0; i < parts.Length; i++)
        {
            var (s, y, inverse) = _history[i];
            result.add_(s, alpha: parts[i] - y.dot(result).ToDouble() * inverse);
        }
        return result;
    }

    private Tensor Gradient() =>
        cat(_group.Parameters.Select(parameter => parameter.grad is { } grad ? grad.reshape(-1) : zeros_like(parameter).reshape(-1)).ToList(), 0);

    private void Move(Tensor direction, double length)
    {
        long start = 0;
        foreach (var parameter in _group.Parameters)
        {
            var count = parameter.numel();
            parameter.add_(direction.narrow(0, start, count).view_as(parameter), alpha: length);
            start += count;
        }
    }
}
