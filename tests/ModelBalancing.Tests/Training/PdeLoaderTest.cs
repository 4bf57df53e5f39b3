// The loader: order, bounds, errors and its thread's end; splits of the published code; the compact copy.
using ModelBalancing.Pde;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;
using ModelBalancing.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Training;

public sealed class PdeLoaderTest
{
    private static PublishedTrajectories Flow(string name = "cfd1d.hdf5") => new(PdeFile.Info(TestData.Fixture("pdefiles/" + name)));

    [Fact]
    public void Batches_come_in_the_order_asked_for_and_equal_direct_reads()
    {
        using var scope = NewDisposeScope();
        foreach (var name in new[] { "cfd1d.hdf5", "cfd2d_other_order.hdf5", "darcy.hdf5", "diffreact_lzf.h5" })
        {
            IPdeData data = Flow(name);
            int[][] batches = [[2, 0], [1]];
            var loader = new PdeLoader(data, batches, new PdeLoaderOptions { SpaceStride = 2, Frames = 2 });
            for (var epoch = 0; epoch < 2; epoch++)
            {
                var seen = 0;
                foreach (var batch in loader)
                {
                    Assert.Equal(batches[seen++], batch.Rows);
                    Assert.True(batch.Fields.Equals(data.Read(batch.Rows, 2, 2)));
                }
                Assert.Equal(2, seen);
            }
        }
    }

    [Fact]
    public void Memory_is_bounded_by_waiting_for_the_consumer()
    {
        var data = new Counting(Flow(), samples: 100);
        var one = new PdeLoader(data, [[0]]).BytesOf(1);
        var loader = new PdeLoader(data, [.. Enumerable.Range(0, 40).Select(row => new[] { row })], new PdeLoaderOptions { MostBytes = 3 * one });
        var taken = 0;
        foreach (var _ in loader)
        {
            Thread.Sleep(5);
            taken++;
            Assert.True(data.Reads - taken <= 2, $"{data.Reads} read when {taken} were taken");
        }
        Assert.Equal(40, data.Reads);
        Assert.Equal(2, new PdeLoader(data, [[0, 1], [2]], new PdeLoaderOptions { MostBytes = 1 }).Count(batch => batch.Fields.shape[0] > 0)); // one at a time, however large
    }

    [Fact]
    public void An_error_surfaces_in_the_loop_after_the_batches_before_it()
    {
        var seen = 0;
        var data = new Counting(Flow(), samples: 100, failAt: 2);
        Assert.Contains("broken on purpose", Assert.Throws<PdeFileException>(() =>
        {
            foreach (var _ in new PdeLoader(data, [[0], [1], [2], [3]]))
                seen++;
        }).Message);
        Assert.Equal(2, seen);
    }

