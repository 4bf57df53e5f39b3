// PyTorch archives and shards: the same tensors as safetensors, and no form that would need code to run.
using ModelBalancing.Checkpoints;
using ModelBalancing.Spectra;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("checkpoint-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("state.pt")]
    [InlineData("training.pth")]
    public void An_archive_holds_the_same_tensors_as_the_safetensors_file(string name)
    {
        using var scope = NewDisposeScope();
        using var archive = Checkpoint.Open(TestData.Fixture($"checkpoints/{name}"));
        using var plain = Checkpoint.Open(TestData.Fixture("checkpoints/state.safetensors"));
        var weights = archive.Entries.Where(entry => !entry.Name.StartsWith("optimizer")).Select(entry => entry.Name).ToList();
        Assert.Equal(plain.Entries.Select(entry => entry.Name).Order(), weights.Order());
        Assert.Equal("embeddings.word_embeddings.weight", weights[0]);
        foreach (var tensor in weights)
        {
            var (expected, actual) = (plain.Read(tensor), archive.Read(tensor));
            Assert.Equal(expected.dtype, actual.dtype);
            Assert.Equal(expected.shape, actual.shape);
            Assert.True(actual.is_contiguous());
            Assert.True(expected.eq(actual).all().item<bool>(), tensor);
        }
        Assert.Contains("holds no tensor", Assert.Throws<CheckpointException>(() => archive.Read("x")).Message);
    }

    [Fact]
    public void Tensors_without_elements_and_long_numbers_are_no_damage()
    {
        using var scope = NewDisposeScope();
        using var checkpoint = Checkpoint.Open(TestData.Fixture("checkpoints/empty.pt"));
        Assert.Equal(["none.weight", "middle.weight", "dense.weight"], checkpoint.Entries.Select(entry => entry.Name));
        Assert.Equal([3, 0, 4], checkpoint.Read("middle.weight").shape);
        Assert.NotNull(Assert.Single(Analyse(checkpoint, new EsdOptions())).Fit);
    }

    [Fact]
    public void The_layer_table_is_in_the_order_of_the_data_with_embeddings_unfitted()
    {
        using var checkpoint = Checkpoint.Open(TestData.Fixture("checkpoints/state.pt"));
        var reports = Analyse(checkpoint, new EsdOptions { Method = EigenvalueMethod.Gram });
        Assert.Equal(["embeddings.word_embeddings", "layer.0.dense", "layer.0.turned", "layer.0.part", "layer.1.half", "layer.1.brain", "layer.1.double", "layer.2.conv", "layer.2.conv1"],
            reports.Select(report => report.Name));
        Assert.Null(reports[0].Fit);
        Assert.Contains("on request", reports[0].Note);
        Assert.Equal((WeightKind.Convolution2d, 9 * 6), (reports[7].Kind, reports[7].Spectrum.Count));
        // A matrix and its transpose.
        Assert.Equal(reports[1].Fit!.Alpha, reports[2].Fit!.Alpha, 1e-9);
        Assert.Equal((reports[1].Fit!.Alpha - 1) / Math.Sqrt(reports[1].Fit!.TailCount), reports[1].AlphaError!.Value, 1e-12);
        Assert.NotNull(Analyse(checkpoint, new EsdOptions(Embeddings: true))[0].Fit);
        Assert.Single(Analyse(checkpoint, new EsdOptions(Select: name => name.EndsWith("half"))));
        Assert.Contains("filter", Assert.Throws<CheckpointException>(() => Analyse(checkpoint, new EsdOptions(Select: _ => false))).Message);
    }

    [Fact]
    public void Pages_of_a_file_that_were_read_do_not_stay_in_the_process()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("reads /proc");
        const int count = 16;
        var path = Path.Combine(Path.GetTempPath(), $"workbook-{Guid.NewGuid():n}.safetensors");
        try
        {
            using (NewDisposeScope())
                SafetensorsFile.Write(path, Enumerable.Range(0, count).Select(i => KeyValuePair.Create($"w{i:00}.weight", ones(1024, 1024))));
            using var checkpoint = Checkpoint.Open(path);
            var before = MappedKilobytes();
            foreach (var entry in checkpoint.Entries)
            {
                using var tensor = checkpoint.Read(entry.Name);
                Assert.Equal(1, tensor[1023, 1023].item<float>());
            }
            Assert.InRange(MappedKilobytes() - before, -1 << 20, 3 * 4096);
        }
        finally
        {
            File.Delete(path);
        }

        static int MappedKilobytes() => int.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssFile", StringComparison.Ordinal)).Split(':')[1].Trim().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static IReadOnlyList<LayerReport> Analyse(Checkpoint checkpoint, EsdOptions options) =>
        CheckpointEsd.Analyse(checkpoint, options: options, cancellation: TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("bert.embeddings.word_embeddings.weight", new long[] { 100, 8 }, WeightKind.Embedding, false)]
    [InlineData("transformer.wte.weight", new long[] { 100, 8 }, WeightKind.Embedding, false)]
    [InlineData("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", new long[] { 32, 8 }, WeightKind.Embedding, false)]
    [InlineData("attn.in_proj_weight", new long[] { 24, 8 }, WeightKind.Linear, false)]
    [InlineData("class_token", new long[] { 3, 8 }, WeightKind.Linear, true)]
    [InlineData("stage.conv1.weight", new long[] { 3, 8, 3, 3 }, WeightKind.Convolution2d, false)]
    [InlineData("stage.mix.weight", new long[] { 3, 8, 3 }, WeightKind.Convolution1d, true)]
    [InlineData("norm.weight", new long[] { 8 }, null, false)]
    [InlineData("a.bias", new long[] { 8, 8 }, null, false)]
    public void A_tensor_is_told_by_its_name_first_and_its_shape_second(string name, long[] shape, WeightKind? kind, bool guessed)
    {
        var told = WeightMatrices.Tell(name, shape, isReal: true);
        Assert.Equal(kind, told?.Kind);
        Assert.Equal(guessed, told?.Note is not null);
    }

    [Fact]
    public void Shards_are_read_in_the_order_of_their_names()
    {
        using var scope = NewDisposeScope();
        SafetensorsFile.Write(Path.Combine(folder, "model-00002-of-00002.safetensors"), [new("a.weight", ones(12, 12))]);
        SafetensorsFile.Write(Path.Combine(folder, "model-00001-of-00002.safetensors"), [new("b.weight", zeros(12, 12)), new("c.weight", randn(12, 12))]);
        var index = Path.Combine(folder, "model.safetensors.index.json");
        File.WriteAllText(index, """{"metadata":{},"weight_map":{"a.weight":"model-00002-of-00002.safetensors","b.weight":"model-00001-of-00002.safetensors","c.weight":"model-00001-of-00002.safetensors"}}""");
        foreach (var path in new[] { index, folder })
        {
            using var checkpoint = Checkpoint.Open(path);
            Assert.Equal(["b.weight", "c.weight", "a.weight"], checkpoint.Entries.Select(entry => entry.Name));
            Assert.Equal(144, checkpoint.Read("a.weight").sum().item<float>());
        }
        foreach (var map in new[] { "{}", "[]", "{\"weight_map\":{}}", "{\"weight_map\":{\"a\":\"../other.safetensors\"}}", "{\"weight_map\":{\"a\":5}}", "{\"weight_map\":{\"a\":\"missing.safetensors\"}}", "{" })
        {
            File.WriteAllText(index, map);
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(index).Dispose());
        }
    }

    [Fact]
    public void Older_forms_and_other_files_are_refused_with_the_way_out()
    {
        Assert.Contains("before version 1.6", Assert.Throws<CheckpointException>(() => Checkpoint.Open(TestData.Fixture("checkpoints/old.bin"))).Message);
        var tar = Path.Combine(folder, "old.pt");
        var bytes = new byte[1024];
        "ustar"u8.CopyTo(bytes.AsSpan(257));
        "sys_info"u8.CopyTo(bytes);
        File.WriteAllBytes(tar, bytes);
        Assert.Contains("tar", Assert.Throws<CheckpointException>(() => Checkpoint.Open(tar)).Message);
        Assert.Contains("no such file", Assert.Throws<CheckpointException>(() => Checkpoint.Open(Path.Combine(folder, "none.pt"))).Message);
        Assert.Contains("ending", Assert.Throws<CheckpointException>(() => Checkpoint.Open(Path.Combine(folder, "none.txt"))).Message);
        Assert.Contains("folder", Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder)).Message);
    }
}
