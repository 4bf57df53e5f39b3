// The store: several data files, failures that are noted, locks that are lost, garbage.
using System.Text.Json.Nodes;
using ModelBalancing.Experiments;

namespace ModelBalancing.Tests.Experiments;

[Collection("runs")]
public sealed class StoreTests : IDisposable
{
    private static readonly RunOptions everyStep = new() { Threads = 1, SaveEvery = TimeSpan.Zero };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private RunStore Store => new(Path.Combine(folder.Path, "runs"));

    private static Task<RunOutcome> Run(RunSpec spec, RunStore store, RunOptions? options = null) => RunExecutor.RunAsync(spec, store, null, TestContext.Current.CancellationToken, options ?? everyStep);

    [Fact]
    public void Data_may_be_one_file_several_or_none_and_old_specs_are_what_they_were()
    {
        static RunSpec With(string data) => RunSpec.Parse($$"""{"kind":"fno1d","rows":1,"epochs":1,"learningRate":1{{data}}}""");
        string one = Path.Combine(folder.Path, "one.txt"), other = Path.Combine(folder.Path, "other.txt");
        File.WriteAllText(one, "1");
        File.WriteAllText(other, "2");
        string Json(string path) => JsonValue.Create(path).ToJsonString();

        var single = With($",\"data\":{{\"path\":{Json(one)}}}");
        Assert.Equal("6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b", DataFiles.Checksum(single.Data)); // SHA-256 of the file, as before
        Assert.Contains("\"data\":{\"path\"", single.Canonical());
        var several = With($",\"data\":{{\"train\":{{\"path\":{Json(one)}}},\"dev\":{{\"path\":{Json(other)}}}}}");
        var swapped = With($",\"data\":{{\"train\":{{\"path\":{Json(other)}}},\"dev\":{{\"path\":{Json(one)}}}}}");
        Assert.Equal(other, several.Data["dev"].Path);
        Assert.Equal(several.Data, RunSpec.Parse(several.ToJson()).Data);
        Assert.NotEqual(DataFiles.Checksum(several.Data), DataFiles.Checksum(swapped.Data));
        Assert.Equal(other, several.Set("data.train.path", other).Data["train"].Path);
        var none = With("");
        Assert.Equal((0, ""), (none.Data.Count, DataFiles.Checksum(none.Data)));
        Assert.Equal(none.Canonical(), RunSpec.Parse(none.ToJson()).Canonical());
        Assert.Contains("names dev, train", Assert.Throws<RunException>(() => several.Data.Only).Message);
        Assert.Contains("names none", Assert.Throws<RunException>(() => none.Data.Only).Message);
        Assert.Contains("lacks 'test', it has dev, train", Assert.Throws<RunException>(() => several.Data["test"]).Message);
        Assert.Contains("data", Assert.Throws<RunException>(() => With(",\"data\":\"one.txt\"")).Message);

        // a folder's checksum covers names and contents, not where it is
        string checksum = DataFiles.Checksum(new DataReference(folder.Path));
        File.WriteAllText(other, "other");
        Assert.NotEqual(checksum, DataFiles.Checksum(new DataReference(folder.Path)));
    }

    [Fact]
    public async Task A_failure_is_noted_counted_and_gone_after_success()
    {
        var spec = Waves.Spec(Waves.File(folder.Path), epochs: 2);
        for (int attempt = 1; attempt <= 2; attempt++)
        {
            int steps = 0;
            await Assert.ThrowsAsync<InvalidOperationException>(() => Run(spec, Store, everyStep with { Passed = place => Burn(place == "step" && ++steps == 2) }));
            var failed = Store.Runs().Single();
            Assert.Equal((RunPhase.Failed, attempt, "it burns", attempt + 1), (failed.Phase(), failed.Failure!.Attempts, failed.Failure.Message, failed.Failure.Step));
        }
        var finished = new StoredRun((await Run(spec, Store)).Folder);
        Assert.Equal((RunPhase.Finished, null), (finished.Phase(), finished.Failure));
        Assert.Equal(finished.Name, Store.Find(finished.Id[..6]).Name);
        Assert.Equal(spec.Rows, finished.Spec().Rows);

        static void Burn(bool now)
        {
            if (now)
                throw new InvalidOperationException("it burns");
        }
    }

