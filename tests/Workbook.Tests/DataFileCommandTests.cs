// ./workbook data inspect, verify, list and get: what they print, and answers to wrong calls. Downloads themselves are tested where they are.

using System.Text.Json;
using ModelBalancing;
using ModelBalancing.Tests.Experiments;
using Workbook.Tests.Sweeps;
using Workbook.Commands;

namespace Workbook.Tests;

public sealed class DataFileCommandTests
{
    private static readonly string Files = Path.Combine(Folders.Root, "tests", "fixtures", "pdefiles");

    [Fact]
    public async Task Inspect_says_what_a_file_is_and_where_values_are_not_finite()
    {
        var (code, output, errors) = await Run("inspect", Path.Combine(Files, "nan.hdf5"), "--ranges");
        Assert.True(code == 0, errors);
        Assert.Contains("CompressibleFlow, 5 samples, 6 frames, 8 cells, float32", output);
        Assert.Contains("2 values are not finite, the first in sample 1", output);

        (code, output, errors) = await Run("inspect", Path.Combine(Files, "diffreact_lzf.h5"), "--json");
        Assert.True(code == 0, errors);
        using var document = JsonDocument.Parse(output);
        Assert.Equal("DiffusionReaction", document.RootElement.GetProperty("family").GetString());
        Assert.Equal("chunked (lzf)", document.RootElement.GetProperty("storage").GetString());
        Assert.Equal(0.001, document.RootElement.GetProperty("parameters").GetProperty("Du").GetDouble());
    }

    [Fact]
    public async Task Verify_reads_a_file_that_the_catalogue_does_not_know_and_refuses_a_wrong_one()
    {
        var (code, output, errors) = await Run("verify", Path.Combine(Files, "cfd1d.hdf5"));
        Assert.True(code == 0, errors);
        Assert.Contains("readable; not in the catalogue", output);
        (code, output, _) = await Run("verify", Path.Combine(Files, "nothing.hdf5"), "--json");
        Assert.Equal(1, code);
        Assert.Contains("is not a PDEBench file", JsonDocument.Parse(output).RootElement[0].GetProperty("wrong")[0].GetString());
    }

    [Fact]
    public async Task List_names_the_catalogue_and_unknown_names_are_answered_in_a_sentence()
    {
        var (code, output, errors) = await Run("list", "--json");
        Assert.True(code == 0, errors);
        using var document = JsonDocument.Parse(output);
        Assert.Contains(document.RootElement.GetProperty("catalogue").EnumerateArray(), entry => entry.GetProperty("id").GetString() == "SST-2");
        foreach (var verb in new[] { "get", "verify" })
        {
            (code, output, errors) = await Run(verb, "DarcyFlow");
            Assert.Equal((1, ""), (code, output));
            Assert.Contains("did you mean 2D_DarcyFlow_beta0.01", errors);
        }
    }

    [Fact]
    public void A_bare_name_is_looked_up_in_the_cache_and_the_answer_says_where_it_was_looked_for()
    {
        using var cache = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(cache.Path, "pdebench", "2D", "DarcyFlow"));
        File.Copy(Path.Combine(Files, "cfd1d.hdf5"), Path.Combine(cache.Path, "mine.hdf5"));
        File.Copy(Path.Combine(Files, "darcy.hdf5"), Path.Combine(cache.Path, "pdebench", "2D", "DarcyFlow", "2D_DarcyFlow_beta1.0_Train.hdf5"));
        (int Code, string Output, string Errors) Call(params string[] arguments)
        {
            using var process = new WorkbookProcess(["data", .. arguments], [KeyValuePair.Create("WORKBOOK_DATA", cache.Path)]);
            return process.Wait(TimeSpan.FromMinutes(2));
        }

        Assert.Contains(Path.Combine(cache.Path, "mine.hdf5") + ": CompressibleFlow", Call("inspect", "mine.hdf5").Output);
        Assert.Contains("DarcyFlow_beta1.0_Train.hdf5: Darcy", Call("inspect", "2D_DarcyFlow_beta1.0").Output);
        Assert.Contains(Path.Combine(cache.Path, "mine.hdf5") + ": readable", Call("verify", "mine.hdf5").Output);
        foreach (var verb in new[] { "inspect", "recompute" })
        {
            var (code, _, errors) = Call(verb, "2D_DarcyFlow_beta10.0_Train.hdf5");
            Assert.Equal(1, code);
            Assert.Contains($"looked at {Path.Combine(cache.Path, "2D_DarcyFlow_beta10.0_Train.hdf5")} and {Path.Combine(cache.Path, "pdebench", "2D", "DarcyFlow", "2D_DarcyFlow_beta10.0_Train.hdf5")}", errors);
        }
        Assert.Contains($"no file 'nowhere.hdf5' here or in {cache.Path}", Call("verify", "nowhere.hdf5").Errors);
    }

    private static Task<(int Code, string Output, string Errors)> Run(params string[] arguments) => CommandCall.RunAsync(DataCommand.Create(), arguments);
}
