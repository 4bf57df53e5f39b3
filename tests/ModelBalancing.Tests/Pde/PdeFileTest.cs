// Every layout of the published files, whole and in parts, and what is said about files that are not right.
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;
using ModelBalancing.Training;

namespace ModelBalancing.Tests.Pde;

public sealed class PdeFileTest : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("workbook-pde-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // The value tells where it belongs; axes that a file lacks count as 0.
    private static double Value(int c, int s, int t, int x, int y, int z) => c + 10 * s + 0.1 * t + 0.01 * x + 0.001 * y + 0.0001 * z;

    [Theory]
    [InlineData("cfd1d.hdf5", PdeFamily.CompressibleFlow, "density,pressure,Vx", 5, 6, "8", "contiguous")]
    [InlineData("cfd2d_other_order.hdf5", PdeFamily.CompressibleFlow, "density,pressure,Vx,Vy", 3, 4, "6,5", "contiguous")]
    [InlineData("cfd3d_gzip_float64.hdf5", PdeFamily.CompressibleFlow, "density,pressure,Vx,Vy,Vz", 2, 3, "4,5,6", "chunked (shuffle, gzip)")]
    [InlineData("darcy.hdf5", PdeFamily.Darcy, "tensor,nu", 4, 1, "6,5", "contiguous")]
    [InlineData("burgers_without_times.hdf5", PdeFamily.Burgers, "tensor", 3, 5, "8", "contiguous")]
    [InlineData("reactiondiffusion.hdf5", PdeFamily.ReactionDiffusion, "tensor", 3, 5, "8", "contiguous")]
    [InlineData("unknown_tensor.hdf5", PdeFamily.Other, "tensor", 3, 5, "8", "contiguous")]
    [InlineData("other_channels.hdf5", PdeFamily.Other, "density,humidity", 3, 4, "8", "contiguous")]
    [InlineData("diffreact_lzf.h5", PdeFamily.DiffusionReaction, "u,v", 3, 5, "6,4", "chunked (lzf)")]
    [InlineData("dambreak.h5", PdeFamily.DamBreak, "h", 3, 5, "6,6", "contiguous")]
    [InlineData("diffsorp_lzf.h5", PdeFamily.DiffusionSorption, "u", 12, 5, "8", "chunked (lzf)")]
    public void Every_layout_is_read_whole_and_in_parts(string name, PdeFamily family, string channels, int samples, int frames, string shape, string storage)
    {
        var info = PdeFile.Info(TestData.Fixture("pdefiles/" + name));
        Assert.Equal((family, channels, samples, frames, shape, storage), (info.Family, string.Join(",", info.Channels), info.Samples, info.Frames, string.Join(",", info.Shape), info.Storage));
        int[][] choices = [[.. Enumerable.Range(0, samples)], [samples - 1, 0], [1], [1, 1]];
        foreach (var chosen in choices)
            foreach (var (space, time, most) in new[] { (1, 1, (int?)null), (2, 1, null), (3, 2, null), (1, 3, 1), (2, 2, frames > 2 ? 2 : 1) })
            {
                var part = Read<double>(info, new PdeSelection { Samples = chosen, SpaceStride = space, TimeStride = time, Frames = most });
                Assert.Equal((chosen.Length, most ?? (frames + time - 1) / time), (part.Samples, part.Frames));
                int[] kept = [.. info.Shape.Select(n => (n + space - 1) / space)];
                Assert.Equal(kept, part.Shape);
                for (var c = 0; c < info.Channels.Count; c++)
                    for (var s = 0; s < chosen.Length; s++)
                        for (var t = 0; t < part.Frames; t++)
                            for (var cell = 0; cell < part.Cells; cell++)
                            {
                                var (x, y, z) = kept.Length switch { 1 => (cell, 0, 0), 2 => (cell / kept[1], cell % kept[1], 0), _ => (cell / (kept[1] * kept[2]), cell / kept[2] % kept[1], cell % kept[2]) };
                                var found = part.Frame(c, s, t)[cell];
                                if (Math.Abs(found - Value(c, chosen[s], t * time, x * space, y * space, z * space)) > 1e-5)
                                    Assert.Fail($"{info.Channels[c]}[{chosen[s]}, {t * time}, {x * space}, {y * space}, {z * space}] is {found}");
                            }
            }
    }

    [Fact]
    public void Large_samples_are_read_in_pieces_with_the_same_result()
    {
        // Frames of 512 x 512: those that a stride leaves out are skipped, others are thinned frame by frame.
        var path = Path.Combine(folder, "large.hdf5");
        var fields = new Trajectories<float>(2, 12, [512, 512], ["density", "pressure", "Vx", "Vy"]);
        for (var c = 0; c < 4; c++)
            for (var i = 0; i < fields.Channels[c].Length; i++)
                fields.Channels[c][i] = unchecked((i * 2654435761L + c) % 1_000_003);
        using (var writer = PdeWriter.Create(path, new ContiguousLayout { Samples = 2, Arrays = [.. fields.Names.Select(name => new SampleArray(name, [12, 512, 512]))], Coordinates = [] }))
        {
            writer.Append(fields);
            writer.Complete();
        }
        var info = PdeFile.Info(path);
        foreach (var (space, time) in new[] { (1, 1), (2, 1), (1, 3), (4, 2), (64, 5) })
        {
            var part = Read<float>(info, new PdeSelection { Samples = [1], SpaceStride = space, TimeStride = time });
            var side = 512 / space;
            for (var t = 0; t < part.Frames; t++)
                for (var x = 0; x < side; x += 17)
                    for (var y = 0; y < side; y++)
                        Assert.Equal(fields.Frame(3, 1, t * time)[x * space * 512 + y * space], part.Frame(3, 0, t)[x * side + y]);
        }
    }

    [Fact]
    public void Tensors_have_points_frames_and_channels_last_and_Darcy_two_frames()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var flow = TrajectoryData.Open(TestData.Fixture("pdefiles/cfd2d_other_order.hdf5"));
        var fields = flow.Read([2, 0], frames: 2, spaceStride: 2, timeStride: 2);
        Assert.Equal([2L, 3, 3, 2, 4], fields.shape);
        Assert.Equal(Value(3, 2, 2, 4, 2, 0), fields[0, 2, 1, 1, 3].item<float>(), 1e-5);
        var darcy = TrajectoryData.Open(TestData.Fixture("pdefiles/darcy.hdf5"));
        var pair = darcy.Read([3], frames: 2);
        Assert.Equal([1L, 6, 5, 2, 1], pair.shape);
        Assert.Equal(Value(1, 3, 0, 4, 2, 0), pair[0, 4, 2, 0, 0].item<float>(), 1e-5);
        Assert.Equal(Value(0, 3, 0, 4, 2, 0), pair[0, 4, 2, 1, 0].item<float>(), 1e-5);
        Assert.Equal([1L, 6, 5, 1, 1], darcy.Read([3], frames: 1).shape);
    }

    [Theory]
    [InlineData("wrong_axes.hdf5", "the axes seem to be in another order")]
    [InlineData("wrong_shapes.hdf5", "'pressure' in")]
    [InlineData("two_axes.hdf5", "has 2 axes")]
    [InlineData("integers.hdf5", "does not hold floating-point numbers")]
    [InlineData("missing_velocity.hdf5", "1 velocity components on 2 axes")]
    [InlineData("nothing.hdf5", "is not a PDEBench file")]
    [InlineData("few_times.hdf5", "entries for 6 frames")]
    public void What_is_wrong_with_a_layout_is_said_in_a_sentence(string name, string part)
    {
        var path = TestData.Fixture("pdefiles/" + name);
        var message = Assert.Throws<PdeFileException>(() => PdeFile.Info(path)).Message;
        Assert.Contains(part, message);
        Assert.Contains(path, message);
        Assert.Single(message.Split('\n'));
    }

    [Fact]
    public void Values_that_are_not_finite_are_found_and_named()
    {
        var path = TestData.Fixture("pdefiles/nan.hdf5");
        var ranges = Ranges(path);
        Assert.Equal((2L, (int?)1), (ranges[1].NotFinite, ranges[1].FirstNotFinite));
        Assert.Equal((0L, (int?)null), (ranges[0].NotFinite, ranges[0].FirstNotFinite));
        Assert.Equal(Value(0, 0, 0, 0, 0, 0), ranges[0].Smallest, 1e-6);
        var data = TrajectoryData.Open(path);
        data.Read([0, 2], 6).Dispose();
        Assert.Contains("Sample 1 of " + path + " holds values of pressure that are not finite", Assert.Throws<PdeFileException>(() => data.Read([0, 1], 6)).Message);
    }

    [Fact]
    public void A_file_that_is_being_written_is_refused_in_a_sentence()
    {
        var path = Path.Combine(folder, "open.hdf5");
        File.Copy(TestData.Fixture("pdefiles/cfd1d.hdf5"), path);
        using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) // the same lock as a writer's
            Assert.Contains("is being written by another process", Assert.Throws<PdeFileException>(() => PdeFile.Info(path)).Message);
        Assert.Equal(5, PdeFile.Info(path).Samples);
    }

    [Fact]
    public void A_file_that_changed_between_two_reads_is_an_error()
    {
        var path = Path.Combine(folder, "changed.hdf5");
        File.Copy(TestData.Fixture("pdefiles/cfd1d.hdf5"), path);
        var info = PdeFile.Info(path);
        File.Copy(TestData.Fixture("pdefiles/cfd2d_other_order.hdf5"), path, overwrite: true);
        Assert.Contains("expected (5, 6, 8)", Assert.Throws<PdeFileException>(() => Read<float>(info)).Message);
    }

    private static Trajectories<T> Read<T>(PdeFileInfo info, PdeSelection? selection = null) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => PdeFile.Read<T>(info, selection);

    private static IReadOnlyList<ChannelRange> Ranges(string path) => PdeRanges.Of(PdeFile.Info(path));
}
