// ./workbook esd: its JSON, its page, and its answers to wrong calls.

using System.Text.Json;
using ModelBalancing;
using ModelBalancing.Checkpoints;
using TorchSharp;
using Workbook.Commands;
using static TorchSharp.torch;

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

    [Theory]
    [InlineData("mid")]
    [InlineData("peak")]
    [InlineData("full")]
    public async Task Weights_without_a_spectrum_to_fit_do_not_stop_the_others(string tail)
    {
        var file = Path.Combine(folder, "odd.safetensors");
        using (var scope = NewDisposeScope())
        {
            var broken = ones(12, 14);
            broken[2, 3] = float.NaN;
            SafetensorsFile.Write(file, new KeyValuePair<string, Tensor>[]
            {
                new("zero.weight", zeros(20, 30)), new("large.zero.weight", zeros(80, 70)), new("nan.weight", broken), new("huge.weight", full(12, 12, 1e200, dtype: ScalarType.Float64)),
                new("two\nlines.weight", randn(20, 16, generator: new Generator(1))),
            });
        }
        foreach (var fidelity in new[] { "corrected", "released", "paper" })
        {
            var (code, output, errors) = await Run(file, "--json", "--tail", tail, "--fidelity", fidelity);
            Assert.True(code == 0, errors);
            using var document = JsonDocument.Parse(output);
            var layers = document.RootElement.GetProperty("layers").EnumerateArray().ToDictionary(layer => layer.GetProperty("name").GetString()!);
            Assert.Equal(5, layers.Count);
            foreach (var name in new[] { "zero", "large.zero", "nan", "huge" })
            {
                Assert.Equal(JsonValueKind.Null, layers[name].GetProperty("alpha").ValueKind);
                Assert.NotEqual("", layers[name].GetProperty("note").GetString());
            }
            Assert.Equal((12, JsonValueKind.Null), (layers["nan"].GetProperty("count").GetInt32(), layers["nan"].GetProperty("lambdaMax").ValueKind));
            Assert.Contains("exceed float64", layers["huge"].GetProperty("note").GetString());
            Assert.Equal(JsonValueKind.Number, layers["two\nlines"].GetProperty("alpha").ValueKind);
        }
        var text = (await Run(file, "--tail", tail, "--out", Path.Combine(folder, "odd.html"))).Output;
        Assert.Contains(text.Split('\n'), line => line.StartsWith("two lines  ", StringComparison.Ordinal));
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
