// One writer a run, across processes, containers and hosts on a shared folder: a lock file that names its owner and is renewed while it lives.
using System.Runtime.InteropServices;
using ModelBalancing.Checkpoints;

namespace ModelBalancing.Experiments;

/// <summary>A run that somebody else is writing.</summary>
/// <param name="message">The sentence.</param>
/// <param name="owner">Who holds its lock.</param>
public sealed class RunBusyException(string message, LockOwner? owner) : RunException(message)
{
    /// <summary>Who holds the lock; null if it changed hands too fast to tell.</summary>
    public LockOwner? Owner { get; } = owner;
}

/// <summary>Held while a process writes into a run's folder.</summary>
/// <remarks>
/// The file appears in one step (a hard link, which network file systems do atomically too). A heartbeat writes its first byte again, so that the file system's
/// own clock dates it; silence is measured against a file touched in the same folder, so clocks of hosts need not agree. A stale lock is renamed away, and the
/// renamed file is looked at again: of many that judge it dead one wins. Should a holder that was thought dead wake up, <see cref="EnsureHeld"/> stops it before it saves.
/// </remarks>
public sealed partial class RunLock : IDisposable
{
    /// <summary>Name of the lock file in a run's folder.</summary>
    public const string FileName = "lock";

    /// <summary>Heartbeats a lease: one may come late or fail.</summary>
    private const int BeatsPerLease = 6;

    /// <summary>Open while a process judges a lock.</summary>
    internal const string JudgeName = ".lock.judge";

    private const string Prefix = ".lock.";

    private readonly string path;
    private readonly string content;
    private readonly Timer heartbeat;
    private Exception? lastMissed;

    private RunLock(string path, LockOwner owner)
    {
        (this.path, content) = (path, owner.ToJson());
        var interval = TimeSpan.FromSeconds(owner.Lease / BeatsPerLease);
        heartbeat = new Timer(_ => Beat(), null, interval, interval);
    }

    /// <summary>Takes the lock; one whose owner is gone is recovered.</summary>
    /// <param name="folder">The run's folder, which exists.</param>
    /// <exception cref="RunBusyException">Another process, or this one, holds it.</exception>
    /// <exception cref="RunException">The folder cannot be written.</exception>
    public static RunLock Take(string folder) => TryTake(folder, LockOwner.Here(), out var owner) ?? throw Busy(folder, owner);

    /// <summary>Takes the lock, or tells who has it.</summary>
    /// <param name="folder">The run's folder, which exists.</param>
    /// <param name="owner">The living owner where the lock was not taken.</param>
    /// <exception cref="RunException">The folder cannot be written.</exception>
    public static RunLock? TryTake(string folder, out LockOwner? owner) => TryTake(folder, LockOwner.Here(), out owner);

    /// <summary>The living owner of a run's lock; null if nobody holds it.</summary>
    /// <param name="folder">The run's folder.</param>
    public static LockOwner? OwnerOf(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (Read(path) is not { } text || LockOwner.Parse(text) is not { } owner)
            return null;
        return IsAbandoned(path, LockOwner.Here()) ? null : owner;
    }

    /// <summary>Takes the lock as somebody; tests make the somebodies up.</summary>
    internal static RunLock? TryTake(string folder, LockOwner self, out LockOwner? owner)
    {
        owner = null;
        string path = Path.Combine(folder, FileName);
        string prepared = Path.Combine(folder, $"{Prefix}{self.Token}.partial");
        try
        {
            File.WriteAllText(prepared, self.ToJson());
            for (int attempt = 0; attempt < 100; attempt++)
            {
                if (TryPlace(prepared, path))
                    return new RunLock(path, self);
                Touch(prepared, self.ToJson()); // dates the judgement by the file system's clock
                if (!Recover(folder, path, self, File.GetLastWriteTimeUtc(prepared), out owner))
                {
                    if (owner is not null)
                        return null;
                    Thread.Sleep(20); // somebody else recovers or releases it just now
                }
            }
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RunException(AtomicFile.Sentence(path, failure), failure);
        }
        finally
        {
            if (File.Exists(prepared))
                File.Delete(prepared);
        }
    }

