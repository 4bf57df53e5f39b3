// Checkpoints of encoders: by name, with and without head, in every form; and the real MiniLM.
using System.Text.Json;
using ModelBalancing.Checkpoints;
using ModelBalancing.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Models;

public sealed class EncoderCheckpointTests : IDisposable
{
    private static readonly EncoderSettings tiny = new() { Vocabulary = 30, Width = 8, Blocks = 2, Heads = 2, FeedForward = 12, Positions = 20, Dropout = 0.2, HeadDropout = 0.3 };
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("encoder-checkpoint");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(EncoderFamily.Roberta, EncoderHead.Classification)]
    [InlineData(EncoderFamily.Roberta, EncoderHead.MaskedWords)]
    [InlineData(EncoderFamily.Bert, EncoderHead.Span)]
    [InlineData(EncoderFamily.Bert, EncoderHead.MultipleChoice)]
    public void What_was_saved_is_loaded(EncoderFamily family, EncoderHead head)
    {
        using var model = new EncoderModel(tiny with { Family = family }, head, 3, seed: 5);
        EncoderCheckpoint.Save(model, folder.FullName);
        Assert.Equal(tiny with { Family = family }, EncoderSettings.Load(folder.FullName));
        var (again, report) = EncoderCheckpoint.Open(folder.FullName, head, 3, seed: 6);
        using (again)
        {
            Assert.Empty(report.Missing);
            Assert.Empty(report.Unexpected);
            Assert.All(model.named_parameters().Zip(again.named_parameters()), pair => Assert.True(EncoderReference.Same(pair.First.parameter, pair.Second.parameter), pair.First.name));
        }
    }

    [Fact]
    public void A_head_that_the_checkpoint_lacks_is_drawn_and_one_it_has_too_many_is_named()
    {
        using var pretrained = new EncoderModel(tiny, EncoderHead.MaskedWords, seed: 5);
        EncoderCheckpoint.Save(pretrained, folder.FullName, dtype: ScalarType.Float16);
        var (model, report) = EncoderCheckpoint.Open(folder.FullName, EncoderHead.Classification, 2, seed: 7);
        using var fresh = new EncoderModel(tiny, EncoderHead.Classification, 2, seed: 7);
        using (model)
        {
            Assert.Equal(["classifier.dense.weight", "classifier.dense.bias", "classifier.out_proj.weight", "classifier.out_proj.bias"], report.Missing);
            Assert.Equal(["lm_head.bias", "lm_head.dense.bias", "lm_head.dense.weight", "lm_head.layer_norm.bias", "lm_head.layer_norm.weight"], report.Unexpected.Order());
            Assert.Contains("drawn anew: classifier.dense.weight", report.ToString(), StringComparison.Ordinal);
            Assert.True(EncoderReference.Same(Parameter(model, "classifier.dense.weight"), Parameter(fresh, "classifier.dense.weight")));
            Assert.True(EncoderReference.Difference(Parameter(model, "roberta.encoder.layer.0.output.dense.weight"), Parameter(pretrained, "roberta.encoder.layer.0.output.dense.weight")) < 1e-3);
        }
    }

    [Fact]
    public void An_encoder_without_head_fits_one_with_head_and_the_other_way_round()
    {
        using var encoder = new TextEncoder(tiny with { Family = EncoderFamily.Bert }, pooled: true, seed: 5);
        EncoderCheckpoint.Save(encoder, folder.FullName);
        var (model, report) = EncoderCheckpoint.Open(folder.FullName, EncoderHead.Classification);
        using (model)
        {
            Assert.Equal(["classifier.weight", "classifier.bias"], report.Missing);
            EncoderCheckpoint.Save(model, folder.FullName);
        }
        var (again, second) = EncoderCheckpoint.OpenEncoder(folder.FullName);
        using (again)
        {
            Assert.Empty(second.Missing);
            Assert.Equal(["bert.pooler.dense.bias", "bert.pooler.dense.weight", "classifier.bias", "classifier.weight"], second.Unexpected.Order());
        }
    }

    [Fact]
    public void Shards_and_old_names_of_norms_are_read()
    {
        using var scope = NewDisposeScope();
        using var model = new EncoderModel(tiny, EncoderHead.Classification, seed: 5);
        EncoderCheckpoint.Save(model, folder.FullName);
        File.Delete(Path.Combine(folder.FullName, "model.safetensors"));
        var tensors = model.named_parameters().Select(parameter => KeyValuePair.Create(parameter.name.Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal).Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal), parameter.parameter.detach())).ToList();
        string[] files = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
        SafetensorsFile.Write(Path.Combine(folder.FullName, files[0]), tensors[..20]);
        SafetensorsFile.Write(Path.Combine(folder.FullName, files[1]), tensors[20..]);
        File.WriteAllText(Path.Combine(folder.FullName, "model.safetensors.index.json"), JsonSerializer.Serialize(new { weight_map = tensors.Select((tensor, index) => (tensor.Key, File: files[index < 20 ? 0 : 1])).ToDictionary(pair => pair.Key, pair => pair.File) }));
        var (again, report) = EncoderCheckpoint.Open(folder.FullName, EncoderHead.Classification, seed: 6);
        using (again)
        {
            Assert.Empty(report.Missing);
            Assert.All(model.named_parameters().Zip(again.named_parameters()), pair => Assert.True(EncoderReference.Same(pair.First.parameter, pair.Second.parameter), pair.First.name));
        }
    }

    [Fact]
    public void Damaged_and_foreign_checkpoints_are_said_in_a_sentence()
    {
        using var model = new EncoderModel(tiny, EncoderHead.Classification, 2);
        EncoderCheckpoint.Save(model, folder.FullName);
        string config = Path.Combine(folder.FullName, "config.json"), text = File.ReadAllText(config);
        void Says(string part, Action act) => Assert.Contains(part, Assert.Throws<CheckpointException>(act).Message, StringComparison.Ordinal);
        void Open(int outputs = 2) => EncoderCheckpoint.Open(folder.FullName, EncoderHead.Classification, outputs).Model.Dispose();
        Says("as many classes", () => Open(3));
        File.WriteAllText(config, text.Replace("\"roberta\"", "\"gpt2\"", StringComparison.Ordinal));
        Says("'gpt2'", () => Open());
        File.WriteAllText(config, text.Replace("\"gelu\"", "\"relu\"", StringComparison.Ordinal));
        Says("'relu'", () => Open());
        File.WriteAllText(config, text.Replace("hidden_size", "size", StringComparison.Ordinal));
        Says("'hidden_size'", () => Open());
        File.WriteAllText(config, text.Replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", StringComparison.Ordinal));
        Says("holds 2 blocks, the model has 3", () => Open());
        File.WriteAllText(config, text.Replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1", StringComparison.Ordinal));
        Says("holds 2 blocks, the model has 1", () => Open());
        File.WriteAllText(config, text.Replace("\"hidden_size\": 8", "\"hidden_size\": 16", StringComparison.Ordinal));
        Says("own config.json", () => Open());
        using (var foreign = zeros(2))
            SafetensorsFile.Write(Path.Combine(folder.FullName, "model.safetensors"), [KeyValuePair.Create("conv.weight", foreign)]);
        File.WriteAllText(config, text);
        Says("no checkpoint of this encoder", () => Open());
        File.WriteAllText(config, "{");
        Says("no configuration", () => Open());
        File.Delete(config);
        Says("beside the weights", () => Open());
    }

    [Fact]
    public void MiniLM_gives_its_sentence_embeddings()
    {
        string path = TestData.SharedOrSkip("data/models/minilm-l6/model.safetensors"), reference = TestData.SharedOrSkip("golden/text/minilm.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(reference));
        var (encoder, report) = EncoderCheckpoint.OpenEncoder(path, pooled: true);
        using var noGradient = no_grad();
        encoder.eval();
        double worst = 0;
        using (encoder)
            foreach (var batch in document.RootElement.GetProperty("sentences").EnumerateArray().OrderBy(one => one.GetProperty("ids").GetArrayLength()).Chunk(10))
            {
                using var scope = NewDisposeScope();
                var ids = batch.Select(one => one.GetProperty("ids").EnumerateArray().Select(id => id.GetInt64()).ToArray()).ToArray();
                int length = ids.Max(row => row.Length);
                var padded = tensor(ids.SelectMany(row => row.Concat(Enumerable.Repeat(0L, length - row.Length))).ToArray(), ids.Length, length);
                var mask = tensor(ids.SelectMany(row => Enumerable.Range(0, length).Select(place => place < row.Length)).ToArray(), ids.Length, length);
                var wanted = tensor(batch.SelectMany(one => one.GetProperty("embedding").EnumerateArray().Select(value => value.GetDouble())).ToArray(), ids.Length, 384);
                worst = Math.Max(worst, (encoder.Embed(new EncoderInput(padded, mask)).to(ScalarType.Float64) - wanted).abs().max().item<double>());
            }
        Assert.Empty(report.Missing);
        Assert.Empty(report.Unexpected);
        Assert.True(worst < 1e-5, $"off by {worst:e2}");
    }

    private static Tensor Parameter(nn.Module model, string name) => model.named_parameters().First(parameter => parameter.name == name).parameter;
}
