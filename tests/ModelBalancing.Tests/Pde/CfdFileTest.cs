// PDEBench's 1D files: written as the originals are, read in parts, and refused in a sentence when something is wrong.
using System.Diagnostics;
using ModelBalancing.Pde;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Tests.Pde;

public sealed class CfdFileTest : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("workbook-cfd-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static FlowFields1d<float> Fields(int samples = 5, int frames = 4, int points = 16)
    {
        var fields = new FlowFields1d<float>(samples, frames, points);
        for (var c = 0; c < 3; c++)
            for (var s = 0; s < samples; s++)
                for (var t = 0; t < frames; t++)
                    for (var x = 0; x < points; x++)
                        fields.Row(fields.Channels[c], s, t)[x] = c + 1 + s + t / 10f + x / 100f;
        return fields;
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var path = Path.Combine(folder, "a.hdf5");
        LineFlowFile.Write(path, LineFlowFile.Layout(origin: "{}"), Fields());
        var info = PdeFile.Info(path);
        Assert.Equal((5, 4, 16), (info.Samples, info.Frames, info.Shape.Single()));
        Assert.Equal(((double?)0.01, (double?)0.02, "{}", false), (info.Parameter("eta"), info.Parameter("zeta"), info.Origin, info.IsDouble));
        Assert.Equal(-1 + 1.0 / 16, info.Coordinates[0]![0], 1e-7);
        Assert.Equal([0, 0.05, 0.1, 0.15], info.T!.Select(t => Math.Round(t, 6)));
        Assert.Equal(0.05, info.Interval!.Value, 1e-7);
        var read = LineFlowFile.Read<float>(path);
        for (var c = 0; c < 3; c++)
            Assert.Equal(Fields().Channels[c], read.Channels[c]);
        Assert.Equal(["a.hdf5"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(6, 21, 128, null)]
    [InlineData(3, 11, 64, "{\"Samples\":3}")]
    [InlineData(2, 101, 1024, null)]
    [InlineData(2, 21, 64, "spec")]
    public void A_file_has_4096_bytes_besides_its_data_as_the_published_ones(int samples, int frames, int points, string? origin)
    {
        var path = Path.Combine(folder, "size.hdf5");
        var header = LineFlowFile.Layout(samples, frames, points, origin == "spec" ? new GenerationSpec().ToOrigin() : origin);
        LineFlowFile.Write(path, header, Fields(samples, frames, points));
        Assert.Equal(header.DataBytes + 4096, new FileInfo(path).Length);
    }

    [Fact]
    public void A_part_of_a_file_is_that_part_of_the_whole()
    {
        var path = Path.Combine(folder, "a.hdf5");
        LineFlowFile.Write(path, LineFlowFile.Layout(), Fields());
        foreach (int[] samples in new[] { new[] { 0, 1, 2 }, [4, 0, 2], [3], [1, 3], [2, 2], [] })
            foreach (var (space, time, frames) in new[] { (1, 1, (int?)null), (2, 1, 2), (3, 2, null), (1, 3, 1) })
            {
                var part = LineFlowFile.Read<float>(path, new PdeSelection { Samples = samples, SpaceStride = space, TimeStride = time, Frames = frames });
                Assert.Equal((samples.Length, frames ?? (4 + time - 1) / time, (16 + space - 1) / space), (part.Samples, part.Frames, part.Points));
                var whole = Fields();
                for (var c = 0; c < 3; c++)
                    for (var s = 0; s < part.Samples; s++)
                        for (var t = 0; t < part.Frames; t++)
                            for (var x = 0; x < part.Points; x++)
                                Assert.Equal(whole.Row(whole.Channels[c], samples[s], t * time)[x * space], part.Row(part.Channels[c], s, t)[x]);
            }
    }

    [Theory]
    [InlineData("cfd_h5py.hdf5", false, true)]
    [InlineData("cfd_float64.hdf5", true, true)]
    [InlineData("cfd_without_times.hdf5", false, false)]
    [InlineData("cfd_chunked.hdf5", false, true)]
    [InlineData("cfd_lzf.hdf5", false, true)]
    public void Files_of_h5py_are_read_in_their_odd_forms_too(string name, bool isDouble, bool times)
    {
        var path = TestData.Fixture("hdf5/" + name);
        var info = PdeFile.Info(path);
        Assert.Equal((3, 4, 8, isDouble, times), (info.Samples, info.Frames, info.Shape.Single(), info.IsDouble, info.T is not null));
        Assert.Equal(((double?)0.01, (double?)0.02), (info.Parameter("eta"), info.Parameter("zeta")));
        var fields = LineFlowFile.Read<double>(path);
        for (var c = 0; c < 3; c++)
            Assert.Equal(c + 1 + 2 + 3 / 10.0 + 7 / 100.0, fields.Row(fields.Channels[c], 2, 3)[7], isDouble ? 1e-15 : 1e-6);
    }

    [Fact]
    public void A_file_of_ours_has_the_size_of_h5pys()
    {
        var path = Path.Combine(folder, "same.hdf5");
        LineFlowFile.Write(path, LineFlowFile.Layout(3, 4, 8), Fields(3, 4, 8));
        Assert.Equal(new FileInfo(TestData.Fixture("hdf5/cfd_h5py.hdf5")).Length, new FileInfo(path).Length);
    }

    [Fact]
    public void What_is_wrong_with_a_file_is_said_in_a_sentence()
    {
        string Message(string path) => Assert.Throws<PdeFileException>(() => PdeFile.Info(path)).Message;

        var whole = Path.Combine(folder, "whole.hdf5");
        LineFlowFile.Write(whole, LineFlowFile.Layout(), Fields());
        var truncated = Path.Combine(folder, "truncated.hdf5");
        foreach (var length in new[] { 100, 3000, (int)new FileInfo(whole).Length - 1 })
        {
            File.WriteAllBytes(truncated, File.ReadAllBytes(whole)[..length]);
            Assert.Contains($"is truncated: it holds {length} of {new FileInfo(whole).Length} bytes", Message(truncated));
        }
        File.WriteAllText(Path.Combine(folder, "text.hdf5"), "no HDF5 file at all, just a line of text");
        Assert.Contains("is not an HDF5 file", Message(Path.Combine(folder, "text.hdf5")));
        File.WriteAllBytes(Path.Combine(folder, "empty.hdf5"), []);
        Assert.Contains("is empty", Message(Path.Combine(folder, "empty.hdf5")));
        Assert.Contains("does not exist", Message(Path.Combine(folder, "absent.hdf5")));
        Assert.Equal(PdeFamily.Other, PdeFile.Info(TestData.Fixture("hdf5/cfd_without_pressure.hdf5")).Family);
        Assert.Contains("1 velocity components on 2 axes", Message(TestData.Fixture("hdf5/cfd_four_axes.hdf5")));
        Assert.Contains("has 4 entries for 3 cells", Message(TestData.Fixture("hdf5/everything.h5")));
        Assert.Contains("has the samples 0 to 4", Assert.Throws<ArgumentException>(() => LineFlowFile.Read<float>(whole, new PdeSelection { Samples = [5] })).Message);
        Assert.Contains("expected 1 or more", Assert.Throws<ArgumentException>(() => LineFlowFile.Read<float>(whole, new PdeSelection { SpaceStride = 0 })).Message);
        Assert.Contains("does not exist", Assert.Throws<PdeFileException>(() => PdeWriter.Create(Path.Combine(folder, "no", "a.hdf5"), LineFlowFile.Layout())).Message);
    }

    // In a process of its own: from some damage the library cannot recover quite, and says so when the process ends.
    [Fact]
    public void Damage_inside_a_file_is_an_error_and_not_a_crash()
    {
        if (ChildFolder is not { } given)
        {
            RunAlone(nameof(Damage_inside_a_file_is_an_error_and_not_a_crash), "");
            return;
        }
        var whole = Path.Combine(given, "whole.hdf5");
        LineFlowFile.Write(whole, LineFlowFile.Layout(), Fields());
        var bytes = File.ReadAllBytes(whole);
        var random = new Random(5);
        var damaged = Path.Combine(given, "damaged.hdf5");
        for (var attempt = 0; attempt < 60; attempt++)
        {
            var copy = (byte[])bytes.Clone();
            for (var i = 0; i < 8; i++)
                copy[random.Next(2048)] = (byte)random.Next(256);
            File.WriteAllBytes(damaged, copy);
            try
            {
                LineFlowFile.Read<float>(damaged);
            }
            catch (PdeFileException expected)
            {
                Assert.Contains(damaged, expected.Message);
            }
        }
    }

    [Fact]
    public void An_unfinished_file_never_takes_the_place_of_the_old_one()
    {
        var path = Path.Combine(folder, "a.hdf5");
        LineFlowFile.Write(path, LineFlowFile.Layout(), Fields());
        var before = File.ReadAllBytes(path);
        using (var writer = PdeWriter.Create(path, LineFlowFile.Layout()))
        {
            writer.Append(Fields().SamplesAt(0, 1).AsTrajectories());
            Assert.Contains("2 of 5", Assert.Throws<InvalidOperationException>(writer.Complete).Message);
            Assert.Contains("another process", Assert.Throws<PdeFileException>(() => PdeWriter.Create(path, LineFlowFile.Layout())).Message);
        }
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal(["a.hdf5"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    [Fact]
    public void A_file_larger_than_the_disk_is_refused_before_it_is_begun()
    {
        var path = Path.Combine(folder, "huge.hdf5");
        var header = LineFlowFile.Layout(int.MaxValue / 2, 100, 1024);
        Assert.Contains("make room or choose another folder", Assert.Throws<PdeFileException>(() => PdeWriter.Create(path, header)).Message);
        Assert.Empty(Directory.GetFiles(folder));
    }

    // The disk is "full" by a limit on the size of files (1024 blocks); its signal is ignored, so that the write fails instead of the process dying.
    [Fact]
    public void A_full_disk_is_one_sentence_and_leaves_no_half_written_file()
    {
        if (ChildFolder is { } given)
        {
            var failed = Assert.Throws<PdeFileException>(() => LineFlowFile.Write(Path.Combine(given, "full.hdf5"), LineFlowFile.Layout(400, 21, 64), Fields(400, 21, 64)));
            File.WriteAllText(Path.Combine(given, "message.txt"), failed.Message);
            return;
        }
        RunAlone(nameof(A_full_disk_is_one_sentence_and_leaves_no_half_written_file), "trap '' XFSZ; ulimit -f 1024;");
        var message = File.ReadAllText(Path.Combine(folder, "message.txt"));
        Assert.Contains("could not be written: file too large; make room or choose another folder.", message);
        Assert.Single(message.Split('\n'));
        Assert.Equal(["message.txt"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    private const string ChildKey = "WORKBOOK_TEST_CHILD_FOLDER";

    // Where the test works when it runs in a process of its own; else null.
    private static string? ChildFolder => Environment.GetEnvironmentVariable(ChildKey) is { Length: > 0 } given ? given : null;

    // Runs one test of this class in another process, in this test's folder, under a shell's settings.
    private void RunAlone(string test, string settings)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/bin/sh"), "needs a Unix shell");
        var program = Path.Combine(AppContext.BaseDirectory, "ModelBalancing.Tests");
        Assert.SkipUnless(File.Exists(program), "needs the test program beside its assembly");
        var log = Path.Combine(folder, "log.txt");
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"{settings} exec \"$0\" -method '*{test}' > \"$1\" 2>&1", program, log]);
        start.Environment[ChildKey] = folder;
        // The runtime's own doubly mapped memory would count as a large file.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using var child = Process.Start(start)!;
        Assert.True(child.WaitForExit(60_000), "the other process did not end");
        Assert.True(child.ExitCode == 0, File.ReadAllText(log));
        File.Delete(log);
    }
}
