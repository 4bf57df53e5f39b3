// The index over a folder of runs says what the files say, whatever happens to it, to them or beside it.
using System.Diagnostics;
using System.Text.Json.Nodes;
using ModelBalancing.Experiments;

namespace ModelBalancing.Tests.Experiments;

public sealed class IndexTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Every value of every column, run by run.</summary>
    private static string Everything(RunTable table) =>
        string.Join('\n', table.Rows.Select(row => string.Join('|', table.Columns.Select(column => $"{column}={row.Text(column)}").Where(cell => !cell.EndsWith('=')))));

    /// <summary>What a process that has read nothing yet sees.</summary>
    private RunTable Anew() => new RunIndex(folder.Path).Table();

    private string IndexFile => Path.Combine(folder.Path, RunIndex.FileName);

    [Fact]
    public void The_table_tells_what_the_files_tell()
    {
        SyntheticRuns.Write(folder.Path, 0, 60);
        var table = Anew();
        Assert.Equal(60, table.Count);
        Assert.Null(table.Notice);
        foreach (var row in table.Rows)
        {
            var run = row.Run;
            Assert.Equal(run.SpecJson!["rows"]!.GetValue<int>(), row.Number("spec.rows"));
            Assert.Equal(run.SpecJson["seeds"]!["subset"]!.GetValue<int>(), row.Number("spec.seeds.subset"));
            Assert.Equal(run.Result!["test"]!["nRMSE"]!.GetValue<double>(), row.Number("result.test.nRMSE"));
            Assert.Equal(run.Result["method"]!.GetValue<string>(), row.Text("result.method"));
            Assert.Equal(run.Result["diverged"]!.GetValue<bool>() ? "true" : "false", row.Text("result.diverged"));
            Assert.Equal(run.Times!["seconds"]!.GetValue<double>(), row.Number("times.seconds"));
            Assert.Equal(("linear", RunPhase.Finished), (row.Text("result.belowFloors"), row.Phase));
            Assert.Null(row["result.samples"]);
        }
        Assert.Equal(Everything(table), Everything(Anew())); // from the file
        Assert.Equal(Everything(table), Everything(new RunIndex(folder.Path).Rebuilt()));
    }

    [Fact]
    public void Rows_are_chosen_ordered_and_shown_by_their_columns()
    {
        SyntheticRuns.Write(folder.Path, 0, 60);
        var table = new RunStore(folder.Path).Table();
        var chosen = table.Where("result.method", "baseline").Where("spec.rows", 16).Where(row => row.Number("result.test.nRMSE") < 1).OrderBy("spec.settings.serial", descending: true);
        Assert.Equal([55, 49, 43, 37, 31, 25, 19, 13, 7, 1], chosen.Numbers("spec.settings.serial"));
        Assert.Equal(Enumerable.Repeat<object?>("baseline", 3), chosen.Take(3)["result.method"]);
        Assert.Equal(1, table.Where("result.diverged", true).Count);
        Assert.Equal(30, table.Where("spec.balancing.metric", null).Count);
        Assert.All(table["no.such.column"], Assert.Null);
        Assert.Contains("nRMSE", chosen.ToTable("ten runs", "name", "result.test.nRMSE").ToText());
    }

    [Fact]
    public void Runs_that_come_change_fail_and_go_are_seen_and_an_older_table_stays_as_it_was()
    {
        SyntheticRuns.Write(folder.Path, 0, 20);
        var index = new RunIndex(folder.Path);
        var first = index.Table();
        string before = Everything(first);

        string changed = SyntheticRuns.Write(folder.Path, 3);
        var result = JsonNode.Parse(File.ReadAllText(Path.Combine(changed, RunFiles.Result)))!;
        result["result"]!["test"]!["nRMSE"] = 7.5;
        JsonFile.Write(Path.Combine(changed, RunFiles.Result), result);
        Directory.Delete(SyntheticRuns.Write(folder.Path, 4), recursive: true);
        string unfinished = SyntheticRuns.Write(folder.Path, 5), failed = SyntheticRuns.Write(folder.Path, 6), running = SyntheticRuns.Write(folder.Path, 7);
        foreach (string run in new[] { unfinished, failed, running })
            File.Delete(Path.Combine(run, RunFiles.Result));
        JsonFile.Write(Path.Combine(unfinished, "state.json"), new JsonObject { ["generation"] = 12 });
        RunFailure.Note(failed, new InvalidOperationException("the disk burns"), 17, held: true);
        SyntheticRuns.Write(folder.Path, 20, 2);
        Directory.CreateDirectory(Path.Combine(folder.Path, "no-run"));
        using (RunLock.Take(running))
            foreach (var table in new[] { index.Table(), Anew(), Anew(), new RunIndex(folder.Path).Rebuilt() })
            {
                Assert.Equal(21, table.Count);
                var rows = table.Rows.ToDictionary(row => row.Name);
                Assert.Equal(7.5, rows[Path.GetFileName(changed)].Number("result.test.nRMSE"));
                Assert.Equal((RunPhase.Unfinished, 12), (rows[Path.GetFileName(unfinished)].Phase, rows[Path.GetFileName(unfinished)].Number("progress.step")));
                Assert.Equal((RunPhase.Failed, "the disk burns", 17), (rows[Path.GetFileName(failed)].Phase, rows[Path.GetFileName(failed)].Text("failure.message"), rows[Path.GetFileName(failed)].Number("failure.step")));
                Assert.Equal(RunPhase.Running, rows[Path.GetFileName(running)].Phase);
            }
        Assert.Equal(RunPhase.Unfinished, index.Table().Where("name", Path.GetFileName(running)).Rows.Single().Phase);
        Assert.Equal(before, Everything(first));
        Assert.Equal(Everything(new RunIndex(folder.Path).Rebuilt()), Everything(index.Table()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(5000)]
    [InlineData(-1)]
    public void A_damaged_index_is_made_anew_and_that_is_said(int at)
    {
        SyntheticRuns.Write(folder.Path, 0, 10);
        string whole = Everything(Anew());
        var bytes = File.ReadAllBytes(IndexFile);
        if (at < 0)
            bytes = bytes[..(bytes.Length / 2)]; // cut off
        else
            bytes[at] ^= 64;
        File.WriteAllBytes(IndexFile, bytes);
        var mended = Anew();
        Assert.Contains("has been made anew", mended.Notice);
        Assert.Equal(whole, Everything(mended));
        Assert.Null(Anew().Notice);
    }

    [Fact]
    public async Task Many_that_write_the_index_at_once_leave_a_whole_one()
    {
        var stop = new ManualResetEventSlim();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var seen = new List<int>();
            while (!stop.IsSet)
            {
                var table = Anew();
                Assert.Null(table.Notice);
                seen.Add(table.Count);
            }
            return seen;
        })).ToArray();
        for (int run = 0; run < 40; run++)
        {
            // As a real run begins: the folder's time changes with its last file.
            SyntheticRuns.Write(folder.Path, run);
            Thread.Sleep(5);
        }
        stop.Set();
        foreach (var seen in await Task.WhenAll(readers))
            Assert.Equal(seen.Order(), seen); // a run once seen stays seen
        Assert.Equal(Everything(new RunIndex(folder.Path).Rebuilt()), Everything(Anew()));
        Assert.Equal(40, Anew().Count);
        Assert.Empty(Directory.GetFiles(folder.Path, ".*.partial"));
    }

    [Fact]
    public void A_full_disk_costs_the_index_but_not_the_table()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            Assert.Skip("mounts a small file system, which only root can");
        string small = Path.Combine(folder.Path, "small");
        Directory.CreateDirectory(small);
        if (Shell("mount", "-t", "tmpfs", "-o", "size=5m", "tmpfs", small) != 0)
            Assert.Skip("this machine does not let tests mount a tmpfs");
        try
        {
            SyntheticRuns.Write(small, 0, 20);
            string before = Everything(new RunIndex(small).Table());
            byte[] index = File.ReadAllBytes(Path.Combine(small, RunIndex.FileName));
            string added = SyntheticRuns.Write(small, 20);
            string filler = Path.Combine(small, "filler");
            Fill(filler);
            var table = new RunIndex(small).Table();
            Assert.Contains("the disk is full", table.Notice);
            Assert.Equal(21, table.Count);
            Assert.Equal(index, File.ReadAllBytes(Path.Combine(small, RunIndex.FileName)));
            Assert.Empty(Directory.GetFiles(small, ".*.partial"));
            Assert.Contains("the disk is full", Assert.Throws<RunException>(() => RunLock.Take(added)).Message);
            Assert.Empty(Directory.GetFiles(added, ".*"));

            File.Delete(filler);
            Assert.Null(new RunIndex(small).Table().Notice);
            Directory.Delete(added, recursive: true);
            Assert.Equal(before, Everything(new RunIndex(small).Table()));
        }
        finally
        {
            Assert.Equal(0, Shell("umount", small));
        }

        static void Fill(string path)
        {
            using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            foreach (int block in new[] { 1 << 16, 1 << 12, 1 })
                try
                {
                    while (true)
                        stream.Write(new byte[block]);
                }
                catch (IOException full) when (full.HResult == 28)
                {
                    continue; // a smaller block may still fit
                }
        }

        static int Shell(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
    }
}
