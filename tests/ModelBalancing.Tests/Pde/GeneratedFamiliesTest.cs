// Every family's file: made, read back, recomputed; its size, its resumption.
using ModelBalancing.Pde;
using ModelBalancing.Pde.PdeBench;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Tests.Pde;

public sealed class GeneratedFamiliesTest(ITestOutputHelper output) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("workbook-families-").FullName;

    public static TheoryData<string> Families => [.. Specs.Keys];

    private static Dictionary<string, DataSpec> Specs { get; } = new()
    {
        ["1d-tubes"] = new GenerationSpec { States = InitialStates.Sod, Samples = 7, Points = 32, Frames = 3, Interval = 0.02, Eta = 1e-8, Zeta = 1e-8, Boundary = FlowBoundary.Transparent },
        ["1d-sound"] = new GenerationSpec { States = InitialStates.SoundWave, Samples = 1, Points = 32, Frames = 3 },
        ["2d-rand"] = new FlowSpec { Samples = 3, Points = 16, Frames = 3 },
        ["2d-turb"] = new FlowSpec { States = FlowStates.Turb, Samples = 2, Points = 16, Frames = 2, Mach = 1, Eta = 1e-8, Zeta = 1e-8, Scheme = CompressibleFlowScheme.AsPublished, PublishedProjection = true },
        ["2d-shear"] = new FlowSpec { States = FlowStates.KelvinHelmholtz, Samples = 2, Points = 16, Frames = 2, Boundary = FlowBoundary.KelvinHelmholtz },
        ["3d-rand"] = new FlowSpec { Dimensions = 3, Samples = 2, Points = 8, Frames = 2 },
        ["advection"] = new ScalarSpec { Samples = 4, Points = 32, Frames = 3, Interval = 0.1 },
        ["burgers-full"] = new ScalarSpec { Equation = ScalarEquation.Burgers, Samples = 4, Points = 32, Frames = 3, FullFlux = true },
        ["reaction"] = new ScalarSpec { Equation = ScalarEquation.ReactionDiffusion, Nu = 0.5, Samples = 4, Points = 32, Frames = 3 },
        ["darcy"] = new DarcySpec { Samples = 3, Points = 16, Frames = 1, Interval = 1 },
        ["diffusion-reaction"] = new DiffusionReactionSpec { Samples = 2, Points = 12, Frames = 3, Interval = 0.25 },
        ["dam-break"] = new DamBreakSpec { Samples = 3, Points = 16, Frames = 3 },
    };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Families))]
    public void A_generated_file_recomputes_to_the_rounding_of_its_storage(string name)
    {
        var spec = Specs[name];
        var path = Path.Combine(folder, spec.FileName);
        Assert.Empty(Generation.Run(spec, path, new GenerationRun { Threads = 2 }).Dropped);
        Assert.True(Generation.Run(spec, path).Reused);
        var info = PdeFile.Info(path);
        Assert.Equal((spec.Samples, spec.Frames, spec.Points), (info.Samples, info.Frames, info.Shape[0]));
        var report = Recompute.Of(path);
        Assert.Null(report.Reservation);
        foreach (var channel in report.Channels)
        {
            output.WriteLine($"{channel.Name} {channel.Largest:e2}");
            Assert.True(channel.Largest < 2e-7 || channel.MaxAbsolute.Max() < 1e-9, $"{channel.Name} {channel.Largest:e2}");
        }
    }

    [Theory]
    [InlineData("2d-rand")]
    [InlineData("dam-break")]
    public void An_interrupted_generation_of_any_layout_ends_with_the_same_file(string name)
    {
        var spec = Specs[name] with { Samples = 20, Points = 8, Frames = 2 };
        var whole = Path.Combine(folder, "whole");
        Generation.Run(spec, whole, new GenerationRun { Threads = 2 });
        var path = Path.Combine(folder, "interrupted");
        using var source = new CancellationTokenSource();
        var stop = new Immediate(p =>
        {
            if (p.Done >= 12)
                source.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Generation.Run(spec, path, new GenerationRun { Threads = 1, Progress = stop, Cancellation = source.Token }));
        Assert.Equal(8, Generation.Run(spec, path, new GenerationRun { Threads = 1 }).Resumed);
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(path));
    }

    [Theory]
    [InlineData("1d-tubes", 3)]
    [InlineData("2d-rand", 4)]
    public void A_flow_file_has_the_published_overhead(string name, int fields)
    {
        // Very small arrays would share a block with the structure.
        var spec = Specs[name] with { Points = name == "1d-tubes" ? 128 : 16 };
        var path = Path.Combine(folder, spec.FileName);
        Generation.Run(spec, path);
        var dimensions = fields - 2;
        var values = (long)fields * spec.Samples * spec.Frames * (long)Math.Pow(spec.Points, dimensions) + dimensions * spec.Points + spec.Frames + 1;
        Assert.Equal(4 * values + 4096, new FileInfo(path).Length);
    }

    [Fact]
    public void A_families_record_is_never_taken_for_anothers()
    {
        foreach (var (name, spec) in Specs)
            foreach (var (other, made) in Specs)
                Assert.Equal(name == other, spec.Made(made.ToOrigin()));
    }

    [Fact]
    public void Fixed_starts_have_only_so_many_samples() =>
        Assert.Contains("there are 7", Assert.Throws<ArgumentException>(() => Generation.Run(Specs["1d-tubes"] with { Samples = 8 }, Path.Combine(folder, "x"))).Message);

    private sealed class Immediate(Action<SampleProgress> report) : IProgress<SampleProgress>
    {
        public void Report(SampleProgress value)
        {
            lock (this)
                report(value);
        }
    }
}
