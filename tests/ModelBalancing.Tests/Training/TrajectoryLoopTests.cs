// The loop's loss, learning, evaluation in batches, and its memory.
using System.Diagnostics;
using ModelBalancing.Models;
using ModelBalancing.Tests.Experiments;
using ModelBalancing.Tests.Models;
using ModelBalancing.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Training;

public class TrajectoryLoopTests
{
    [Fact]
    public void The_loss_sums_the_mean_squared_error_of_every_predicted_frame()
    {
        using var scope = NewDisposeScope();
        using var model = new Fno1d(3, 4, 8, 6, seed: 1);
        var (data, grid) = Waves.Tensors(5, 32, 9, 3);
        var loop = new TrajectoryLoop(model, grid);
        var frames = loop.Predict(data);
        double expected = Enumerable.Range(0, 5).Sum(frame => (frames.select(2, frame) - data.select(2, 4 + frame)).square().mean().item<float>());
        Assert.Equal(expected, loop.Loss(data).item<float>(), 1e-5 * expected);
    }

    [Fact]
    public void Training_lowers_the_loss_and_the_batch_of_evaluation_does_not_matter()
    {
        using var scope = NewDisposeScope();
        using var model = new Fno1d(3, 4, 8, 8, seed: 1);
        var (data, grid) = Waves.Tensors(8, 32, 8, 3);
        var loop = new TrajectoryLoop(model, grid);
        using var adam = SharedMomentAdam.Over(model, 5e-3);
        double first = loop.Step(data, adam), last = 0;
        for (int step = 0; step < 60; step++)
            last = loop.Step(data, adam);
        Assert.True(last < first / 5, $"from {first:g3} to {last:g3}");
        Assert.True(FnoReference.RelativeDifference(loop.Predict(data, batch: 3), loop.Predict(data)) < 1e-5);
        Assert.Contains("more than 4 frames", Assert.Throws<ArgumentException>(() => loop.Predict(data.narrow(2, 0, 4))).Message);
    }

    [Fact]
    public void Memory_is_flat_over_two_thousand_steps()
    {
        // In a process of its own, where no other test allocates.
        string folder = Directory.CreateTempSubdirectory("workbook-memory-").FullName;
        try
        {
            Worker.Run(nameof(Worker.Measure_memory), folder);
            double[] megabytes = [.. File.ReadAllLines(Path.Combine(folder, "memory")).Select(double.Parse)];
            Assert.True(megabytes[1] - megabytes[0] < 12, $"{megabytes[0]:f0} MB after 400 steps, {megabytes[1]:f0} MB after 2,000");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Body of the memory test: resident set after 400 and after 2,000 steps.</summary>
    internal static void MeasureMemory(string folder)
    {
        set_num_threads(1);
        using var model = new Fno1d(2, 2, 3, 4, seed: 1);
        var (data, grid) = Waves.Tensors(4, 16, 4, 2);
        var loop = new TrajectoryLoop(model, grid);
        using var adam = SharedMomentAdam.Over(model, 1e-3);
        var found = new List<string>();
        for (int step = 1; step <= 2000; step++)
        {
            loop.Step(data, adam);
            if (step is 400 or 2000)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                using var self = Process.GetCurrentProcess();
                found.Add((self.WorkingSet64 / 1e6).ToString("f1"));
            }
        }
        File.WriteAllLines(Path.Combine(folder, "memory"), found);
    }
}
