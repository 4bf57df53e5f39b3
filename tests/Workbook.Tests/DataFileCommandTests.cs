// ./workbook data inspect, verify, list and get: what they print, and answers to wrong calls. Downloads themselves are tested where they are.

using System.Text.Json;
using ModelBalancing;
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

    private static Task<(int Code, string Output, string Errors)> Run(params string[] arguments) => CommandCall.RunAsync(DataCommand.Create(), arguments);
}
