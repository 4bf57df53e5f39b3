// How well predicted classes agree with the true ones.

namespace ModelBalancing.Text.Metrics;

/// <summary>Agreement of predicted and true class indices. All methods take two spans of equal length n ≥ 1 and return a share between 0 and 1, Matthews between −1 and 1.</summary>
/// <remarks>Values agree with scikit-learn, whose functions the GLUE and SuperGLUE scripts call: a ratio with an empty denominator counts as 0.</remarks>
public static class ClassificationMetrics
{
    /// <summary>Share of equal entries.</summary>
    /// <param name="predictions">Predicted class of every example.</param>
    /// <param name="labels">True class of every example.</param>
    /// <exception cref="ArgumentException">The lengths differ or are 0.</exception>
    public static double Accuracy(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels)
    {
        Check(predictions.Length, labels.Length);
        int equal = 0;
        for (int i = 0; i < labels.Length; i++)
            equal += predictions[i] == labels[i] ? 1 : 0;
        return (double)equal / labels.Length;
    }

    /// <summary>F1 of one class: 2 TP / (2 TP + FP + FN); 0 if that class neither occurs nor is predicted.</summary>
    /// <param name="predictions">Predicted class of every example.</param>
    /// <param name="labels">True class of every example.</param>
    /// <param name="positive">The class that counts.</param>
    /// <exception cref="ArgumentException">The lengths differ or are 0.</exception>
    public static double F1(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels, int positive = 1)
    {
        Check(predictions.Length, labels.Length);
        int both = 0, either = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            both += predictions[i] == positive && labels[i] == positive ? 1 : 0;
            either += (predictions[i] == positive ? 1 : 0) + (labels[i] == positive ? 1 : 0);
        }
        return either == 0 ? 0 : 2.0 * both / either;
    }

    /// <summary>Mean F1 of the classes that occur or are predicted; a class that is in neither does not count.</summary>
    /// <inheritdoc cref="Accuracy"/>
    public static double MacroF1(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels)
    {
        Check(predictions.Length, labels.Length);
        double sum = 0;
        var seen = new SortedSet<int>([.. predictions, .. labels]);
        foreach (int label in seen)
            sum += F1(predictions, labels, label);
        return sum / seen.Count;
    }

    /// <summary>F1 with the counts of all classes added up, which is the accuracy when every example has one class.</summary>
    /// <inheritdoc cref="Accuracy"/>
    public static double MicroF1(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels) => Accuracy(predictions, labels);

    /// <summary>Matthews correlation for any number of classes; 0 where all predictions or all labels are one class.</summary>
    /// <inheritdoc cref="Accuracy"/>
    /// <remarks>Gorodkin 2004: (c n − Σ pₖtₖ) / √((n² − Σ pₖ²)(n² − Σ tₖ²)), c = number of right predictions.</remarks>
    public static double Matthews(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels)
    {
        Check(predictions.Length, labels.Length);
        double examples = labels.Length, right = 0;
        var predicted = new Dictionary<int, double>();
        var actual = new Dictionary<int, double>();
        for (int i = 0; i < labels.Length; i++)
        {
            right += predictions[i] == labels[i] ? 1 : 0;
            predicted[predictions[i]] = predicted.GetValueOrDefault(predictions[i]) + 1;
            actual[labels[i]] = actual.GetValueOrDefault(labels[i]) + 1;
        }
        double cross = predicted.Sum(entry => entry.Value * actual.GetValueOrDefault(entry.Key));
        double predictedSpread = examples * examples - predicted.Values.Sum(count => count * count);
        double actualSpread = examples * examples - actual.Values.Sum(count => count * count);
        return predictedSpread == 0 || actualSpread == 0 ? 0 : (right * examples - cross) / Math.Sqrt(predictedSpread * actualSpread);
    }

    internal static void Check(int predictions, int labels)
    {
        if (predictions != labels || labels == 0)
            throw new ArgumentException($"predictions has {predictions} entries and labels has {labels}; both must have the same number, at least 1.");
    }
}
