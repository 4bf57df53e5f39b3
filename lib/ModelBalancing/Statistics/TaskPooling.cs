// One answer from several tasks: each task's paired difference is an estimate of its own effect, the effects vary around a mean.
namespace ModelBalancing.Statistics;

/// <summary>One task of a hierarchy.</summary>
/// <param name="Name">The task.</param>
/// <param name="Effect">Its mean difference.</param>
/// <param name="StandardError">Standard error over its seeds.</param>
/// <param name="Shrunken">The effect drawn towards the mean over tasks, the more so the less sure it is.</param>
/// <param name="ShrunkenError">Its standard error, given the mean and the variance between tasks.</param>
public sealed record TaskEffect(string Name, double Effect, double StandardError, double Shrunken, double ShrunkenError);

/// <summary>Two levels: seeds within tasks, tasks around a mean effect.</summary>
/// <param name="Tasks">Every task.</param>
/// <param name="Pooled">Variance between tasks by Paule and Mandel, and the mean over tasks.</param>
/// <param name="Mean">t test of the mean over tasks by Hartung, Knapp, Sidik and Jonkman, which counts the tasks, not the seeds.</param>
/// <param name="NextTask">Interval in which a further task's true effect is expected (two-sided, k − 2 degrees of freedom; NaN for two tasks).</param>
public sealed record TaskPooling(IReadOnlyList<TaskEffect> Tasks, PooledEffects Pooled, TTestResult Mean, (double Low, double High) NextTask)
{
    /// <summary>Pools tasks.</summary>
    /// <param name="differences">A name and the paired differences (at least two, with spread) of every task, in one unit: relative differences where scales vary. At least two tasks.</param>
    /// <param name="confidence">Of <see cref="NextTask"/>; default 0.95.</param>
    /// <exception cref="ArgumentException">Too few tasks or differences, one that is not finite, or a task whose differences are all equal.</exception>
    public static TaskPooling Of(IReadOnlyList<(string Name, IReadOnlyList<double> Differences)> differences, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(differences);
        Samples.CheckConfidence(confidence);
        if (differences.Count < 2)
            throw new ArgumentException($"differences: expected at least two tasks, got {differences.Count}.", nameof(differences));
        var moments = differences.Select(task =>
        {
            Samples.Check(task.Differences, task.Name, 2);
            var of = Moments.Of(task.Differences);
            return of.Variance > 0 ? of : throw new ArgumentException($"{task.Name}: all differences are equal, so the task has no standard error to be weighted by.", nameof(differences));
        }).ToList();
        double[] effects = [.. moments.Select(of => of.Mean)], variances = [.. moments.Select(of => of.Variance / of.Count)];
        var pooled = Pooling.PauleMandel(effects, variances);
        double between = pooled.BetweenVariance, mean = pooled.Random.Effect;
        var tasks = moments.Select((of, i) =>
        {
            double share = between / (between + variances[i]);
            return new TaskEffect(differences[i].Name, of.Mean, of.StandardError, mean + share * (of.Mean - mean), Math.Sqrt(share * variances[i]));
        }).ToList();
        double[] weights = [.. variances.Select(v => 1 / (v + between))];
        double spread = effects.Select((effect, i) => weights[i] * (effect - mean) * (effect - mean)).Sum() / (effects.Length - 1);
        // Never narrower than by the normal distribution's error (Röver, Knapp and Friede 2015).
        double error = pooled.Random.StandardError * Math.Sqrt(Math.Max(1, spread));
        double reach = effects.Length < 3 ? double.NaN
            : StudentT.UpperQuantile((1 - confidence) / 2, effects.Length - 2) * Math.Sqrt(between + pooled.Random.StandardError * pooled.Random.StandardError);
        return new(tasks, pooled, new(mean, error, effects.Length - 1, Alternative.TwoSided), (mean - reach, mean + reach));
    }
}
