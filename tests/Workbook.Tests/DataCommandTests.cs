// ./workbook data generate and recompute: files of several families, JSON, and answers to wrong calls.

using System.Text.Json;
using ModelBalancing;
using Workbook.Commands;

namespace Workbook.Tests;

public sealed class DataCommandTests : IDisposable
{
    private static readonly string Published = Path.Combine(Folders.Root, "tests", "fixtures", "pde", "generated");

    private readonly string folder = Directory.CreateTempSubdirectory("data-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("1d-cfd", "--states", "SoundWave", "--samples", "1")]
    [InlineData("2d-cfd", "--mach", "1", "--fidelity", "published", "--end", "0.05", "--precision", "float32", "--samples", "2")]
    [InlineData("advection", "--flux", "full", "--samples", "2")]
    [InlineData("darcy", "--beta", "10", "--samples", "2")]
    [InlineData("dam-break", "--samples", "2")]
    public async Task A_generated_file_is_recomputed_by_what_it_says_about_itself(params string[] arguments)
    {
        var path = Path.Combine(folder, "file.h5");
        string[] frames = arguments[0] == "darcy" ? [] : ["--frames", "3"];
        var (code, output, errors) = await Run(["generate", .. arguments, "--resolution", "16", .. frames, "--out", path]);
        Assert.True(code == 0, errors);
        Assert.Contains(path, output);
        Assert.Contains("is there already", (await Run(["generate", .. arguments, "--resolution", "16", .. frames, "--out", path])).Output);

        (code, output, errors) = await Run(["recompute", path, "--samples", "0", "--json", .. arguments.Contains("float32") ? new[] { "--precision", "float32" } : []]);
        Assert.True(code == 0, errors);
        using var document = JsonDocument.Parse(output);
        Assert.True(document.RootElement.GetProperty("judged").GetBoolean());
        foreach (var channel in document.RootElement.GetProperty("channels").EnumerateArray())
            foreach (var difference in channel.GetProperty("maxAbsolute").EnumerateArray())
                Assert.InRange(difference.GetDouble(), 0, 1e-5);
    }

    [Fact]
    public async Task A_published_file_is_recomputed_and_what_was_inferred_is_told()
    {
        var (code, output, errors) = await Run("recompute", Path.Combine(Published, "1D_CFD_sound_wave.hdf5"), "--samples", "1", "--eta", "0.01");
        Assert.True(code == 0, errors);
        Assert.Contains("eta 0.01: as told", output);
        Assert.Contains("zeta 0.01: as told", output);
        Assert.Contains("boundary Periodic: by trial", output);
        Assert.Contains("scheme AsPublished: assumed", output);

        Assert.DoesNotContain("is off by", output);

        // One attribute for two samples of different viscosity: the velocity alone tells.
        (code, output, errors) = await Run("recompute", Path.Combine(Published, "1D_CFD_sound_wave.hdf5"));
        Assert.True(code == 0, errors);
        Assert.Contains("Vx is off by", output);
        Assert.Contains("in sample 1 while", output);
        Assert.Contains("of the samples 1 are so and 1 not", output);
        Assert.Contains("--samples 1 --eta 1e-2 or --eta 1e-1", output);
        Assert.DoesNotContain("is off by", (await Run("recompute", Path.Combine(Published, "2D_CFD_Rand_M0.1_Eta0.01_periodic.hdf5"), "--samples", "0")).Output);

        (code, output, _) = await Run("recompute", Path.Combine(Published, "2D_DarcyFlow_beta100.0.hdf5"), "--samples", "0");
        Assert.Equal(0, code);
        Assert.Contains("reported, not judged", output);
        (code, output, _) = await Run("recompute", Path.Combine(Published, "1D_Burgers_Nu0.01.hdf5"), "--samples", "0");
        Assert.Contains("flux full: by trial", output);
    }

    [Fact]
    public async Task Wrong_calls_are_answered_in_one_sentence()
    {
        var path = Path.Combine(folder, "x.h5");
        foreach (var arguments in new string[][]
        {
            ["generate", "weather"], ["generate", "darcy", "--mach", "1"], ["generate", "2d-cfd", "--states", "Shock"], ["generate", "1d-cfd", "--states", "Sod", "--samples", "8", "--out", path],
            ["generate", "1d-cfd", "--boundary", "wall"], ["generate", "burgers", "--end", "-1"], ["generate", "advection", "--samples", "0"], ["recompute", path, "--samples", "a"],
        })
        {
            var (code, output, errors) = await Run(arguments);
            Assert.True(code == 2 && output == "" && errors != "", $"{string.Join(' ', arguments)}: {code} {output} {errors}");
        }
        foreach (var file in new[] { path, Path.Combine(Published, "reproducibility.json") })
        {
            var (code, output, errors) = await Run("recompute", file, "--json");
            Assert.Equal((1, ""), (code, output));
            Assert.Contains(file, errors);
        }
        var wrong = await Run("generate", "1d-cfd", "--eta", "-1", "--out", path);
        Assert.Equal((2, "workbook: Eta is -1; expected 0 or more."), (wrong.Code, wrong.Errors.Trim()));
        Assert.Contains("has the samples 0 to 1", (await Run("recompute", Path.Combine(Published, "1D_CFD_sound_wave.hdf5"), "--samples", "9")).Errors);
    }

    [Fact]
    public async Task The_time_between_frames_can_be_told_where_the_file_does_not_say_it()
    {
        var file = Path.Combine(Folders.Root, "tests", "fixtures", "pdefiles", "burgers_without_times.hdf5");
        var (code, _, errors) = await Run("recompute", file, "--samples", "0");
        Assert.Equal(1, code);
        Assert.Contains("--interval", errors);
        (code, var output, errors) = await Run("recompute", file, "--samples", "0", "--interval", "0.1", "--flux", "half");
        Assert.True(code == 0, errors);
        Assert.Contains("interval 0.1: as told", output);
        Assert.Equal(2, (await Run("recompute", file, "--interval", "0")).Code);
    }

    [Fact]
    public async Task A_name_that_begins_with_an_at_sign_is_a_name_and_no_file_of_arguments()
    {
        var (code, output, errors) = await Run("get", "@nobody/made-this");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("'@nobody/made-this'", errors);
    }

    private static Task<(int Code, string Output, string Errors)> Run(params string[] arguments) => CommandCall.RunAsync(DataCommand.Create(), arguments);
}