    [Fact]
    public void Leaving_the_loop_or_cancelling_ends_the_thread()
    {
        var data = new Counting(Flow(), samples: 100);
        foreach (var _ in new PdeLoader(data, [.. Enumerable.Range(0, 1000).Select(_ => new[] { 0 })], new PdeLoaderOptions { MostBytes = 1 }))
            break;
        var after = data.Reads;
        Thread.Sleep(20);
        Assert.Equal(after, data.Reads);

        using var stop = new CancellationTokenSource();
        var seen = 0;
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var _ in new PdeLoader(data, [.. Enumerable.Range(0, 1000).Select(_ => new[] { 0 })], new PdeLoaderOptions { MostBytes = 1, Cancellation = stop.Token }))
                if (++seen == 3)
                    stop.Cancel();
        });
        Assert.InRange(seen, 3, 5);
    }

    [Fact]
    public void Values_that_are_not_finite_stop_the_loop_in_a_sentence()
    {
        var error = Assert.Throws<PdeFileException>(() => new PdeLoader(Flow("nan.hdf5"), [[0], [1]]).Count());
        Assert.Contains("Sample 1", error.Message);
    }

    [Fact]
    public void What_a_batch_takes_does_not_grow_with_the_file()
    {
        var folder = Directory.CreateTempSubdirectory("workbook-memory-").FullName;
        try
        {
            const int frames = 6, side = 32;
            long[] taken = [.. new[] { 20, 400 }.Select(samples =>
            {
                var path = Path.Combine(folder, $"{samples}.hdf5");
                var layout = new ContiguousLayout { Samples = samples, Arrays = [new("density", [frames, side, side]), new("pressure", [frames, side, side]), new("Vx", [frames, side, side]), new("Vy", [frames, side, side])], Coordinates = [] };
                using (var writer = PdeWriter.Create(path, layout))
                {
                    writer.Append(new Trajectories<float>(samples, frames, [side, side], ["density", "pressure", "Vx", "Vy"]));
                    writer.Complete();
                }
                long Managed()
                {
                    var before = GC.GetAllocatedBytesForCurrentThread();
                    new PublishedTrajectories(PdeFile.Info(path)).Read([3, 19, 7], frames, 2).Dispose();
                    return GC.GetAllocatedBytesForCurrentThread() - before;
                }
                Managed();
                return Managed();
            })];
            Assert.InRange(taken[1], 0, taken[0] + 20_000); // the large file is 39 MB, the rows 300 kB
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_small_subset_touches_only_its_own_bytes()
    {
        // What the process reads, from the disk or from memory, is counted by the system.
        Assert.SkipUnless(File.Exists("/proc/self/io"), "needs Linux");
        var folder = Directory.CreateTempSubdirectory("workbook-subset-").FullName;
        try
        {
            var path = Path.Combine(folder, "a.hdf5");
            const int samples = 200, frames = 10, side = 64;
            var layout = new ContiguousLayout { Samples = samples, Arrays = [new("density", [frames, side, side]), new("pressure", [frames, side, side]), new("Vx", [frames, side, side]), new("Vy", [frames, side, side])], Coordinates = [] };
            using (var writer = PdeWriter.Create(path, layout))
            {
                var zeros = new Trajectories<float>(1, frames, [side, side], ["density", "pressure", "Vx", "Vy"]);
                for (var s = 0; s < samples; s++)
                    writer.Append(zeros);
                writer.Complete();
            }
            var data = new PublishedTrajectories(PdeFile.Info(path));
            int[] rows = PublishedSplits.Authors(samples, 90, 180).Train;
            Assert.Equal(2, rows.Length);
            var own = 4L * frames * side * side * 4 * rows.Length;
            var before = Read();
            foreach (var _ in new PdeLoader(data, [rows])) { }
            var taken = Read() - before;
            Assert.InRange(taken, own, own + 400_000);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static long Read() => long.Parse(File.ReadLines("/proc/self/io").First(line => line.StartsWith("rchar", StringComparison.Ordinal)).Split(':')[1]);
    }

    [Theory]
    [InlineData(1, 9000)]
    [InlineData(2, 4500)]
    [InlineData(10, 900)]
    [InlineData(40, 225)]
    [InlineData(180, 50)]
    public void The_authors_split_keeps_the_test_rows_for_every_stride(int stride, int rows)
    {
        var split = PublishedSplits.Authors(10_000, stride);
        Assert.Equal((1000, rows, 0, 999), (split.Test.Length, split.Train.Length, split.Test[0], split.Test[^1]));
        Assert.Equal([.. Enumerable.Range(0, rows).Select(row => 1000 + row * stride)], split.Train);
        Assert.Contains("divides", Assert.Throws<ArgumentException>(() => PublishedSplits.Authors(10_000, 7)).Message);
    }

    [Fact]
    public void PDEBenchs_splits_stride_first_and_take_the_first_or_the_last_tenth()
    {
        var split = PublishedSplits.PdeBench(10_000, 40);
        Assert.Equal((25, 225, 960, 1000, 9960), (split.Test.Length, split.Train.Length, split.Test[^1], split.Train[0], split.Train[^1]));
        var groups = PublishedSplits.PdeBenchGroups(1000);
        Assert.Equal((900, 100, 900), (groups.Train.Length, groups.Test.Length, groups.Test[0]));
        var dpot = PublishedSplits.Dpot(10_000, 50);
        Assert.Equal((50, 200, 9000), (dpot.Train.Length, dpot.Test.Length, dpot.Test[0]));
    }

    [Fact]
    public void A_compact_copy_holds_its_rows_under_their_numbers_and_is_found_again()
    {
        var folder = Directory.CreateTempSubdirectory("workbook-compact-").FullName;
        try
        {
            using var scope = NewDisposeScope();
            foreach (var name in new[] { "cfd1d.hdf5", "diffsorp_lzf.h5" })
            {
                var path = Path.Combine(folder, name);
                File.Copy(TestData.Fixture("pdefiles/" + name), path);
                var original = new PublishedTrajectories(PdeFile.Info(path));
                IPdeData data = original;
                var copy = Copy(original, [3, 1], 2, 2, 2, folder)!;
                Assert.False(copy.IsReused);
                Assert.True(copy.Read([1, 3], 2, 2, 2).Equals(data.Read([1, 3], 2, 2, 2)));
                Assert.True(copy.Read([0], 1).Equals(data.Read([0], 1))); // from the original
                Assert.True(Copy(original, [1, 3], 2, 2, 2, folder)!.IsReused);
                File.WriteAllBytes(copy.Path, []);
                Assert.False(Copy(original, [1, 3], 2, 2, 2, folder)!.IsReused); // a damaged one is made again
                File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(1));
                Assert.False(Copy(original, [1, 3], 2, 2, 2, folder)!.IsReused); // the original is another one now
                Assert.Null(Copy(original, [1, 3], 2, 2, 2, folder, mostBytes: 10));
            }
            Assert.DoesNotContain(Directory.GetFiles(folder), file => file.EndsWith(".partial", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static CompactCopy? Copy(PublishedTrajectories data, int[] rows, int frames, int spaceStride, int timeStride, string folder, long mostBytes = 1 << 30) =>
        CompactCopy.Of(data, rows, frames, spaceStride, timeStride, mostBytes, folder);

    /// <summary>Counts reads, and fails at one if told.</summary>
    private sealed class Counting(IPdeData inner, int samples, int? failAt = null) : IPdeData
    {
        private int reads;

        public int Reads => Volatile.Read(ref reads);
        public int Samples => samples;
        public IReadOnlyList<string> Channels => inner.Channels;
        public int Frames => inner.Frames;
        public IReadOnlyList<int> Points => inner.Points;
        public Tensor Grid(int spaceStride = 1) => inner.Grid(spaceStride);

        public Tensor Read(IReadOnlyList<int> rows, int frames, int spaceStride = 1, int timeStride = 1) =>
            Interlocked.Increment(ref reads) == failAt + 1 ? throw new PdeFileException("broken on purpose") : inner.Read([.. rows.Select(row => row % inner.Samples)], frames, spaceStride, timeStride);
    }
}
