// Our solver against files that PDEBench's own generator made.
using System.Text.Json;
using ModelBalancing.Pde;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Tests.Pde;

public class PublishedFilesTest(ITestOutputHelper output)
{
    [Theory]
    [InlineData("1D_CFD_Rand_Eta0.01_periodic_f64.safetensors", 0.01, FlowBoundary.Periodic, 0.05)]
    [InlineData("1D_CFD_Shock_Eta1e-8_trans_f64.safetensors", 1e-8, FlowBoundary.Transparent, 0.02)]
    public void The_generators_double_precision_output_is_reproduced(string file, double viscosity, FlowBoundary boundary, double interval)
    {
        var reference = ReferenceFields.Read(TestData.SharedOrSkip("golden/pde/generated/" + file));
        var settings = new FlowSettings { Eta = viscosity, Zeta = viscosity, Boundary = boundary, Scheme = CompressibleFlowScheme.AsPublished };
        var ours = CompressibleFlow1d.Evolve(reference.FrameAt(0), settings, reference.Frames, interval);
        foreach (var channel in Recompute.Compare(ours, reference))
        {
            output.WriteLine($"{channel.Name} {channel.Largest:e2}");
            Assert.True(channel.Largest < 1e-10, $"{channel.Name} differs by {channel.Largest:e2}");
        }
    }

    [Theory]
    [InlineData("1D_CFD_Rand_Eta0.01_periodic", null, null)]
    [InlineData("1D_CFD_Rand_Eta1e-8_periodic", null, null)]
    [InlineData("1D_CFD_Rand_Eta1e-8_trans", null, null)]
    [InlineData("1D_CFD_Shock_Eta1e-8_trans", null, null)]
    [InlineData("1D_CFD_shocktube1_shocktube2", null, null)]
    [InlineData("1D_CFD_sound_wave", 0, null)]
    [InlineData("1D_CFD_sound_wave", 1, 0.01)]
    public void A_float32_file_of_the_generator_is_reproduced_within_its_rounding(string file, int? sample, double? viscosity)
    {
        var path = TestData.SharedOrSkip($"golden/pde/generated/{file}.hdf5");
        using var tolerances = JsonDocument.Parse(File.ReadAllText(TestData.SharedOrSkip("golden/pde/generated/reproducibility.json")));
        var report = Recompute.Of(path, new RecomputeOptions { Samples = sample is { } one ? [one] : null, Eta = viscosity, Zeta = viscosity });
        foreach (var line in report.Inferred)
            output.WriteLine(line);
        foreach (var channel in report.Channels)
        {
            var allowed = tolerances.RootElement.GetProperty(file).GetProperty("recommended_max_rel").GetProperty(channel.Name).EnumerateArray().Select(e => e.GetDouble()).ToArray();
            output.WriteLine($"{channel.Name} largest {channel.Largest:e2}, {channel.MaxRelative.Zip(allowed, (d, a) => d / a).Max():f2} of the tolerance");
            for (var frame = 0; frame < allowed.Length; frame++)
                Assert.True(channel.MaxRelative[frame] <= allowed[frame], $"{channel.Name}, frame {frame}: {channel.MaxRelative[frame]:e2} > {allowed[frame]:e2}");
        }
    }

    [Theory]
    [InlineData("1D_CFD_Rand_Eta0.01_periodic")]
    [InlineData("1D_CFD_Shock_Eta1e-8_trans")]
    [InlineData("1D_CFD_shocktube1_shocktube2")]
    public void Single_precision_stays_within_twice_the_rounding_of_a_float32_file(string file)
    {
        var path = TestData.SharedOrSkip($"golden/pde/generated/{file}.hdf5");
        using var tolerances = JsonDocument.Parse(File.ReadAllText(TestData.SharedOrSkip("golden/pde/generated/reproducibility.json")));
        foreach (var channel in Recompute.Of(path, new RecomputeOptions { SinglePrecision = true }).Channels)
        {
            var allowed = tolerances.RootElement.GetProperty(file).GetProperty("recommended_max_rel").GetProperty(channel.Name).EnumerateArray().Select(e => 2 * e.GetDouble()).ToArray();
            output.WriteLine($"{channel.Name} largest {channel.Largest:e2}, {channel.MaxRelative.Zip(allowed, (d, a) => d / a).Max():f2} of the tolerance");
            for (var frame = 0; frame < allowed.Length; frame++)
                Assert.True(channel.MaxRelative[frame] <= allowed[frame], $"{channel.Name}, frame {frame}: {channel.MaxRelative[frame]:e2} > {allowed[frame]:e2}");
        }
    }

