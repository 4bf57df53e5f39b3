// A thousand damaged files: each is read or refused in one sentence, and none ends the process.
using System.Diagnostics;
using ModelBalancing.Pde.PdeBench;

namespace ModelBalancing.Tests.Pde;

public sealed class DamagedFilesTest(ITestOutputHelper output) : IDisposable
{
    private const string ChildKey = "WORKBOOK_TEST_DAMAGED_FOLDER";
    private const int Files = 1_000;

    private readonly string folder = Directory.CreateTempSubdirectory("workbook-damaged-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // In a process of its own, so that a crash of the library would be a failed test and not the end of all tests.
    [Fact]
    public void A_thousand_damaged_files_are_each_read_or_refused_in_one_sentence()
    {
        if (Environment.GetEnvironmentVariable(ChildKey) is { Length: > 0 } given)
        {
            File.WriteAllText(Path.Combine(given, "counts.txt"), ReadAll(given, int.Parse(Environment.GetEnvironmentVariable(ChildKey + "_SEED") ?? "7")));
            return;
        }
        output.WriteLine(RunAlone());
    }

    private string RunAlone()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "ModelBalancing.Tests");
        Assert.SkipUnless(File.Exists(program), "needs the test program beside its assembly");
        var start = new ProcessStartInfo(program, ["-method", $"*{nameof(A_thousand_damaged_files_are_each_read_or_refused_in_one_sentence)}"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[ChildKey] = folder;
        using var child = Process.Start(start)!;
        var (said, errors) = (child.StandardOutput.ReadToEndAsync(), child.StandardError.ReadToEndAsync());
        if (!child.WaitForExit(120_000))
        {
            child.Kill(entireProcessTree: true);
            Assert.Fail($"reading did not end at file {Last(folder)}");
        }
        var counts = Path.Combine(folder, "counts.txt");
        Assert.True(File.Exists(counts), $"the process ended with {child.ExitCode} at file {Last(folder)}:\n{said.Result}\n{errors.Result}");
        Assert.True(child.ExitCode == 0, said.Result + errors.Result);
        return File.ReadAllText(counts);
    }

    private static string Last(string folder) => File.Exists(Path.Combine(folder, "at.txt")) ? File.ReadAllText(Path.Combine(folder, "at.txt")) : "none";

    private static string ReadAll(string folder, int seed)
    {
        string[] names = ["cfd1d.hdf5", "cfd2d_other_order.hdf5", "darcy.hdf5", "cfd3d_gzip_float64.hdf5", "diffreact_lzf.h5", "dambreak.h5", "diffsorp_lzf.h5"];
        var originals = names.Select(name => File.ReadAllBytes(TestData.Fixture("pdefiles/" + name))).ToArray();
        var (read, refused) = (0, new Dictionary<string, int>());
        var clock = Stopwatch.StartNew();
        for (var number = 0; number < Files; number++)
        {
            var which = number % names.Length;
            var random = new Random(seed * 1_000_003 + number);
            var path = Path.Combine(folder, names[which]);
            File.WriteAllBytes(path, Damage(originals[which], random));
            File.WriteAllText(Path.Combine(folder, "at.txt"), $"{number} ({names[which]})");
            try
            {
                var info = PdeFile.Info(path);
                PdeFile.Read<float>(info, new PdeSelection { SpaceStride = 1 + number % 2 });
                read++;
            }
            catch (PdeFileException sentence)
            {
                Assert.Contains(path, sentence.Message);
                Assert.Single(sentence.Message.Split('\n'));
                Assert.EndsWith(".", sentence.Message);
                var kind = sentence.Message.Replace(path, "FILE")[..Math.Min(40, sentence.Message.Replace(path, "FILE").Length)];
                refused[kind] = refused.GetValueOrDefault(kind) + 1;
            }
        }
        return $"{read} read, {Files - read} refused in {clock.Elapsed.TotalSeconds:f1} s\n" + string.Join('\n', refused.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Value} {pair.Key}"));
    }

    // Cut short; bytes replaced; bits flipped; a stretch overwritten. Mostly where the structure is.
    private static byte[] Damage(byte[] original, Random random)
    {
        var bytes = (byte[])original.Clone();
        int Structure() => random.Next(Math.Min(bytes.Length, 8192));
        switch (random.Next(4))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                for (var i = random.Next(1, 9); i > 0; i--)
                    bytes[Structure()] = (byte)random.Next(256);
                break;
            case 2:
                for (var i = random.Next(1, 5); i > 0; i--)
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                break;
            default:
                var at = Structure();
                random.NextBytes(bytes.AsSpan(at, Math.Min(random.Next(1, 64), bytes.Length - at)));
                break;
        }
        return bytes;
    }
}
