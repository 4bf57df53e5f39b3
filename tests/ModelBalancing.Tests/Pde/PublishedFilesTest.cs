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
        var reference = ReferenceFields.Read(ReferenceFields.Generated(file));
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
        var path = ReferenceFields.Generated($"{file}.hdf5");
        using var tolerances = JsonDocument.Parse(File.ReadAllText(ReferenceFields.Generated("reproducibility.json")));
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
    [InlineData("2D_CFD_Rand_M0.1_Eta0.01_periodic", null)]
    [InlineData("2D_CFD_Rand_M1.0_Eta0.01_periodic", null)]
    [InlineData("2D_CFD_Turb_M1.0_Eta1e-8_periodic", null)]
    [InlineData("2D_CFD_KH_M0.1_Eta1e-8_KHI", null)]
    [InlineData("1D_Advection_beta1.0", null)]
    [InlineData("1D_Advection_beta1.0_halfflux", "1D_Advection_beta1.0")]
    [InlineData("1D_Burgers_Nu0.01", null)]
    [InlineData("1D_Burgers_Nu0.01_halfflux", "1D_Burgers_Nu0.01")]
    [InlineData("1D_ReacDiff_Nu0.5_Rho1.0", null)]
    public void Every_other_family_is_reproduced_within_the_rounding_of_its_file(string file, string? tolerance)
    {
        var report = Recompute.Of(ReferenceFields.Generated($"{file}.hdf5"));
        using var tolerances = JsonDocument.Parse(File.ReadAllText(ReferenceFields.Generated("reproducibility.json")));
        var allowed = tolerances.RootElement.GetProperty(tolerance ?? file).GetProperty("recommended_max_rel");
        output.WriteLine(string.Join("; ", report.Inferred));
        foreach (var channel in report.Channels)
        {
            var limits = allowed.GetProperty(channel.Name);
            if (limits.ValueKind == JsonValueKind.String)
            {
                // Rounding only: the reference gives an absolute tolerance.
                output.WriteLine($"{channel.Name} at most {channel.MaxAbsolute.Max():e2}");
                Assert.True(channel.MaxAbsolute.Max() < 2e-5);
                continue;
            }
            var perFrame = limits.EnumerateArray().Select(e => e.GetDouble()).ToArray();
            output.WriteLine($"{channel.Name} largest {channel.Largest:e2}, {channel.MaxRelative.Zip(perFrame, (d, a) => d / a).Max():f2} of the tolerance");
            for (var frame = 0; frame < perFrame.Length; frame++)
                Assert.True(channel.MaxRelative[frame] <= perFrame[frame], $"{channel.Name}, frame {frame}: {channel.MaxRelative[frame]:e2} > {perFrame[frame]:e2}");
        }
    }

    [Fact]
    public void Diffusion_reaction_follows_SciPys_steps_to_the_rounding_of_the_file()
    {
        var report = Recompute.Of(ReferenceFields.Generated("2D_diff-react_NA_NA.h5"));
        output.WriteLine(string.Join("; ", report.Inferred));
        foreach (var channel in report.Channels)
        {
            output.WriteLine($"{channel.Name} largest {channel.Largest:e2}");
            Assert.True(channel.Largest < 5e-7, $"{channel.Name} differs by {channel.Largest:e2}");
        }
    }

    [Fact]
    public void The_dam_break_follows_PyClaw_to_the_rounding_of_the_file()
    {
        var report = Recompute.Of(ReferenceFields.Generated("2D_rdb_NA_NA.h5"));
        output.WriteLine(string.Join("; ", report.Inferred));
        output.WriteLine($"h largest {report.Channels.Single().Largest:e2}: {string.Join(" ", report.Channels.Single().MaxRelative.Select(d => d.ToString("e1")))}");
        Assert.True(report.Channels.Single().Largest < 1e-6);
    }

    [Theory]
    [InlineData("2D_DarcyFlow_beta1.0", "beta1.0", 1.0, 0.1)]
    [InlineData("2D_DarcyFlow_beta100.0", "beta100.0", 100.0, 0.02)]
    public void Darcys_march_meets_the_time_series_and_its_label_is_reported(string file, string series, double beta, double steadyDeviation)
    {
        var path = ReferenceFields.Generated($"{file}.hdf5");
        var data = PdeFile.Read(path, [0, 1, 2, 3]);
        var u = ReferenceFields.Read(ReferenceFields.Generated("2D_DarcyFlow_time_series.safetensors"), $"{series}/u_all_frames");
        var start = data.FrameAt(0);
        u.FrameAt(0).Channels[0].CopyTo(start.Channels[0], 0);
        var settings = new DarcySettings { Beta = beta };
        var ours = DarcyFlow.March(start, settings, u.Frames, DarcyFlow.PublishedInterval);
        using var tolerances = JsonDocument.Parse(File.ReadAllText(ReferenceFields.Generated("reproducibility.json")));
        var allowed = tolerances.RootElement.EnumerateObject().Single(e => e.Name.StartsWith(file + " ")).Value.GetProperty("recommended_max_rel").GetProperty("u").EnumerateArray().Select(e => e.GetDouble()).ToArray();
        var difference = Recompute.Compare(ours, u, 1).Single();
        output.WriteLine($"largest {difference.Largest:e2}, {difference.MaxRelative.Zip(allowed, (d, a) => d / a).Max():f2} of the tolerance");
        for (var frame = 0; frame < allowed.Length; frame++)
            Assert.True(difference.MaxRelative[frame] <= allowed[frame], $"frame {frame}: {difference.MaxRelative[frame]:e2} > {allowed[frame]:e2}");

        var report = Recompute.Of(path);
        var steady = Recompute.Compare(DarcyFlow.Steady(data, settings), data, 1).Single().Largest;
        output.WriteLine($"label: from zero {report.Channels.Single().Largest:e2}, steady state {steady:e2}");
        Assert.NotNull(report.Reservation);
        Assert.InRange(steady, 1e-6, steadyDeviation);
    }

    [Theory]
    [InlineData("1D_CFD_Rand_Eta0.01_periodic")]
    [InlineData("1D_CFD_Shock_Eta1e-8_trans")]
    [InlineData("1D_CFD_shocktube1_shocktube2")]
    public void Single_precision_stays_within_twice_the_rounding_of_a_float32_file(string file)
    {
        var path = ReferenceFields.Generated($"{file}.hdf5");
        using var tolerances = JsonDocument.Parse(File.ReadAllText(ReferenceFields.Generated("reproducibility.json")));
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
        var reference = ReferenceFields.Read(ReferenceFields.Generated("1D_CFD_Rand_Eta0.01_periodic_f64.safetensors"));
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
        var fields = LineFlowFile.Read<float>(path, new PdeSelection { Samples = Enumerable.Range(0, 128).ToArray(), SpaceStride = 2 });
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
