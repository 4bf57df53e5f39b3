// Safetensors: what is written comes back, the bytes are the format's, and a failed write leaves the target alone.
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using ModelBalancing.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("safetensors-").FullName;
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int16)]
    [InlineData(ScalarType.Int8)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Bool)]
    [InlineData(ScalarType.ComplexFloat32)]
    [InlineData(ScalarType.ComplexFloat64)]
    public void A_tensor_of_every_type_comes_back(ScalarType type)
    {
        manual_seed(1);
        var tensor = is_complex(type) ? randn(3, 5, dtype: type) : randn(3, 5).mul(40).abs().to(type);
        using var file = WriteAndOpen(("x", tensor));
        var read = file.Read("x");
        Assert.Equal(type, read.dtype);
        Assert.Equal(type, file.Entry("x").Type);
        Assert.Equal([3, 5], file.Entry("x").Shape);
        Assert.True(read.equal(tensor).all().item<bool>());
    }

    [Fact]
    public void Scalars_empty_tensors_and_strided_ones_come_back()
    {
        var strided = arange(24, dtype: ScalarType.Float32).reshape(4, 6).t();
        using var file = WriteAndOpen(("scalar", tensor(2.5)), ("empty", zeros(3, 0, 2)), ("strided", strided), ("part", strided[.., 2]));
        Assert.Empty(file.Read("scalar").shape);
        Assert.Equal(2.5, file.Read("scalar").item<double>());
        Assert.Equal([3, 0, 2], file.Read("empty").shape);
        Assert.True(file.Read("strided").equal(strided).all().item<bool>());
        Assert.True(file.Read("part").equal(strided[.., 2]).all().item<bool>());
    }

    [Fact]
    public void Parameters_and_conjugates_are_stored_by_value()
    {
        var parameter = new TorchSharp.Modules.Parameter(randn(4, 4));
        var spectral = randn(4, 4, dtype: ScalarType.ComplexFloat32);
        using var file = WriteAndOpen(("parameter", parameter), ("conjugate", spectral.conj()));
        Assert.False(file.Read("parameter").requires_grad);
        Assert.True(file.Read("conjugate").equal(spectral.conj().resolve_conj()).all().item<bool>());
    }

    [Fact]
    public void Metadata_and_names_come_back_as_they_were()
    {
        var path = Path.Combine(folder, "named.safetensors");
        var metadata = new Dictionary<string, string> { ["format"] = "pt", ["größe"] = "3 × \"4\"\n" };
        SafetensorsFile.Write(path, new Dictionary<string, Tensor> { ["a.weight"] = zeros(2), ["ключ \"x\""] = ones(3) }, metadata);
        using var file = SafetensorsFile.Open(path);
        Assert.Equal(metadata, file.Metadata);
        Assert.Equal(["a.weight", "ключ \"x\""], file.Names);
        Assert.Equal(3, file.Read("ключ \"x\"").sum().item<float>());
        Assert.Equal(2, file.ReadAll().Count);
        Assert.False(file.Contains("b"));
        Assert.Contains("'b'", Assert.Throws<CheckpointException>(() => file.Read("b")).Message);
    }

    [Fact]
    public void A_tensor_outlives_its_file()
    {
        var file = WriteAndOpen(("x", arange(1000, dtype: ScalarType.Int64)));
        var read = file.Read("x");
        file.Dispose();
        Assert.Equal(999 * 500, read.sum().item<long>());
        Assert.Throws<ObjectDisposedException>(() => file.Read("x"));
    }

    [Fact]
    public void The_bytes_are_the_formats_own()
    {
        var path = Path.Combine(folder, "bytes.safetensors");
        SafetensorsFile.Write(path, new Dictionary<string, Tensor>
        {
            ["small"] = tensor(new byte[] { 7, 8, 9 }),
            ["wide"] = tensor(new[] { 1.0, -2.0 }),
            ["pair"] = complex(tensor(new[] { 3f }), tensor(new[] { 4f })),
        });
        var bytes = File.ReadAllBytes(path);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, length));
        Assert.Equal("pair", header.RootElement.GetProperty("__metadata__").GetProperty("complex").GetString());
        Assert.Equal("{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}", header.RootElement.GetProperty("wide").GetRawText());
        Assert.Equal("{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[16,24]}", header.RootElement.GetProperty("pair").GetRawText());
        Assert.Equal("{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[24,27]}", header.RootElement.GetProperty("small").GetRawText());
        byte[] data = [.. BitConverter.GetBytes(1.0), .. BitConverter.GetBytes(-2.0), .. BitConverter.GetBytes(3f), .. BitConverter.GetBytes(4f), 7, 8, 9];
        Assert.Equal(data, bytes[(8 + length)..]);
    }

    [Fact]
    public void A_file_of_another_writer_is_read()
    {
        // Header in another order than the data, spaces inside, a length that is no multiple of 8.
        var header = "{ \"b\": {\"shape\":[2], \"data_offsets\":[4,8], \"dtype\":\"F16\"}, \"a\": {\"dtype\":\"I32\",\"shape\":[],\"data_offsets\":[0,4]} }"u8.ToArray();
        var path = Path.Combine(folder, "other.safetensors");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((ulong)header.Length), .. header, 0x39, 0x30, 0, 0, 0x00, 0x3C, 0x00, 0xC0]);
        using var file = SafetensorsFile.Open(path);
        Assert.Equal(["b", "a"], file.Names);
        Assert.Equal(12345, file.Read("a").item<int>());
        Assert.Equal([1f, -2f], file.Read("b").to(ScalarType.Float32).data<float>().ToArray());
    }

    [Fact]
    public void A_real_checkpoint_is_read()
    {
        using var file = SafetensorsFile.Open(TestData.SharedOrSkip("data/models/minilm-l6/model.safetensors"));
        Assert.True(file.Names.Count > 90);
        var weight = file.Read("embeddings.word_embeddings.weight");
        Assert.Equal([30522, 384], weight.shape);
        Assert.True(weight.isfinite().all().item<bool>());
        Assert.InRange(weight.to(ScalarType.Float32).std().item<float>(), 0.01f, 0.2f);
    }

    [Fact]
    public void What_cannot_be_stored_is_refused_by_name()
    {
        var path = Path.Combine(folder, "refused.safetensors");
        var one = zeros(2);
        Assert.Contains("'x'", Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(path, [new("x", one), new("x", one)])).Message);
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(path, [new("__metadata__", one)]));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(path, [new("a,b", randn(2, dtype: ScalarType.ComplexFloat32))]));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(path, [new("a", one)], new Dictionary<string, string> { ["complex"] = "a" }));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_full_disk_leaves_the_target_untouched_and_nothing_behind()
    {
        var path = Path.Combine(folder, "state.json");
        File.WriteAllText(path, "before");
        var failure = Assert.Throws<CheckpointException>(() => AtomicFile.Replace(path, stream =>
        {
            stream.Write("half of it"u8);
            throw new IOException("No space left on device", 28);
        }));
        Assert.Contains(path, failure.Message);
        Assert.Contains("disk is full", failure.Message);
        Assert.Equal("before", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder));
    }

    [Fact]
    public void A_failure_of_the_writing_code_leaves_the_target_untouched()
    {
        var path = Path.Combine(folder, "state.json");
        File.WriteAllText(path, "before");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Replace(path, stream =>
        {
            stream.Write("half"u8);
            throw new InvalidOperationException();
        }));
        Assert.Equal("before", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder));
        AtomicFile.Replace(path, stream => stream.Write(Encoding.UTF8.GetBytes("after")));
        Assert.Equal("after", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named_in_one_sentence()
    {
        foreach (var path in new[] { Path.Combine(folder, "missing", "x.safetensors"), folder })
        {
            var message = Assert.Throws<CheckpointException>(() => SafetensorsFile.Write(path, [new("a", zeros(2))])).Message;
            Assert.Contains(path, message);
            Assert.EndsWith(".", message);
        }
    }

    private SafetensorsFile WriteAndOpen(params (string Name, Tensor Tensor)[] tensors)
    {
        var path = Path.Combine(folder, "file.safetensors");
        SafetensorsFile.Write(path, tensors.Select(tensor => new KeyValuePair<string, Tensor>(tensor.Name, tensor.Tensor)));
        return SafetensorsFile.Open(path);
    }
}
