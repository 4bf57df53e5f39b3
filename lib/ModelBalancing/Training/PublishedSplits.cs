// Which samples of a file train and which test, by the rules of the published code.
using ModelBalancing.Experiments;

namespace ModelBalancing.Training;

/// <summary>Splits of the published loaders, by name; none of them has validation rows. The workbook's own rule is <see cref="RowSplit.Of"/>.</summary>
public static class PublishedSplits
{
    /// <summary>Training samples of the paper's files, of which the test samples are a ninth.</summary>
    public const int AuthorsTrainingSamples = 9_000;

    /// <summary>The paper's code (ModelBalancing, sciml/pdebench/models/fno/utils.py): the test rows are the first ninth of the training total, whatever the stride; training rows are every so many-th after them.</summary>
    /// <param name="samples">Samples of the file.</param>
    /// <param name="stride">Stride over the training rows, <c>reduced_batch</c>: 2, 4, 10, 40, 180 are ratios of 0.5, 0.25, 0.1, 0.025, 0.0056.</param>
    /// <param name="trainingTotal">Training rows of the whole file, <c>total_num_train_samples</c>.</param>
    /// <exception cref="ArgumentException">The stride does not divide the training total (the released code fails there), or the file is too small.</exception>
    public static RowSplit Authors(int samples, int stride = 1, int trainingTotal = AuthorsTrainingSamples)
    {
        if (stride < 1 || trainingTotal < 9 || trainingTotal % stride != 0)
            throw new ArgumentException($"A stride of {stride} over {trainingTotal} training samples was asked for; the released rule wants a stride that divides them.", nameof(stride));
        var test = trainingTotal / 9;
        return test + trainingTotal > samples
            ? throw new ArgumentException($"The file has {samples} samples; {trainingTotal} for training and {test} for testing were asked for.", nameof(samples))
            : new RowSplit([.. Strided(test, test + trainingTotal, stride)], [], [.. Enumerable.Range(0, test)]);
    }

    /// <summary>PDEBench's FNODatasetSingle (models/fno/utils.py): every so many-th sample of the whole file, and of these the first tenth tests.</summary>
    /// <param name="samples">Samples of the file.</param>
    /// <param name="stride">Stride over all samples, <c>reduced_batch</c>.</param>
    /// <param name="testRatio">Share of the test rows, rounded down.</param>
    public static RowSplit PdeBench(int samples, int stride = 1, double testRatio = 0.1)
    {
        int[] kept = [.. Strided(0, Positive(samples, stride), stride)];
        var test = (int)(kept.Length * testRatio);
        return new RowSplit(kept[test..], [], kept[..test]);
    }

    /// <summary>PDEBench's FNODatasetMult, for files with a group a seed: the last tenth tests.</summary>
    /// <param name="samples">Groups of the file.</param>
    /// <param name="testRatio">Share of the test rows.</param>
    public static RowSplit PdeBenchGroups(int samples, double testRatio = 0.1)
    {
        var train = (int)(Positive(samples, 1) * (1 - testRatio));
        return new RowSplit([.. Enumerable.Range(0, train)], [], [.. Enumerable.Range(train, samples - train)]);
    }

    /// <summary>DPOT (data_generation/preprocess.py): the last tenth of the file tests, of which the first so many are used.</summary>
    /// <param name="samples">Samples of the file.</param>
    /// <param name="rows">Training rows: the first of the file.</param>
    /// <param name="testRows">Test rows; published 200.</param>
    /// <exception cref="ArgumentException">The file is too small.</exception>
    public static RowSplit Dpot(int samples, int rows, int testRows = 200)
    {
        var train = samples - samples / 10;
        return rows < 1 || rows > train || testRows < 1 || testRows > samples - train
            ? throw new ArgumentException($"{rows} training and {testRows} test rows were asked for; by DPOT's rule a file of {samples} has {train} and {samples - train}.", nameof(rows))
            : new RowSplit([.. Enumerable.Range(0, rows)], [], [.. Enumerable.Range(train, testRows)]);
    }

    private static IEnumerable<int> Strided(int first, int end, int stride)
    {
        for (var row = first; row < end; row += stride)
            yield return row;
    }

    private static int Positive(int samples, int stride) => samples > 0 && stride > 0 ? samples
        : throw new ArgumentException($"{samples} samples and a stride of {stride} were asked for; expected at least 1 of each.", nameof(samples));
}