    /// <summary>Whether the lock is still this one's.</summary>
    public bool IsHeld => Read(path) == content;

    /// <summary>Called before anything is saved: a holder that slept longer than its lease may have been replaced.</summary>
    /// <exception cref="RunException">Somebody else has taken the lock over.</exception>
    public void EnsureHeld()
    {
        if (!IsHeld)
            throw new RunException($"The lock '{path}' was taken over while this process did not answer{(lastMissed is null ? "" : $" ({lastMissed.Message.TrimEnd('.')})")}; the run goes on there, nothing more is written here.");
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose()
    {
        using (var beaten = new ManualResetEvent(false))
            if (heartbeat.Dispose(beaten))
                beaten.WaitOne();
        if (IsHeld)
            File.Delete(path);
    }

    /// <summary>Deletes what dead processes have left in a run's folder: partial files, and locks that were only being prepared. The caller holds the lock.</summary>
    /// <returns>Names and sizes of the files that are, or would be, deleted.</returns>
    internal static IReadOnlyList<(string Name, long Bytes)> DeleteLeftovers(string folder, bool dryRun = false)
    {
        var self = LockOwner.Here();
        var deleted = new List<(string, long)>();
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles(".*.partial"))
        {
            // Whoever prepares a lock does not hold the run's; everything else was written under an earlier lock.
            if (file.Name.StartsWith(Prefix, StringComparison.Ordinal) && !IsAbandoned(file.FullName, self))
                continue;
            deleted.Add((file.Name, file.Length));
            if (!dryRun)
                file.Delete();
        }
        // A judge that was killed leaves its file; one that lives keeps it.
        if (File.Exists(Path.Combine(folder, JudgeName)) && Judge(folder, leave: dryRun) is { } judge)
        {
            judge.Dispose();
            deleted.Add((JudgeName, 0));
        }
        return deleted;
    }

    private const int AlreadyExistsOnUnix = 17;      // EEXIST
    private const int NotPermittedOnUnix = 1;        // EPERM: a file system without hard links
    private const int NotSupportedOnUnix = 95;       // EOPNOTSUPP, likewise
    private const int AlreadyExistsOnWindows = 0xB7; // ERROR_ALREADY_EXISTS, low word of the HRESULT

