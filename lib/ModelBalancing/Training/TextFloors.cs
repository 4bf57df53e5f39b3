// What a fine-tuned encoder has to beat (rule 6): the majority, a bag of words, and the same encoder left as it was under a linear probe.
using ModelBalancing.Models;
using ModelBalancing.Text.Floors;
using ModelBalancing.Text.Metrics;
using ModelBalancing.Text.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>The floors of a task, fitted on a run's training rows and judged on its reported ones.</summary>
internal static class TextFloors
{
    private const double LeastDeviation = 1e-6;

    /// <summary>The most frequent class or choice, or the mean score.</summary>
    public static MetricValues Majority(TextTask task, TextRows training, TextRows reported)
    {
        if (task.Kind == TaskKind.Regression)
            return task.Judge(reported.Examples, Enumerable.Repeat(training.Examples.Average(example => example.Score), reported.Examples.Count).ToArray());
        int most = training.Examples.CountBy(example => example.Label).OrderByDescending(count => count.Value).ThenBy(count => count.Key).First().Key;
        return task.Judge(reported.Examples, Enumerable.Repeat(most, reported.Examples.Count).ToArray());
    }

    /// <summary>Bag of words with logistic regression, for scores with ridge regression.</summary>
    public static MetricValues Words(TextTask task, TextRows training, TextRows reported)
    {
        var bag = new BagOfWords(training.Examples.SelectMany(example => example.Inputs));
        List<SparseRow>[] Of(TextRows rows) => [.. rows.Examples.Select(example => example.Inputs.Select(bag.Of).ToList())];
        return Linear(task, training, Of(training), reported, Of(reported), bag.Count);
    }

    /// <summary>Means of the encoder's last states, standardised, with logistic or ridge regression.</summary>
    public static MetricValues Probe(TextTask task, TextRows training, TextRows reported, TextEncoder encoder)
    {
        var (known, asked) = (Embedded(training, encoder), Embedded(reported, encoder));
        int width = encoder.Settings.Width;
        var all = known.SelectMany(example => example).ToList();
        double[] means = [.. Enumerable.Range(0, width).Select(column => all.Average(row => row[column]))];
        double[] deviations = [.. Enumerable.Range(0, width).Select(column => Math.Sqrt(all.Average(row => (row[column] - means[column]) * (row[column] - means[column]))))];
        int[] columns = [.. Enumerable.Range(0, width)]; // every number counts
        List<SparseRow>[] Standardised(double[][][] examples) => [.. examples.Select(example =>
            example.Select(row => new SparseRow(columns, [.. row.Select((value, column) => deviations[column] < LeastDeviation ? 0 : (value - means[column]) / deviations[column])])).ToList())];
        return Linear(task, training, Standardised(known), reported, Standardised(asked), width);
    }

    // A choice is scored by how likely its text is the right one.
    private static MetricValues Linear(TextTask task, TextRows training, List<SparseRow>[] known, TextRows reported, List<SparseRow>[] asked, int features)
    {
        switch (task.Kind)
        {
            case TaskKind.Regression:
                var ridge = LinearModel.OfScores([.. known.Select(rows => rows[0])], [.. training.Examples.Select(example => example.Score)], features);
                return task.Judge(reported.Examples, asked.Select(rows => ridge.Of(rows[0])[0]).ToArray());
            case TaskKind.MultipleChoice:
                var right = LinearModel.OfClasses([.. known.SelectMany(rows => rows)],
                    [.. training.Examples.SelectMany(example => Enumerable.Range(0, example.Inputs.Count).Select(choice => choice == example.Label ? 1 : 0))], 2, features);
                return task.Judge(reported.Examples, asked.Select(rows => rows.Select((row, choice) => (Logits: right.Of(row), choice)).MaxBy(one => one.Logits[1] - one.Logits[0]).choice).ToArray());
            default:
                var classes = LinearModel.OfClasses([.. known.Select(rows => rows[0])], [.. training.Examples.Select(example => example.Label)], task.Labels.Count, features);
                return task.Judge(reported.Examples, asked.Select(rows => classes.ClassOf(rows[0])).ToArray());
        }
    }

    private static double[][][] Embedded(TextRows rows, TextEncoder encoder)
    {
        using var noGradient = no_grad();
        encoder.eval();
        double[][][] embedded = new double[rows.Encoded.Count][][];
        foreach (int[] places in ByLength(rows.Encoded))
        {
            using var scope = NewDisposeScope();
            var flat = places.SelectMany(place => rows.Encoded[place].Inputs.Select(input => new EncodedExample([input], 0, 0))).ToList();
            using var batch = TextBatch.Of(flat, encoder.Settings.Padding);
            var states = TextEncoder.Mean(encoder.call(batch.Input), batch.Input.Mask).to(ScalarType.Float64).cpu();
            int next = 0;
            foreach (int place in places)
                embedded[place] = [.. rows.Encoded[place].Inputs.Select(_ => states[next++].data<double>().ToArray())];
        }
        return embedded;
    }

    /// <summary>Batches for evaluation: rows of like length together, for speed alone.</summary>
    public static IEnumerable<int[]> ByLength(IReadOnlyList<EncodedExample> rows, int batch = 32) =>
        Enumerable.Range(0, rows.Count).OrderBy(row => rows[row].Length).ThenBy(row => row).Chunk(batch);
}
