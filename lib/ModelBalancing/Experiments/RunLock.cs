// One writer a run: a lock file that names its owner, so that a dead owner's lock can be recovered.
using System.Diagnostics;
using System.Text.Json;

namespace ModelBalancing.Experiments;

/// <summary>Held while a process writes into a run's folder. The file tells process, host and the process's start.</summary>
public sealed class RunLock : IDisposable
{
    /// <summary>Name of the lock file in a run's folder.</summary>
    public const string FileName = "lock";

    private readonly string path;
    private readonly string content;

    private RunLock(string path, string content) => (this.path, this.content) = (path, content);

    /// <summary>Who holds a lock.</summary>
    /// <param name="Process">Process id.</param>
    /// <param name="Host">Machine name.</param>
    /// <param name="Started">The process's start, seconds since 1970: tells a reused process id apart.</param>
    /// <param name="Token">Different for every lock.</param>
    public sealed record Owner(int Process, string Host, double Started, string Token);

    /// <summary>Takes the lock; a lock whose process on this machine is gone is recovered.</summary>
    /// <param name="folder">The run's folder, which exists.</param>
    /// <exception cref="RunException">Another process, or this one, holds it.</exception>
    public static RunLock Take(string folder)
    {
        string path = Path.Combine(folder, FileName);
        using var self = Process.GetCurrentProcess();
        string content = JsonSerializer.Serialize(new Owner(self.Id, Environment.MachineName, StartOf(self), Guid.NewGuid().ToString("N")));
        string prepared = Path.Combine(folder, $".lock.{self.Id}.{Path.GetRandomFileName()}.partial");
        try
        {
            File.WriteAllText(prepared, content);
            for (int attempt = 0; attempt < 100; attempt++)
            {
                if (TryPlace(prepared, path))
                    return new RunLock(path, content);
                if (!RecoverStale(folder, path))
                    Thread.Sleep(20); // somebody else recovers or releases it just now
            }
            throw new RunException($"The lock '{path}' could not be taken; try again.");
        }
        finally
        {
            File.Delete(prepared);
        }
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose()
    {
        if (Read(path) == content)
            File.Delete(path);
    }

    private const int AlreadyExistsOnUnix = 17;      // EEXIST
    private const int AlreadyExistsOnWindows = 0xB7; // ERROR_ALREADY_EXISTS, low word of the HRESULT

    // Moving without overwriting makes the name and its content appear in one step, or fails.
    private static bool TryPlace(string prepared, string path)
    {
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

    /// <summary>Removes the lock of a dead process; only one process at a time may judge.</summary>
    private static bool RecoverStale(string folder, string path)
    {
        FileStream judge;
        try
        {
            judge = new FileStream(Path.Combine(folder, ".lock.judge"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return false; // another process judges
        }
        using (judge)
        {
            if (Read(path) is not { } text)
                return true;
            Owner? owner = null;
            try
            {
                owner = JsonSerializer.Deserialize<Owner>(text);
            }
            catch (JsonException)
            {
                // Not written by this library: nobody can be asked, so it does not hold.
            }
            if (owner is null || owner.Host == Environment.MachineName && !Lives(owner))
            {
                File.Delete(path);
                return true;
            }
            throw new RunException(owner.Host != Environment.MachineName
                ? $"The run in '{folder}' is being written by process {owner.Process} on {owner.Host}; wait for it, or delete '{path}' if that process is gone."
                : owner.Process == Environment.ProcessId
                    ? $"The run in '{folder}' is already being written by this process; wait for it."
                    : $"The run in '{folder}' is being written by process {owner.Process} on this machine; wait for it or stop it.");
        }
    }

    private static bool Lives(Owner owner)
    {
        try
        {
            using var process = Process.GetProcessById(owner.Process);
            return Math.Abs(StartOf(process) - owner.Started) < 2 && !process.HasExited;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static double StartOf(Process process) => (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;

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