    // A second name for the file: it appears in one step with its content, or not at all. File.Move is no substitute, since on Unix it renames, and so replaces
    // what another process has put there, wherever it saw no file a moment before.
    private static bool TryPlace(string prepared, string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            if (Link(prepared, path) == 0)
            {
                File.Delete(prepared);
                return true;
            }
            int error = Marshal.GetLastPInvokeError();
            if (error == AlreadyExistsOnUnix)
                return false;
            if (error is not (NotPermittedOnUnix or NotSupportedOnUnix))
                throw new IOException($"Naming '{path}' failed: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
        try
        {
            File.Move(prepared, path, overwrite: false);
            return true;
        }
        catch (IOException taken) when (taken.HResult == AlreadyExistsOnUnix || (taken.HResult & 0xFFFF) == AlreadyExistsOnWindows || File.Exists(path))
        {
            // Not asked of the file alone: its owner may have deleted it in the meantime.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);

    /// <summary>Whether the owner that a lock, or one in preparation, names is gone. The clock of the file system is asked only where the lease decides.</summary>
    private static bool IsAbandoned(string file, LockOwner self)
    {
        if (Read(file) is not { } text)
            return false; // gone already
        var silence = new Lazy<TimeSpan>(() => Silence(file, Probe(Path.GetDirectoryName(file)!)));
        return LockOwner.Parse(text) is not { } owner ? silence.Value.TotalSeconds > self.Lease // being written just now, or torn
            : owner.IsDead(self, TimeSpan.Zero) || owner.IsDead(self, TimeSpan.MaxValue) && owner.IsDead(self, silence.Value);
    }

    /// <summary>Removes the lock of a dead owner.</summary>
    /// <returns>True if it is gone; false with a living owner, or without one while somebody else judges.</returns>
    private static bool Recover(string folder, string path, LockOwner self, DateTime now, out LockOwner? owner)
    {
        owner = null;
        // On one machine only one process at a time judges. Where the file system has no such locks, looking again after the rename decides.
        if (Judge(folder) is not { } judge)
            return false;
        using (judge)
        {
            if (Read(path) is not { } text)
                return true;
            if (LockOwner.Parse(text) is { } found && !found.IsDead(self, Silence(path, now)))
            {
                owner = found;
                return false;
            }
            string stale = Path.Combine(folder, $"{Prefix}{self.Token}.stale.partial");
            try
            {
                File.Move(path, stale, overwrite: true);
            }
            catch (FileNotFoundException)
            {
                return true; // renamed by another host's judge, or given back
            }
            if (Read(stale) == text)
            {
                File.Delete(stale);
                return true;
            }
            TryPlace(stale, path); // a new owner's lock came in between: it gets it back
            File.Delete(stale);
            return false;
        }
    }

    /// <summary>The right to judge; null while somebody else has it.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="leave">Whether the judge's file stays behind.</param>
    private static JudgeTurn? Judge(string folder, bool leave = false)
    {
        string path = Path.Combine(folder, JudgeName);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException)
        {
            return null;
        }
        // The file may have been deleted between its opening and its locking, and then holds nobody off: it is known by a time that only it has.
        var mark = DateTime.UnixEpoch.AddSeconds(Random.Shared.Next(1, int.MaxValue));
        File.SetLastWriteTimeUtc(file.SafeFileHandle, mark);
        if (File.GetLastWriteTimeUtc(path) == mark)
            return new JudgeTurn(file, leave ? null : path);
        file.Dispose();
        return null;
    }

    // Deletes the file before it gives the lock up: whoever waits for the old file finds out that it is gone.
    private sealed class JudgeTurn(FileStream file, string? deleted) : IDisposable
    {
        public void Dispose()
        {
            if (deleted is not null)
                File.Delete(deleted);
            file.Dispose();
        }
    }

    private static RunBusyException Busy(string folder, LockOwner? owner) => new(
        owner is null ? $"The lock '{Path.Combine(folder, FileName)}' changes hands again and again; try again."
        : owner.Process == Environment.ProcessId && owner.Host == Environment.MachineName ? $"The run in '{folder}' is already being written by this process; wait for it."
        : owner.Host == Environment.MachineName ? $"The run in '{folder}' is being written by process {owner.Process} on this machine; wait for it or stop it."
        : $"The run in '{folder}' is being written by process {owner.Process} on {owner.Host}; wait for it. If that process is gone, its lock is free {owner.Lease:f0} s after its last sign of life.", owner);

    /// <summary>Writes the first byte again: nothing changes but the time, which is the file system's. After a takeover the file is another's, and the same byte harms nobody.</summary>
    private void Beat()
    {
        try
        {
            Touch(path, content);
        }
        catch (Exception missed) when (missed is IOException or UnauthorizedAccessException)
        {
            lastMissed = missed; // the next beat tries again; a lock that is lost is noticed by EnsureHeld
        }
    }

    private static void Touch(string path, string content)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        file.WriteByte((byte)content[0]); // closing it brings the time to a network file system's server; a lock need not survive a power cut
    }

    /// <summary>The file system's time now, from a file touched for that; the local clock where the folder cannot be written.</summary>
    internal static DateTime Probe(string folder)
    {
        string probe = Path.Combine(folder, $"{Prefix}probe.{Guid.NewGuid():N}.partial");
        try
        {
            File.WriteAllText(probe, "");
            return File.GetLastWriteTimeUtc(probe);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            return DateTime.UtcNow;
        }
        finally
        {
            if (File.Exists(probe))
                File.Delete(probe);
        }
    }

    // A file that went in the meantime was given back by somebody who lived.
    private static TimeSpan Silence(string path, DateTime now) =>
        File.GetLastWriteTimeUtc(path) is var last && last.Year > 1601 ? now - last : TimeSpan.Zero;

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