    [Fact]
    public void The_shared_training_set_is_reproduced_to_the_rounding_of_its_storage()
    {
        var path = TestData.SharedOrSkip("data/pde/1D_CFD_Rand_Eta0.01_Zeta0.01_periodic_128.hdf5");
        var report = Recompute.Of(path, new RecomputeOptions { Samples = Enumerable.Range(0, 8).ToArray() });
        foreach (var channel in report.Channels)
        {
            output.WriteLine($"{channel.Name} {channel.Largest:e2}");
            Assert.True(channel.Largest < 1e-6, $"{channel.Name} differs by {channel.Largest:e2}");
        }
    }

    [Fact]
    public void Refilling_the_viscous_ghosts_changes_a_1D_flow_by_a_few_hundred_thousandths_at_most()
    {
        var reference = ReferenceFields.Read(TestData.SharedOrSkip("golden/pde/generated/1D_CFD_Rand_Eta0.01_periodic_f64.safetensors"));
        var settings = new FlowSettings { Eta = 0.01, Zeta = 0.01, Scheme = CompressibleFlowScheme.AsPublished with { RefilledViscousGhosts = true } };
        var largest = Recompute.Compare(CompressibleFlow1d.Evolve(reference.FrameAt(0), settings, reference.Frames, 0.05), reference).Max(c => c.Largest);
        output.WriteLine($"{largest:e2}");
        Assert.InRange(largest, 1e-7, 1e-3);
    }

    [Fact]
    public void On_the_shared_set_the_linear_floor_lies_below_persistence()
    {
        // As the training runs read it: 64 points, 10 given frames of 21, the first 64 samples for testing, the next 64 for fitting.
        var path = TestData.SharedOrSkip("data/pde/1D_CFD_Rand_Eta0.01_Zeta0.01_periodic_128.hdf5");
        var fields = CfdFile.Read(path, new CfdSelection { Samples = Enumerable.Range(0, 128).ToArray(), SpaceStride = 2 });
        using var scope = TorchSharp.torch.NewDisposeScope();
        var channels = fields.Channels.Select(c => TorchSharp.torch.tensor(c, new long[] { 128, fields.Frames, fields.Points })).ToArray();
        var all = TorchSharp.torch.stack(channels, dim: -1).permute(0, 2, 1, 3);
        var (test, train) = (all.narrow(0, 0, 64), all.narrow(0, 64, 64));
        var floor = Floors.Linear(train.narrow(2, 0, 10), train.narrow(2, 10, 11));
        var linear = Metrics.OfPredictedFrames(floor.Predict(test.narrow(2, 0, 10)), test.narrow(2, 10, 11), 10);
        var persistence = Metrics.OfPredictedFrames(Floors.Persistence(test.narrow(2, 0, 10), 11), test.narrow(2, 10, 11), 10);
        output.WriteLine($"persistence nRMSE {persistence.NRmse.Mean:f4}, all frames {persistence.NRmseAllFrames.Mean:f4}; linear nRMSE {linear.NRmse.Mean:f4} (penalty {floor.Penalty})");
        Assert.InRange(persistence.NRmse.Mean, 0.3, 0.8);
        Assert.True(linear.NRmse.Mean < 0.8 * persistence.NRmse.Mean);
        Assert.Equal(persistence.NRmse.Mean * 11 / 21, persistence.NRmseAllFrames.Mean, 1e-12);
    }
}
