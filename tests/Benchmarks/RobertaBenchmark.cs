// One fine-tuning step at RoBERTa-base's size: padded to 128 tokens, to the batch's longest of SST-2's lengths, and so with bfloat16 products.
using System.Globalization;
using ModelBalancing.Balancing;
using ModelBalancing.Models;
using ModelBalancing.Training;
using static TorchSharp.torch;

namespace ModelBalancing.Benchmarks;

/// <summary>Ours of the three; the peer always pads to 128 tokens in float32.</summary>
internal sealed class RobertaBenchmark : IDisposable
{
    private const int Batch = 16, Length = 128;

    // Tokens of 160 training rows of SST-2, drawn at random; batches of 16 in this order have 24 to 49 tokens (the mean over many draws is 36).
    private static readonly int[] lengths =
    [
        10, 10, 6, 6, 5, 15, 6, 12, 24, 6, 15, 8, 14, 13, 13, 5, 10, 13, 11, 35, 8, 7, 5, 7, 8, 12, 5, 5, 19, 24, 33, 9, 5, 15, 9, 8, 11, 22, 21, 10, 7, 6, 7, 11, 10, 6, 23, 4, 6, 17, 22, 10, 16,
        7, 12, 6, 49, 6, 9, 10, 25, 13, 16, 5, 5, 18, 21, 9, 11, 26, 10, 16, 8, 20, 9, 6, 34, 24, 6, 13, 6, 8, 23, 18, 12, 18, 6, 7, 18, 35, 7, 14, 6, 9, 6, 7, 11, 7, 18, 9, 9, 10, 10, 12, 31, 22,
        15, 7, 6, 10, 25, 37, 12, 25, 18, 33, 9, 8, 23, 7, 17, 27, 25, 6, 7, 17, 22, 6, 12, 6, 15, 16, 14, 28, 28, 11, 9, 6, 26, 7, 6, 30, 6, 13, 13, 5, 11, 17, 8, 23, 30, 4, 5, 11, 12, 10, 9, 16, 11, 21,
    ];

    private readonly EncoderModel model = new(EncoderSettings.RobertaBase, EncoderHead.Classification);
    private readonly StepBalance balance;
    private readonly DecoupledAdam optimizer;
    private readonly FineTuningLoop loop;
    private readonly Random random = new(1);
    private int step = 1;

    internal RobertaBenchmark()
    {
        balance = StepBalance.Attach(model, new StepBalanceOptions { Balance = new BalanceOptions { Control = BalanceControl.Baseline } }, _ => []);
        optimizer = new DecoupledAdam(balance.Groups, 2e-5);
        loop = new FineTuningLoop(model, optimizer, balance, new FineTuningOptions { LearningRate = 2e-5, Schedule = new ConstantRate(), StepsPerEpoch = 1000, Steps = 1000 });
    }

    /// <summary>Seconds of some steps.</summary>
    internal double[] Time(string name, int count)
    {
        model.Encoder.Precision = name == "roberta-bfloat16" ? LinearPrecision.BFloat16 : LinearPrecision.Weights;
        double[] seconds = new double[count];
        for (int i = 0; i < count; i++)
        {
            int first = step % (lengths.Length / Batch) * Batch;
            // As the peer's: rows of 9 to 128 tokens, all padded to 128.
            var rows = Enumerable.Range(0, Batch).Select(row => name == "roberta-step" ? row == Batch - 1 ? Length : 9 + row * 7 : lengths[first + row])
                .Select(tokens => new EncodedExample([new EncodedText([.. Enumerable.Range(0, tokens).Select(_ => random.Next(5, 50265))])], random.Next(2), 0)).ToList();
            double start = Clock.Now;
            using (var batch = TextBatch.Of(rows, model.Settings.Padding, name == "roberta-step" ? Length : null))
                loop.Step(step++, batch);
            seconds[i] = Clock.Now - start;
        }
        return seconds;
    }

    /// <summary>Peak resident set in megabytes.</summary>
    internal static double PeakMegabytes() => File.Exists("/proc/self/status")
        ? double.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1e3 : double.NaN;

    public void Dispose()
    {
        balance.Dispose();
        optimizer.Dispose();
        model.Dispose();
    }
}
