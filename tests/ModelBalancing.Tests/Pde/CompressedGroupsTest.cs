// Groups behind LZF and gzip: written here, read here and by h5py.
using System.Diagnostics;
using ModelBalancing.Pde;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Tests.Pde;

public sealed class CompressedGroupsTest : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("workbook-compressed-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("dambreak.h5", GroupCompression.Lzf, "chunked (lzf)")]
    [InlineData("dambreak.h5", GroupCompression.Gzip, "chunked (gzip)")]
    [InlineData("diffreact_lzf.h5", GroupCompression.Gzip, "chunked (gzip)")]
    [InlineData("diffsorp_lzf.h5", GroupCompression.Lzf, "chunked (lzf)")]
    public void A_compressed_file_holds_what_the_old_one_held(string name, GroupCompression compression, string storage)
    {
        var path = Path.Combine(folder, name);
        File.Copy(TestData.Fixture("pdefiles/" + name), path);
        var old = PdeFile.Info(path);
        var values = Read(old).Channels;
        CompressedGroups.Replace(path, compression, TestContext.Current.CancellationToken);
        var info = PdeFile.Info(path);
        Assert.Equal(storage, info.Storage);
        Assert.Equal((old.Family, old.Samples, old.Frames), (info.Family, info.Samples, info.Frames));
        Assert.Equal(old.Parameters, info.Parameters);
        Assert.Equal(old.T, info.T);
        Assert.Equal(old.Coordinates, info.Coordinates);
        Assert.Equal(values, Read(info).Channels);
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public void A_generated_file_is_compressed_when_it_is_finished_and_h5py_reads_it()
    {
        var spec = new DamBreakSpec { Samples = 3, Points = 32, Frames = 40 };
        var plain = Path.Combine(folder, "plain.h5");
        Generation.Run(spec, plain);
        var values = Read(PdeFile.Info(plain)).Channels[0];
        foreach (var (compression, filter) in new[] { (GroupCompression.Lzf, "lzf"), (GroupCompression.Gzip, "gzip") })
        {
            var path = Path.Combine(folder, filter + ".h5");
            Generation.Run(spec, path, new GenerationRun { Compression = compression });
            var info = PdeFile.Info(path);
            Assert.Equal($"chunked ({filter})", info.Storage);
            Assert.True(info.Bytes < new FileInfo(plain).Length, $"{filter} made no smaller file");
            Assert.Equal(values, Read(info).Channels[0]);
            Assert.True(Generation.Run(spec, path, new GenerationRun { Compression = compression }).Reused);
        }
        // A file that is there already is compressed as asked; without being asked it stays as it is.
        Assert.True(Generation.Run(spec, plain, new GenerationRun { Compression = GroupCompression.Lzf }).Reused);
        Assert.True(Generation.Run(spec, plain).Reused);
        Assert.Equal("chunked (lzf)", PdeFile.Info(plain).Storage);
        Assert.Contains("group a seed", Assert.Throws<ArgumentException>(() => Generation.Run(new ScalarSpec(), Path.Combine(folder, "x"), new GenerationRun { Compression = GroupCompression.Lzf })).Message);

        var (code, text) = Python("""
            import sys, h5py
            for name in ("lzf", "gzip"):
                with h5py.File(f"{sys.argv[1]}/{name}.h5") as f:
                    data = f["0002/data"]
                    print(data.compression, data.shape, "%.6f" % data[()].astype("f8").sum(), len(f["0002/grid/t"]), "seed: 2" in str(f["0002"].attrs["config"]))
            """);
        Assert.SkipWhen(code != 0, "h5py is not installed");
        var sum = values[(2 * values.Length / 3)..].Sum(value => (double)value).ToString("f6", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal($"lzf (40, 32, 32, 1) {sum} 40 True\ngzip (40, 32, 32, 1) {sum} 40 True\n", text);
    }

    private static Trajectories<float> Read(PdeFileInfo info) => PdeFile.Read<float>(info, cancellation: TestContext.Current.CancellationToken);

    private (int Code, string Output) Python(string script)
    {
        const string python = "/usr/bin/python3";
        if (!File.Exists(python))
            return (-1, "");
        using var process = Process.Start(new ProcessStartInfo(python, ["-c", script, folder]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0 && !errors.Contains("No module named", StringComparison.Ordinal))
            Assert.Fail(errors);
        return (process.ExitCode, output.Result);
    }
}
