// A disk that fills up under a sweep: one clear sentence, nothing lost, and the same call goes on once there is room.
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Workbook.Tests.Sweeps;

[Collection("sweeps")]
public class FullDiskTests
{
    [Fact]
    public void A_full_disk_stops_the_sweep_with_one_sentence_and_loses_nothing()
    {
        string disk = Directory.CreateTempSubdirectory("workbook-disk-").FullName;
        if (!OperatingSystem.IsLinux() || !Mount("-t", "tmpfs", "-o", "size=5m", "tmpfs", disk))
        {
            Directory.Delete(disk);
            Assert.Skip("A small disk can only be mounted by root on Linux.");
        }
        try
        {
            // 10 runs of more than a megabyte: the disk is full half way.
            using var sweep = new SmallSweep(runs: 10, epochs: 2, width: 28);
            sweep.Run(sweep.Store("undisturbed"));
            string store = Path.Combine(disk, "runs");
            var (code, _, errors) = Sweep();
            Assert.Equal(1, code);
            Assert.Single(errors.Split('\n'), line => line.StartsWith("workbook: The disk is full, so the sweep was stopped", StringComparison.Ordinal) && line.Contains("start the same sweep again", StringComparison.Ordinal));
            Assert.DoesNotContain("   at ", errors); // no stack trace
            var expected = SmallSweep.Contents(sweep.Store("undisturbed"));
            var finished = Directory.GetDirectories(store, "fno1d-*").Where(run => File.Exists(Path.Combine(run, "result.json"))).ToList();
            Assert.InRange(finished.Count, 1, 6);
            foreach (string run in finished)
                Assert.Equal(expected[$"{Path.GetFileName(run)}/result.json"], Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(run, "result.json")))));

            // Still full: the same sentence, and still nothing lost.
            Assert.Equal(1, Sweep().Code);
            Assert.Equal(finished.Count, Directory.GetDirectories(store, "fno1d-*").Count(run => File.Exists(Path.Combine(run, "result.json"))));

            Assert.True(Mount("-o", "remount,size=100m", disk));
            (code, string output, errors) = Sweep();
            Assert.True(code == 0, errors);
            Assert.Equal(finished.Count, JsonNode.Parse(output)!["reused"]!.GetValue<int>());
            sweep.AssertEqual(sweep.Store("undisturbed"), store);

            (int Code, string Output, string Errors) Sweep()
            {
                using var process = SmallSweep.Start("sweep", sweep.File, "--runs", store, "--jobs", "2", "--json");
                return process.Wait(TimeSpan.FromMinutes(3));
            }
        }
        finally
        {
            Run("umount", "-l", disk);
            Directory.Delete(disk);
        }
    }

    private static bool Mount(params string[] arguments) => Run("mount", arguments);

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // there is no such program
        }
    }
}
