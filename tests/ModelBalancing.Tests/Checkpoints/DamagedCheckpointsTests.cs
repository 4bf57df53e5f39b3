// 2,000 damaged checkpoints from one seed: each an error in one sentence or the original's very tensors; never a crash, never anything run.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ModelBalancing.Checkpoints;
using TorchSharp;
using static ModelBalancing.Tests.Spectra.ReferenceNumbers;
using static TorchSharp.torch;

namespace ModelBalancing.Tests.Checkpoints;

public sealed class DamagedCheckpointsTests : IDisposable
{
    private const int Seed = 20261126, Files = 2000;

    private readonly string folder = Directory.CreateTempSubdirectory("damaged-").FullName;
    private readonly string witness;

    public DamagedCheckpointsTests() => witness = Path.Combine(folder, "executed");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_damaged_checkpoint_is_a_clear_error_or_reads_as_the_original()
    {
        var random = new Random(Seed);
        byte[] archive = File.ReadAllBytes(TestData.Fixture("checkpoints/state.pt")), training = File.ReadAllBytes(TestData.Fixture("checkpoints/training.pth")), plain = File.ReadAllBytes(TestData.Fixture("checkpoints/state.safetensors"));
        (string Name, bool MustFail, Func<(byte[] Bytes, string Ending)> Make)[] damages =
        [
            ("truncated archive", true, () => (archive[..random.Next(archive.Length - 1)], ".pt")),
            ("truncated safetensors", true, () => (plain[..random.Next(plain.Length - 1)], ".safetensors")),
            ("flipped bytes in an archive", false, () => (Flipped(random.Next(2) == 0 ? archive : training, random, 1 + random.Next(4)), ".pth")),
            ("flipped bytes in a header", false, () => (Flipped(plain, random, 1 + random.Next(4), 8 + HeaderLength(plain)), ".safetensors")),
            ("noise", true, () => (Noise(random, random.Next(600)), random.Next(2) == 0 ? ".bin" : ".safetensors")),
            ("noise with a zip's start", true, () => ([0x50, 0x4b, 3, 4, .. Noise(random, random.Next(400))], ".pt")),
            ("hostile header length", true, () => (Length(plain, (ulong)random.NextInt64(long.MaxValue)), ".safetensors")),
            ("overlapping offsets", true, () => (Header("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[4],"data_offsets":[""" + (4 * random.Next(1, 4)) + ",32]}}", 32), ".safetensors")),
            ("huge shape", true, () => (Header("""{"a":{"dtype":"F32","shape":[""" + random.NextInt64(1L << 40, long.MaxValue) + "," + random.NextInt64(1, long.MaxValue) + "],\"data_offsets\":[0,16]}}", 16), ".safetensors")),
            ("hostile pickle", true, () => (Zip(Pickle(Hostile(random)), ("data/0", new byte[64])), ".pt")),
            ("hostile call", true, () => (Zip(Concat([0x80, 2], Reduced("torch._utils", "_rebuild_tensor_v2", Text($"touch {witness}")), [(byte)'.']), ("data/0", new byte[64])), ".pt")),
            ("huge tensor", true, () => (Zip(Tensor(offset: 0, shape: [random.Next(17, int.MaxValue), random.Next(1, int.MaxValue)], strides: [random.Next(1, 9), 1]), ("data/0", new byte[64])), ".pt")),
            ("offset beyond the storage", true, () => (Zip(Tensor(offset: random.Next(13, int.MaxValue), shape: [4], strides: [1]), ("data/0", new byte[64])), ".pt")),
            ("strides beyond the storage", true, () => (Zip(Tensor(offset: 0, shape: [2, 2], strides: [random.Next(15, int.MaxValue), random.Next(1, 9)]), ("data/0", new byte[64])), ".pt")),
            ("strides of nothing", true, () => (Zip(Tensor(offset: 0, shape: [random.Next(1000, int.MaxValue), random.Next(1000, int.MaxValue)], strides: [0, 0]), ("data/0", new byte[64])), ".pt")),
            ("negative strides", true, () => (Zip(Tensor(offset: 8, shape: [4], strides: [-random.Next(1, 9)]), ("data/0", new byte[64])), ".pt")),
            ("missing storage", true, () => (Zip(Tensor(offset: 0, shape: [4], strides: [1]), ($"data/{random.Next(1, 9)}", new byte[64])), ".pt")),
            ("broken pickle", true, () => (Zip(Concat([0x80, 2], Noise(random, random.Next(1, 200)))), ".pt")),
            ("endless memo", true, () => (Zip(Concat([0x80, 2], [.. Enumerable.Repeat((byte)'(', random.Next(1, 5000))], [(byte)'.'])), ".pt")),
            ("claimed text", true, () => (Zip(Concat([0x80, 2, (byte)'X'], BitConverter.GetBytes(random.Next()), [(byte)'a', (byte)'.'])), ".pt")),
        ];
        Dictionary<string, (int Errors, int Whole)> found = [];
        using var original = Checkpoint.Open(TestData.Fixture("checkpoints/state.pt"));
        for (var i = 0; i < Files; i++)
        {
            var (name, mustFail, make) = damages[i % damages.Length];
            var (bytes, ending) = make();
            var path = Path.Combine(folder, $"damaged{ending}");
            File.WriteAllBytes(path, bytes);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var failure = Record.Exception(() => ReadWhole(path, original));
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - allocated < 100_000_000, $"{name} {i} took much memory");
            if (failure is null)
                Assert.False(mustFail, $"{name} {i} was read");
            else
            {
                Assert.True(failure is CheckpointException, $"{name} {i}: {failure}");
                Assert.Contains(path, failure.Message);
                Assert.InRange(failure.Message.Length, 30, 600);
            }
            var (errors, whole) = found.GetValueOrDefault(name);
            found[name] = failure is null ? (errors, whole + 1) : (errors + 1, whole);
        }
        Assert.False(File.Exists(witness), "something in a checkpoint was executed");
        Report(string.Join("; ", found.Select(pair => $"{pair.Key} {pair.Value.Errors} errors" + (pair.Value.Whole > 0 ? $", {pair.Value.Whole} harmless" : ""))));
    }

    // Reads every tensor; a value other than the original's, under a name and shape of the original, is a damage that went unnoticed.
    private static void ReadWhole(string path, Checkpoint original)
    {
        using var scope = NewDisposeScope();
        using var checkpoint = Checkpoint.Open(path);
        var shapes = original.Entries.ToDictionary(entry => entry.Name);
        foreach (var entry in checkpoint.Entries)
        {
            using var inner = NewDisposeScope();
            var tensor = checkpoint.Read(entry.Name);
            // A flipped byte in a safetensors header can rename a tensor or swap two types of one size, which nothing can notice.
            if (path.EndsWith(".pth") && shapes.TryGetValue(entry.Name, out var known) && known.Shape.SequenceEqual(entry.Shape) && known.Type == entry.Type)
                Assert.True(original.Read(entry.Name).eq(tensor).all().item<bool>(), $"'{entry.Name}' was read with other values");
        }
    }

    private string Hostile(Random random) => (random.Next(6)) switch
    {
        0 => $"cos\nsystem\n(S'touch {witness}'\ntR.",
        1 => $"cposix\nsystem\n(S'touch {witness}'\ntR.",
        2 => $"csubprocess\ncheck_output\n((S'touch'\nS'{witness}'\nltR.",
        3 => $"cbuiltins\nexec\n(S'open(\"{witness}\",\"w\")'\ntR.",
        4 => $"cbuiltins\ngetattr\n(cbuiltins\n__import__\n(S'os'\ntRS'system'\ntR(S'touch {witness}'\ntR.",
        _ => $"c__builtin__\neval\n(S'__import__(\"os\").system(\"touch {witness}\")'\ntR.",
    };

    private static byte[] Pickle(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Noise(Random random, int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    private static byte[] Flipped(byte[] source, Random random, int count, int below = int.MaxValue)
    {
        var bytes = (byte[])source.Clone();
        for (var i = 0; i < count; i++)
            bytes[random.Next(Math.Min(bytes.Length, below))] ^= (byte)random.Next(1, 256);
        return bytes;
    }

    private static int HeaderLength(byte[] bytes) => (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    private static byte[] Length(byte[] source, ulong length)
    {
        var bytes = (byte[])source.Clone();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        return bytes;
    }

    private static byte[] Header(string json, int data) => Concat(BitConverter.GetBytes((ulong)json.Length), Encoding.ASCII.GetBytes(json), new byte[data]);

    private static byte[] Concat(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    private static byte[] Zip(byte[] pickle, params (string Name, byte[] Bytes)[] storages)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in storages.Prepend(("data.pkl", pickle)))
            {
                using var entry = zip.CreateEntry("archive/" + name, CompressionLevel.NoCompression).Open();
                entry.Write(bytes);
            }
        }
        return stream.ToArray();
    }

    private static byte[] Text(string text) => Concat([(byte)'X'], BitConverter.GetBytes(text.Length), Encoding.ASCII.GetBytes(text));

    private static byte[] Global(string module, string name) => Encoding.ASCII.GetBytes($"c{module}\n{name}\n");

    private static byte[] Reduced(string module, string name, params byte[][] arguments) => Concat([Global(module, name), [(byte)'('], .. arguments, [(byte)'t', (byte)'R']]);

    private static byte[] Number(long value) => Concat([0x8a, 8], BitConverter.GetBytes(value));

    private static byte[] Tuple(long[] values) => Concat([[(byte)'('], .. values.Select(Number), [(byte)'t']]);

    // {"w": tensor} over a storage of 16 floats under the key 0.
    private static byte[] Tensor(long offset, long[] shape, long[] strides)
    {
        var reference = Concat([(byte)'('], Text("storage"), Global("torch", "FloatStorage"), Text("0"), Text("cpu"), Number(16), [(byte)'t', (byte)'Q']);
        var tensor = Reduced("torch._utils", "_rebuild_tensor_v2", reference, Number(offset), Tuple(shape), Tuple(strides), [0x89], [(byte)'N']);
        return Concat([0x80, 2, (byte)'}'], Text("w"), tensor, [(byte)'s', (byte)'.']);
    }
}
