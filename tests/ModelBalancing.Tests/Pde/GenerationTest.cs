// Generating a file: the same for any number of threads and interruptions, and what is unsound is left out.
using ModelBalancing.Pde;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Tests.Pde;

public sealed class GenerationTest : IDisposable
{
    private static readonly GenerationSpec Small = new() { Samples = 20, Points = 16, Frames = 3, Seed = 9 };
    private readonly string folder = Directory.CreateTempSubdirectory("workbook-generation-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_file_says_how_it_was_made_and_recomputes_to_rounding()
    {
        var path = Path.Combine(folder, Small.FileName);
        var told = new List<SampleProgress>();
        var result = Generation.Run(Small, path, new GenerationRun { Threads = 1, Progress = new Immediate(told.Add) });
        Assert.Equal((20, 0, 0, false), (result.Candidates, result.Dropped.Count, result.Resumed, result.Reused));
        Assert.Equal(Enumerable.Range(1, 20), told.Select(p => p.Done));
        Assert.Equal(TimeSpan.Zero, told[^1].Left);

        Assert.Equal("1D_CFD_Rand_Eta0.01_Zeta0.01_periodic_16.hdf5", Path.GetFileName(path));
        Assert.Equal(Small, GenerationSpec.FromOrigin(PdeFile.Info(path).Origin));
        var report = Recompute.Of(path);
        Assert.Equal((Small.Scheme, Small.Boundary, 0.05), (report.Settings!.Scheme, report.Settings.Boundary, report.Interval));
        Assert.Contains(report.Inferred, line => line.StartsWith("scheme Corrected: recorded"));
        Assert.All(report.Channels, c => Assert.True(c.Largest < 1e-7, $"{c.Name} {c.Largest:e2}"));
    }

    [Fact]
    public void An_interrupted_generation_goes_on_and_ends_with_the_same_file()
    {
        var whole = Path.Combine(folder, "whole.hdf5");
        Generation.Run(Small, whole, new GenerationRun { Threads = 2 });

        var path = Path.Combine(folder, "interrupted.hdf5");
        using var source = new CancellationTokenSource();
        var stop = new Immediate(p =>
        {
            if (p.Done >= 12)
                source.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Generation.Run(Small, path, new GenerationRun { Threads = 1, Progress = stop, Cancellation = source.Token }));
        Assert.False(File.Exists(path));
        Assert.True(File.Exists(path + ".partial"));

        var result = Generation.Run(Small, path, new GenerationRun { Threads = 1 });
        Assert.Equal(8, result.Resumed);
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(path));
        Assert.Equal(["interrupted.hdf5", "whole.hdf5"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        Assert.True(Generation.Run(Small, path).Reused);
    }

    [Fact]
    public void Another_specification_never_continues_or_replaces_a_file_unasked()
    {
        var path = Path.Combine(folder, "a.hdf5");
        Generation.Run(Small, path);
        var other = Small with { Seed = 10 };
        Assert.Contains("was made otherwise", Assert.Throws<PdeFileException>(() => Generation.Run(other, path)).Message);
        Generation.Run(other, path, new GenerationRun { Overwrite = true });
        Assert.Equal(other, GenerationSpec.FromOrigin(PdeFile.Info(path).Origin));

        using var source = new CancellationTokenSource();
        var stop = new Immediate(_ => source.Cancel());
        var third = Path.Combine(folder, "b.hdf5");
        Assert.ThrowsAny<OperationCanceledException>(() => Generation.Run(Small, third, new GenerationRun { Threads = 1, Progress = stop, Cancellation = source.Token }));
        Assert.Equal(0, Generation.Run(other, third).Resumed);
    }

    [Fact]
    public void Settings_that_break_every_sample_end_in_a_sentence()
    {
        var impossible = Small with { Cfl = 1.0, States = InitialStates.Shock, Gamma = 1.0000001, Boundary = FlowBoundary.Transparent, Interval = 1e-9 };
        // A step below the smallest one changes nothing, so these samples are sound; they differ from one another.
        Assert.Equal(20, Generation.Run(impossible, Path.Combine(folder, "still.hdf5")).Candidates);
    }

    [Theory]
    [InlineData(InitialStates.Rand, 1e-8, FlowBoundary.Transparent, "1D_CFD_Rand_Eta1e-8_Zeta1e-8_trans_64.hdf5")]
    [InlineData(InitialStates.Shock, 0.1, FlowBoundary.Periodic, "1D_CFD_Shock_Eta0.1_Zeta0.1_periodic_64.hdf5")]
    public void Names_are_PDEBenchs(InitialStates states, double viscosity, FlowBoundary boundary, string name) =>
        Assert.Equal(name, new GenerationSpec { States = states, Eta = viscosity, Zeta = viscosity, Boundary = boundary }.FileName);

    private sealed class Immediate(Action<SampleProgress> report) : IProgress<SampleProgress>
    {
        public void Report(SampleProgress value)
        {
            lock (this)
                report(value);
        }
    }
}
