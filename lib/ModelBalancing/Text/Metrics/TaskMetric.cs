// The numbers a task is judged by, with the one that stands for all of them.
using MathNet.Numerics.Statistics;

namespace ModelBalancing.Text.Metrics;

/// <summary>What a task reports.</summary>
/// <param name="Primary">Name of the value that choices and comparisons use.</param>
/// <param name="Values">All values by name, in the order in which they are shown; shares between 0 and 1.</param>
public sealed record MetricValues(string Primary, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>The value that stands for all: larger is better.</summary>
    public double Score => Values[Primary];
}

/// <summary>How a task is judged. <see cref="Of(ReadOnlySpan{int}, ReadOnlySpan{int})"/> for classes, <see cref="Of(ReadOnlySpan{double}, ReadOnlySpan{double})"/> for scores.</summary>
/// <remarks>Names of values follow the GLUE and SuperGLUE scripts of the evaluate library; combined_score is their mean, as in the released run_glue.py.</remarks>
public sealed record TaskMetric
{
    private readonly Func<int[], int[], MetricValues>? ofClasses;
    private readonly Func<double[], double[], MetricValues>? ofScores;

    private TaskMetric(string name, Func<int[], int[], MetricValues>? ofClasses, Func<double[], double[], MetricValues>? ofScores = null) =>
        (Name, this.ofClasses, this.ofScores) = (name, ofClasses, ofScores);

    /// <summary>Name of the metric for messages and tables.</summary>
    public string Name { get; }

    /// <summary>Accuracy (SST-2, MNLI, QNLI, RTE, WNLI, BoolQ, WiC, COPA, WSC).</summary>
    public static TaskMetric Accuracy { get; } = new("accuracy", (predictions, labels) => Values(("accuracy", ClassificationMetrics.Accuracy(predictions, labels))));

    /// <summary>Accuracy and F1 of class 1, judged by their mean (MRPC, QQP).</summary>
    public static TaskMetric AccuracyAndF1 { get; } = new("accuracy and F1", (predictions, labels) => Combined(
        ("accuracy", ClassificationMetrics.Accuracy(predictions, labels)), ("f1", ClassificationMetrics.F1(predictions, labels))));

    /// <summary>Accuracy and macro-F1, judged by their mean (CB).</summary>
    public static TaskMetric AccuracyAndMacroF1 { get; } = new("accuracy and macro-F1", (predictions, labels) => Combined(
        ("accuracy", ClassificationMetrics.Accuracy(predictions, labels)), ("f1", ClassificationMetrics.MacroF1(predictions, labels))));

    /// <summary>Matthews correlation (CoLA).</summary>
    public static TaskMetric Matthews { get; } = new("Matthews correlation", (predictions, labels) => Values(("matthews_correlation", ClassificationMetrics.Matthews(predictions, labels))));

    /// <summary>Macro-F1 (SciCite, SciERC, ACL-ARC, Hyperpartisan), accuracy beside it.</summary>
    public static TaskMetric MacroF1 { get; } = new("macro-F1", (predictions, labels) => Values(
        ("f1_macro", ClassificationMetrics.MacroF1(predictions, labels)), ("accuracy", ClassificationMetrics.Accuracy(predictions, labels))));

    /// <summary>Micro-F1 (ChemProt, RCT), macro-F1 beside it.</summary>
    public static TaskMetric MicroF1 { get; } = new("micro-F1", (predictions, labels) => Values(
        ("f1_micro", ClassificationMetrics.MicroF1(predictions, labels)), ("f1_macro", ClassificationMetrics.MacroF1(predictions, labels))));

    /// <summary>F1 over all answers and the share of questions with every answer right, judged by their mean (MultiRC); needs the groups.</summary>
    public static TaskMetric MultiRc { get; } = new("MultiRC's F1 and exact match", null);

    /// <summary>Pearson and Spearman correlation, judged by their mean (STS-B). NaN where one side is constant.</summary>
    public static TaskMetric PearsonAndSpearman { get; } = new("Pearson and Spearman correlation", null, (predictions, labels) => Combined(
        ("pearson", Correlation.Pearson(predictions, labels)), ("spearmanr", Correlation.Spearman(predictions, labels))));

    /// <summary>The values of predicted classes.</summary>
    /// <param name="predictions">Predicted class of every example, length n ≥ 1.</param>
    /// <param name="labels">True class of every example, same length.</param>
    /// <exception cref="ArgumentException">The lengths differ or are 0.</exception>
    /// <exception cref="InvalidOperationException">The metric is one of scores.</exception>
    public MetricValues Of(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels)
    {
        ClassificationMetrics.Check(predictions.Length, labels.Length);
        return (ofClasses ?? throw new InvalidOperationException($"The {Name} is taken of scores, not of classes."))(predictions.ToArray(), labels.ToArray());
    }

    /// <summary>The values of predicted scores.</summary>
    /// <inheritdoc cref="Of(ReadOnlySpan{int}, ReadOnlySpan{int})"/>
    public MetricValues Of(ReadOnlySpan<double> predictions, ReadOnlySpan<double> labels)
    {
        ClassificationMetrics.Check(predictions.Length, labels.Length);
        return (ofScores ?? throw new InvalidOperationException($"The {Name} is taken of classes, not of scores."))(predictions.ToArray(), labels.ToArray());
    }

    internal static MetricValues Values(params (string Name, double Value)[] values) => new(values[0].Name, InOrder(values));

    internal static MetricValues Combined(params (string Name, double Value)[] values) =>
        new("combined_score", InOrder([.. values, ("combined_score", values.Average(entry => entry.Value))]));

    private static OrderedDictionary<string, double> InOrder((string Name, double Value)[] values)
    {
        var ordered = new OrderedDictionary<string, double>();
        foreach (var (name, value) in values)
            ordered.Add(name, value);
        return ordered;
    }
}