    [Fact]
    public async Task Whoever_has_lost_the_lock_writes_nothing_more()
    {
        var spec = Waves.Spec(Waves.File(folder.Path), epochs: 2);
        byte[]? saved = null;
        int steps = 0;
        var lost = await Assert.ThrowsAsync<RunException>(() => Run(spec, Store, everyStep with
        {
            Passed = place =>
            {
                if (place != "step" || ++steps != 3)
                    return;
                string run = Store.Runs().Single().Folder;
                File.WriteAllText(Path.Combine(run, RunLock.FileName), (LockOwner.Here() with { Host = "elsewhere", Boot = "b", Machine = "m" }).ToJson());
                saved = File.ReadAllBytes(Path.Combine(run, "state.safetensors"));
            },
        }));
        Assert.Contains("taken over", lost.Message);
        var run = Store.Runs().Single();
        Assert.Equal(saved, File.ReadAllBytes(Path.Combine(run.Folder, "state.safetensors")));
        Assert.Equal((RunPhase.Running, null), (run.Phase(), run.Failure));
        Assert.Equal("elsewhere", (await Assert.ThrowsAsync<RunBusyException>(() => Run(spec, Store))).Owner!.Host);
    }

    [Fact]
    public async Task Garbage_is_the_state_of_finished_runs_and_what_the_dead_left_and_a_run_goes_on_without_it()
    {
        var spec = Waves.Spec(Waves.File(folder.Path), epochs: 1);
        var finished = await Run(spec, Store);
        int steps = 0;
        await Assert.ThrowsAsync<InvalidOperationException>(() => Run(spec with { Rows = 9 }, Store, everyStep with { Passed = place => throw new InvalidOperationException(place + steps++) }));
        var unfinished = Store.Runs().Single(run => run.Phase() != RunPhase.Finished).Folder;
        File.WriteAllText(Path.Combine(unfinished, ".state.json.1.x.partial"), "12345");
        File.WriteAllText(Path.Combine(unfinished, "state.json"), "{}");
        File.WriteAllText(Path.Combine(Store.Root, ".index.sqlite.1.x.partial"), "new");
        File.WriteAllText(Path.Combine(Store.Root, ".index.sqlite.2.x.partial"), "old");
        File.SetLastWriteTimeUtc(Path.Combine(Store.Root, ".index.sqlite.2.x.partial"), DateTime.UtcNow.AddHours(-1));
        string[] All() => [.. Directory.GetFiles(Store.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        var before = All();

        var dry = Store.CollectGarbage(dryRun: true);
        Assert.Equal(before, All());
        long state = new[] { "state.safetensors", "state.json" }.Sum(name => new FileInfo(Path.Combine(finished.Folder, name)).Length);
        Assert.Equal((4, state + 5 + 3), (dry.Files.Count, dry.Bytes));
        using (RunLock.Take(unfinished))
        {
            var busy = Store.CollectGarbage(dryRun: true);
            Assert.Equal([Path.GetFileName(unfinished)], busy.Busy);
            Assert.Equal(3, busy.Files.Count);
        }
        var report = Store.CollectGarbage();
        Assert.Equal(dry.Files, report.Files);
        Assert.StartsWith("4 files of 2 runs", report.ToString());
        Assert.Equal(before.Length - 4, All().Length);
        Assert.True(File.Exists(Path.Combine(unfinished, "state.json")));
        Assert.Empty(Store.CollectGarbage().Files);

        // reused as before; computed again where that is asked for
        Assert.True((await Run(spec, Store)).Reused);
        File.Delete(Path.Combine(finished.Folder, RunFiles.Result));
        Assert.Equal(CanonicalJson.Of(finished.Result), CanonicalJson.Of((await Run(spec, Store)).Result));
    }

    [Fact]
    public async Task A_run_beside_a_stale_lock_and_half_written_files_leaves_none()
    {
        var spec = Waves.Spec(Waves.File(folder.Path), epochs: 1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Run(spec, Store, everyStep with { Passed = place => throw new InvalidOperationException(place) }));
        string run = Store.Runs().Single().Folder;
        File.WriteAllText(Path.Combine(run, RunLock.FileName), (LockOwner.Here() with { Boot = "before" }).ToJson());
        File.WriteAllText(Path.Combine(run, ".model.safetensors.1.x.partial"), "half");
        await Run(spec, Store);
        Assert.Empty(Directory.GetFiles(run, ".*"));
        Assert.False(File.Exists(Path.Combine(run, RunLock.FileName)));
    }
}
