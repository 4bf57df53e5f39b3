// One writer a run: who counts as dead, and what becomes of the lock, with made-up owners and with real processes.
using System.Diagnostics;
using System.Text.Json;
using ModelBalancing.Experiments;

namespace ModelBalancing.Tests.Experiments;

public sealed class LockTests : IDisposable
{
    private static readonly TimeSpan moment = TimeSpan.FromSeconds(1), ages = TimeSpan.FromDays(1);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static LockOwner Here => LockOwner.Here();

    private static LockOwner Elsewhere => Here with { Host = "elsewhere", Boot = "another", Machine = "another" };

    [Fact]
    public void A_process_in_reach_is_asked_and_its_silence_means_nothing()
    {
        Assert.False(Here.IsDead(Here, ages));
        Assert.True((Here with { Started = Here.Started - 1 }).IsDead(Here, moment)); // the id was used again
        using var gone = Process.Start(new ProcessStartInfo("sleep", "0"))!;
        gone.WaitForExit();
        Assert.True((Here with { Process = gone.Id }).IsDead(Here, moment));
        Assert.False((Here with { Host = "renamed" }).IsDead(Here, ages)); // the boot decides, not the name
    }

    [Fact]
    public void Whoever_cannot_be_asked_is_dead_when_the_lease_has_run_out()
    {
        foreach (var owner in new[] { Elsewhere, Here with { Space = "a container" }, Elsewhere with { Host = Here.Host } })
        {
            Assert.False(owner.IsDead(Here, moment));
            Assert.False(owner.IsDead(Here, TimeSpan.FromSeconds(owner.Lease)));
            Assert.True(owner.IsDead(Here, TimeSpan.FromSeconds(owner.Lease + 1)));
            Assert.False(owner.IsDead(Here, -ages)); // a clock that was set back
        }
    }

    [Fact]
    public void An_owner_before_the_reboot_or_the_requeue_is_dead_at_once()
    {
        Assert.True((Here with { Boot = "before" }).IsDead(Here, moment));
        var judge = Here with { Job = "17", Restarts = 1 };
        Assert.True((Elsewhere with { Job = "17", Restarts = 0 }).IsDead(judge, moment));
        Assert.False((Elsewhere with { Job = "17", Restarts = 1 }).IsDead(judge, moment));
        Assert.False((Elsewhere with { Job = "18", Restarts = 0 }).IsDead(judge, moment));
        Assert.False((Elsewhere with { Job = null }).IsDead(Here with { Job = null }, moment));
    }

    [Fact]
    public void The_lock_of_another_host_is_free_when_the_file_has_been_silent_for_its_lease()
    {
        string path = Path.Combine(folder.Path, RunLock.FileName);
        File.WriteAllText(path, Elsewhere.ToJson());
        Assert.Null(RunLock.TryTake(folder.Path, out var owner));
        Assert.Equal("elsewhere", owner!.Host);
        Assert.Equal(owner, RunLock.OwnerOf(folder.Path));
        Assert.Contains("on elsewhere; wait for it. If that process is gone, its lock is free 90 s after", Assert.Throws<RunBusyException>(() => RunLock.Take(folder.Path)).Message);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(-91));
        Assert.Null(RunLock.OwnerOf(folder.Path));
        using (RunLock.Take(folder.Path))
            Assert.Equal(Environment.ProcessId, RunLock.OwnerOf(folder.Path)!.Process);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_living_process_of_another_host_keeps_its_lock_and_a_silent_one_loses_it_and_notices()
    {
        const double lease = 1.5;
        using var process = Hold(new("elsewhere", "another", lease));
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < TimeSpan.FromSeconds(2.5 * lease))
        {
            Assert.NotNull(RunLock.OwnerOf(folder.Path));
            Thread.Sleep(50);
        }
        Signal(process, "STOP");
        using var taken = Patiently(() => RunLock.TryTake(folder.Path, out _));
        Signal(process, "CONT");
        Assert.Contains("was taken over while this process did not answer", Patiently(() => File.Exists(Path.Combine(folder.Path, "lost")) ? File.ReadAllText(Path.Combine(folder.Path, "lost")) is { Length: > 0 } text ? text : null : null));
        process.WaitForExit();
        Assert.True(taken.IsHeld);
    }

    [Fact]
    public void A_killed_process_of_this_host_is_recovered_at_once_and_a_stopped_one_is_not()
    {
        using var process = Hold(new(null, null, Lease: 0.1));
        Signal(process, "STOP");
        Thread.Sleep(500);
        Assert.Null(RunLock.TryTake(folder.Path, out var owner));
        Assert.Equal(process.Id, owner!.Process);
        Signal(process, "KILL");
        process.WaitForExit();
        RunLock.Take(folder.Path).Dispose();
    }

    [Fact]
    public void Processes_on_many_hosts_take_turns()
    {
        string path = Path.Combine(folder.Path, RunLock.FileName);
        File.WriteAllText(path, Elsewhere.ToJson()); // stale to begin with
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(-100));
        var processes = Enumerable.Range(0, 3).Select(_ => Worker.Start(nameof(Worker.Take_turns), folder.Path)).ToList();
        foreach (var process in processes)
        {
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, output);
            process.Dispose();
        }
        Assert.Equal(120, new FileInfo(Path.Combine(folder.Path, "turns")).Length);
        Assert.Equal(["turns"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void What_dead_writers_left_goes_and_locks_being_prepared_stay()
    {
        void Leave(string name, string text) => File.WriteAllText(Path.Combine(folder.Path, name), text);
        Leave(".state.json.7.abc.partial", "{");
        Leave($".lock.{Here.Token}.partial", Here.ToJson());
        Leave(".lock.dead.partial", (Here with { Boot = "before" }).ToJson());
        Leave(".lock.begun.partial", "");
        Leave(".lock.judge", "");
        using var held = RunLock.Take(folder.Path);
        Assert.Equal([".lock.dead.partial", ".lock.judge", ".state.json.7.abc.partial"], RunLock.DeleteLeftovers(folder.Path, dryRun: true).Select(left => left.Name).Order(StringComparer.Ordinal));
        Assert.Equal(6, Directory.GetFiles(folder.Path).Length);
        RunLock.DeleteLeftovers(folder.Path);
        Assert.Equal(3, Directory.GetFiles(folder.Path).Length);
        Assert.True(held.IsHeld);
    }

    private Process Hold(Worker.FakeOwner owner)
    {
        File.WriteAllText(Path.Combine(folder.Path, "owner.json"), JsonSerializer.Serialize(owner));
        var process = Worker.Start(nameof(Worker.Hold_a_lock), folder.Path);
        Patiently(() => File.Exists(Path.Combine(folder.Path, "held")) ? "held" : null);
        return process;
    }

    private static void Signal(Process process, string signal)
    {
        using var sent = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        sent.WaitForExit();
    }

    /// <summary>Asks until there is an answer; a test machine may be slow, but not for ever.</summary>
    private static T Patiently<T>(Func<T?> ask) where T : class
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(60); Thread.Sleep(20))
            if (ask() is { } answer)
                return answer;
        throw new TimeoutException("Nothing came within a minute.");
    }
}
