// Whatever is wrong with a file, opening it says so in one sentence and nothing worse happens.
using System.Text;
using ModelBalancing.Checkpoints;

namespace ModelBalancing.Tests.Checkpoints;

public sealed class DamagedSafetensorsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("damaged-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // A tensor as a header describes it; text, so that anything can be put in.
    private sealed record Described(string Name, string Type, string Shape, string Offsets)
    {
        public override string ToString() => $"\"{Name}\":{{\"dtype\":{Type},\"shape\":{Shape},\"data_offsets\":{Offsets}}}";
    }

    private static readonly Described A = new("a", "\"F32\"", "[2,3]", "[0,24]");
    private static readonly Described B = new("b", "\"I64\"", "[4]", "[24,56]");
    private static readonly Described C = new("c", "\"U8\"", "[8]", "[56,64]");

    // Each makes a damaged file from a random source, whatever the source gives.
    private static readonly (string Name, Func<Random, byte[]> Make)[] Damages =
    [
        ("length beyond the file", random => Bytes(Header(A, B, C), length: (ulong)random.NextInt64(1000, 1L << 40))),
        ("length beyond any file", random => Bytes(Header(A, B, C), length: ulong.MaxValue - (ulong)random.NextInt64(1 << 30))),
        ("length too short for the object", random => Bytes(Header(A, B, C), length: (ulong)random.Next(0, Header(A, B, C).Length - 1))),
        ("cut in the length", random => Bytes(Header(A, B, C))[..random.Next(0, 8)]),
        ("cut in the header", random => Bytes(Header(A, B, C))[..random.Next(8, 8 + Header(A, B, C).Length)]),
        ("cut in the data", random => Bytes(Header(A, B, C))[..(8 + Header(A, B, C).Length + random.Next(0, 64))]),
        ("data too long", random => Bytes(Header(A, B, C), data: 64 + random.Next(1, 100))),
        ("text cut from the JSON", random => Bytes(Cut(Header(A, B, C), random, "{}[]\":,"))),
        ("noise for a header", random => Bytes(Noise(random, random.Next(2, 200)))),
        ("a list for a header", random => Bytes("[" + Header(A, B, C) + new string(' ', random.Next(20)) + "]")),
        ("two values", random => Bytes(Header(A, B, C) + new string(' ', random.Next(5)) + "{}")),
        ("bytes that are no text", random => Bytes([.. Encoding.UTF8.GetBytes("{\""), (byte)random.Next(0x80, 0xC0), .. Encoding.UTF8.GetBytes(Header(A, B, C)[2..])])),
        ("half a surrogate in a name", random => Bytes(Header(A with { Name = $"\\ud8{random.Next(10, 99)}" }, B, C))),
        ("unknown type", random => Bytes(Header(A with { Type = "\"F" + random.Next(65, 999) + "\"" }, B, C))),
        ("type of an 8-bit float", random => Bytes(Header(A, B, C with { Type = random.Next(2) == 0 ? "\"F8_E4M3\"" : "\"F8_E5M2\"" }))),
        ("type that is no text", random => Bytes(Header(A with { Type = Pick(random, "32", "null", "[\"F32\"]", "{}", "true") }, B, C))),
        ("shape that is no list", random => Bytes(Header(A with { Shape = Pick(random, "6", "null", "\"2,3\"", "{}", "false") }, B, C))),
        ("shape with something else", random => Bytes(Header(A with { Shape = Pick(random, "[2,3.5]", "[-2,-3]", "[2,\"3\"]", "[2,[3]]", "[2,null]", "[2,99999999999999999999]", "[2e0,3.0]") }, B, C))),
        ("shape of another size", random => Bytes(Header(A with { Shape = $"[{random.Next(3, 90)},{random.Next(3, 90)}]" }, B, C))),
        ("shape beyond 63 bits", random => Bytes(Header(A with { Shape = $"[{long.MaxValue - random.Next(100)},{random.Next(2, 1 << 30)},{long.MaxValue}]" }, B, C))),
        ("shape whose product wraps to the size", random => Bytes(Header(A with { Shape = "[" + (1L << 62) + ",4," + random.Next(1, 9) + "]", Offsets = "[0,0]" }, B, C), data: 64)),
        ("too many axes", random => Bytes(Header(A with { Shape = "[" + string.Join(',', Enumerable.Repeat("1", random.Next(65, 3000))) + "]" }, B, C))),
        ("offsets that are no pair", random => Bytes(Header(A with { Offsets = Pick(random, "[0]", "[]", "[0,24,48]", "24", "null", "{\"begin\":0}", "[0,\"24\"]", "[0,24.5]", "[-24,0]") }, B, C))),
        ("offsets beyond the data", random => Bytes(Header(A, B, C with { Shape = $"[{random.Next(9, 1000)}]", Offsets = $"[56,{random.Next(65, 5000)}]" }))),
        ("offsets beyond 63 bits", random => Bytes(Header(A, B, C with { Offsets = $"[56,{ulong.MaxValue - (ulong)random.Next(100)}]" }))),
        ("end before begin", random => Bytes(Header(A with { Offsets = $"[{24 + random.Next(10)},{random.Next(20)}]" }, B, C))),
        ("overlap", random => { var shift = random.Next(1, 24); return Bytes(Header(A, B with { Offsets = $"[{24 - shift},{56 - shift}]" }, C)); }),
        ("hole", random => { var hole = random.Next(1, 30); return Bytes(Header(A, B, C with { Offsets = $"[{56 + hole},{64 + hole}]" }), data: 64 + hole); }),
        ("hole at the start", random => { var hole = random.Next(1, 30); return Bytes(Header(C with { Offsets = $"[{hole},{8 + hole}]" }), data: 8 + hole); }),
        ("one name twice", random => Bytes(Header(random.Next(2) == 0 ? [A, B, C, A] : [A, B with { Name = "\\u0061" }, C]))),
        ("one field twice", random => Bytes(Header(A, B, C).Replace("\"dtype\":\"F32\"", "\"dtype\":\"F32\"," + Pick(random, "\"dtype\":\"F32\"", "\"shape\":[2,3]", "\"data_offsets\":[0,24]")))),
        ("unknown field", random => Bytes(Header(A, B, C).Replace("\"dtype\":\"I64\"", $"\"dtype\":\"I64\",\"x{random.Next(100)}\":1"))),
        ("missing field", random => Bytes(Header(A, B, C).Replace(Pick(random, "\"dtype\":\"F32\",", ",\"data_offsets\":[0,24]", "\"shape\":[2,3],"), ""))),
        ("entry that is no object", random => Bytes(Header(A, B, C)[..^1] + ",\"d\":" + Pick(random, "1", "null", "[]", "\"F32\"") + "}")),
        ("deep nesting", random => Bytes(Header(A, B, C)[..^1] + ",\"d\":" + new string('[', random.Next(100, 5000)))),
        ("metadata that is no object", random => Bytes("{\"__metadata__\":" + Pick(random, "1", "null", "[]", "\"x\"") + "," + Header(A, B, C)[1..])),
        ("metadata that is no text", random => Bytes("{\"__metadata__\":{\"k\":" + Pick(random, "1", "null", "[]", "{}") + "}," + Header(A, B, C)[1..])),
        ("metadata twice", random => Bytes("{\"__metadata__\":{\"k\":\"v\",\"k\":\"" + random.Next(9) + "\"}," + Header(A, B, C)[1..])),
        ("complex mark on nothing", random => Bytes("{\"__metadata__\":{\"complex\":\"z" + random.Next(9) + "\"}," + Header(A, B, C)[1..])),
        ("complex mark on whole numbers or no pairs", random => Bytes("{\"__metadata__\":{\"complex\":\"" + Pick(random, "a", "b", "c") + "\"}," + Header(A, B, C)[1..])),
    ];

    [Fact]
    public void The_undamaged_file_opens()
    {
        using var file = SafetensorsFile.Open(Save(Bytes(Header(A, B, C))));
        Assert.Equal(["a", "b", "c"], file.Names);
        using var empty = SafetensorsFile.Open(Save(Bytes("{}", data: 0)));
        Assert.Empty(empty.Names);
    }

    [Fact]
    public void Every_damaged_header_gives_a_clear_sentence()
    {
        var random = new Random(20241);
        var count = 0;
        foreach (var (name, make) in Damages)
        {
            for (var trial = 0; trial < 12; trial++)
            {
                var path = Save(make(random));
                try
                {
                    SafetensorsFile.Open(path).Dispose();
                    Assert.Fail($"'{name}' went unnoticed");
                }
                catch (CheckpointException failure)
                {
                    Assert.True(IsClear(failure.Message, path), $"'{name}': {failure.Message}");
                }
                count++;
            }
        }
        Assert.True(count >= 300);
    }

    [Fact]
    public void A_flipped_byte_is_either_harmless_or_a_clear_sentence()
    {
        var random = new Random(77);
        var whole = Bytes(Header(A, B, C));
        for (var trial = 0; trial < 1500; trial++)
        {
            var bytes = whole.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                bytes[random.Next(bytes.Length - 64)] = (byte)random.Next(256);
            var path = Save(bytes);
            try
            {
                using var file = SafetensorsFile.Open(path);
                Assert.Equal(3, file.Names.Count);
            }
            catch (CheckpointException failure)
            {
                Assert.True(IsClear(failure.Message, path), failure.Message);
            }
        }
    }

    [Fact]
    public void A_header_that_claims_gigabytes_costs_none()
    {
        var path = Save(Bytes("{\"a\":{\"dtype\":\"F64\",\"shape\":[1000000,100000],\"data_offsets\":[0,800000000000]}}", data: 8));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_named()
    {
        var missing = Path.Combine(folder, "none.safetensors");
        Assert.Contains(missing, Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(missing)).Message);
        Assert.Contains("folder", Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(folder)).Message);
    }

    // One line that names the file, without control characters, with something to do.
    private static bool IsClear(string message, string path) =>
        message.Contains(path) && !message.Any(char.IsControl) && message.EndsWith('.') && message.Length < path.Length + 500;

    private static string Header(params Described[] tensors) => "{" + string.Join(',', tensors.Select(tensor => tensor.ToString())) + "}";

    private static byte[] Bytes(string header, ulong? length = null, int data = 64) => Bytes(Encoding.UTF8.GetBytes(header), length, data);

    private static byte[] Bytes(byte[] header, ulong? length = null, int data = 64) =>
        [.. BitConverter.GetBytes(length ?? (ulong)header.Length), .. header, .. new byte[data]];

    private static string Cut(string text, Random random, string characters)
    {
        var places = Enumerable.Range(0, text.Length).Where(i => characters.Contains(text[i])).ToArray();
        return text.Remove(places[random.Next(places.Length)], 1);
    }

    private static byte[] Noise(Random random, int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    private static string Pick(Random random, params string[] choices) => choices[random.Next(choices.Length)];

    private string Save(byte[] bytes)
    {
        var path = Path.Combine(folder, "file.safetensors");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
