// ./workbook esd: its JSON, its page, and its answers to wrong calls.

using System.Text.Json;
using ModelBalancing;
using Workbook.Commands;

namespace Workbook.Tests;

public sealed class EsdCommandTests : IDisposable
{
    private static readonly string Fixture = Path.Combine(Folders.Root, "tests", "fixtures", "checkpoints", "state.pt");

    private readonly string folder = Directory.CreateTempSubdirectory("esd-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Json_lists_every_weight_matrix_with_the_agreed_fields()
    {
        var (code, output, _) = await Run(Fixture, "--json");
        Assert.Equal(0, code);
        using var document = JsonDocument.Parse(output);
        var root = document.RootElement;
        Assert.Equal((Fixture, "Corrected", "mid"), (root.GetProperty("file").GetString(), root.GetProperty("fidelity").GetString(), root.GetProperty("tail").GetString()));
        var layers = root.GetProperty("layers").EnumerateArray().ToList();
        Assert.Equal(9, layers.Count);
        string[] fields = ["name", "kind", "rows", "cols", "count", "alpha", "alphaError", "xmin", "tailCount", "ks", "lambdaMax", "spectralNorm", "frobeniusSquared", "stableRank", "note"];
        Assert.All(layers, layer => Assert.Equal(fields, layer.EnumerateObject().Select(field => field.Name)));
        Assert.Equal("embedding", layers[0].GetProperty("kind").GetString());
        Assert.Equal(JsonValueKind.Null, layers[0].GetProperty("alpha").ValueKind);
        Assert.Equal(Math.Pow(layers[1].GetProperty("spectralNorm").GetDouble(), 2), layers[1].GetProperty("lambdaMax").GetDouble(), 1e-9);
        var alphas = layers.Where(layer => layer.GetProperty("alpha").ValueKind == JsonValueKind.Number).Select(layer => layer.GetProperty("alpha").GetDouble()).ToList();
        Assert.Equal(alphas.Average(), root.GetProperty("mean").GetProperty("alpha").GetDouble(), 1e-12);
    }

    [Fact]
    public async Task Text_has_a_table_a_summary_and_a_page_with_every_layer()
    {
        var page = Path.Combine(folder, "page.html");
        var (code, output, _) = await Run(Fixture, "--filter", "layer\\.1", "--tail", "full", "--fidelity", "released", "--out", page);
        Assert.Equal(0, code);
        Assert.Contains("3 matrices, 3 fitted: mean alpha", output);
        Assert.Contains("tail full", output);
        var html = File.ReadAllText(page);
        Assert.Contains("layer.1.half", html);
        Assert.Contains("<svg", html);
    }

    [Fact]
    public async Task Wrong_calls_and_files_are_answered_in_one_sentence()
    {
        foreach (var arguments in new string[][] { [Fixture, "--tail", "top"], [Fixture, "--position", "1"], [Fixture, "--filter", "("], [Fixture, "--approximate", "--tail", "full"], [] })
            Assert.Equal(2, (await Run(arguments)).Code);
        Assert.StartsWith("workbook: --tail is 'top', but must be one of ", (await Run(Fixture, "--tail", "top")).Errors);
        foreach (var file in new[] { Path.Combine(folder, "none.pt"), Path.Combine(Path.GetDirectoryName(Fixture)!, "old.bin"), folder })
        {
            var (code, output, errors) = await Run(file, "--json");
            Assert.Equal((1, ""), (code, output));
            Assert.Contains(file, errors);
        }
    }

    private static Task<(int Code, string Output, string Errors)> Run(params string[] arguments) => CommandCall.RunAsync(EsdCommand.Create(), arguments);
}
