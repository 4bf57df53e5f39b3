// What a sweep keeps beside its runs: plan, logs, live status, what happened.
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ModelBalancing.Experiments.Sweeps;

/// <summary>Names inside a sweep's folder: plan.json, status.html, logs/ID.log, coordinators/NAME/ (lock, live.json, events.jsonl), slurm/.</summary>
public static class SweepFolder
{
    internal const string Below = "sweeps", Local = "local", PageName = "status.html", LiveName = "live.json", EventsName = "events.jsonl";

    /// <summary>The usual folder of a sweep: sweeps/NAME below the store's root.</summary>
    /// <param name="store">The store of its runs.</param>
    /// <param name="name">The sweep's name.</param>
    public static string Of(RunStore store, string name)
    {
        ArgumentNullException.ThrowIfNull(store);
        return Path.Combine(store.Root, Below, name);
    }

    /// <summary>The log of a run: errors and whatever its workers wrote to standard error. It exists only if there was something to write.</summary>
    /// <param name="folder">The sweep's folder.</param>
    /// <param name="id">The run's id.</param>
    public static string LogOf(string folder, string id) => Path.Combine(folder, "logs", id + ".log");

    internal static string CoordinatorsOf(string folder) => Path.Combine(folder, "coordinators");

    /// <summary>Removes what killed processes left half-written in a folder that only the caller writes.</summary>
    internal static void RemovePartials(string folder)
    {
        if (Directory.Exists(folder))
            foreach (string partial in Directory.EnumerateFiles(folder, ".*.partial"))
                File.Delete(partial);
    }
}

/// <summary>What one coordinator writes into a sweep's folder while it is at work. The coordinator's lock is held.</summary>
internal sealed class SweepJournal : IDisposable
{
    private readonly string folder, own;
    private readonly RunLock held;
    private readonly FileStream events;
    private readonly Lock gate = new();

    private SweepJournal(string folder, string own, RunLock held, FileStream events) => (this.folder, this.own, this.held, this.events) = (folder, own, held, events);

    /// <summary>Takes the coordinator's place in a sweep's folder, which is made.</summary>
    /// <exception cref="RunException">Another process coordinates the sweep under this name.</exception>
    public static SweepJournal Open(string folder, string coordinator)
    {
        string own = Path.Combine(SweepFolder.CoordinatorsOf(folder), coordinator);
        Directory.CreateDirectory(own);
        Directory.CreateDirectory(Path.Combine(folder, "logs"));
        RunLock held;
        try
        {
            held = RunLock.Take(own);
        }
        catch (RunBusyException taken)
        {
            throw new RunBusyException($"The sweep in '{folder}' is already going on, in process {taken.Owner?.Process} on {taken.Owner?.Host}: wait for it, or stop it first.", taken.Owner);
        }
        SweepFolder.RemovePartials(own);
        if (coordinator == SweepFolder.Local)
            SweepFolder.RemovePartials(folder);
        return new SweepJournal(folder, own, held, OpenEvents(Path.Combine(own, SweepFolder.EventsName)));
    }

    /// <summary>Opens the events for appending; a line that a kill tore is ended.</summary>
    private static FileStream OpenEvents(string path)
    {
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        if (stream.Length > 0)
        {
            stream.Seek(-1, SeekOrigin.End);
            if (stream.ReadByte() != '\n')
                stream.WriteByte((byte)'\n');
        }
        return stream;
    }

    /// <summary>Notes what happened to a run.</summary>
    public void Note(string id, string what, string? message = null)
    {
        var line = new JsonObject { ["at"] = DateTimeOffset.UtcNow.ToString("o", CultureInfo.InvariantCulture), ["id"] = id, ["event"] = what, ["message"] = message };
        lock (gate)
        {
            events.Write(Encoding.UTF8.GetBytes(line.ToJsonString() + "\n"));
            events.Flush();
        }
    }

    /// <summary>Renews the live status, and the page where this coordinator is the one of the whole sweep.</summary>
    public void Show(SweepStatus status, bool page)
    {
        JsonFile.Write(Path.Combine(own, SweepFolder.LiveName), new JsonObject
        {
            ["at"] = DateTimeOffset.UtcNow.ToString("o", CultureInfo.InvariantCulture),
            ["process"] = Environment.ProcessId,
            ["host"] = Environment.MachineName,
            ["leftSeconds"] = status.Left?.TotalSeconds,
            ["running"] = new JsonArray([.. status.Items.Where(item => item.State == SweepRunState.Running).Select(item => new JsonObject { ["id"] = item.Id, ["step"] = item.Step, ["steps"] = item.Steps })]),
        });
        if (page)
            SweepPage.Write(folder, status);
    }

    /// <summary>Ends the live status and gives the place back.</summary>
    public void Dispose()
    {
        events.Dispose();
        File.Delete(Path.Combine(own, SweepFolder.LiveName));
        held.Dispose();
    }
}

/// <summary>The log of one run: appended over all its attempts, with the last lines at hand.</summary>
/// <param name="path">The file, made at the first line; null keeps the last lines only.</param>
internal sealed class SweepLog(string? path)
{
    private const int Kept = 16;

    private readonly Queue<string> last = [];
    private readonly Lock gate = new();

    /// <summary>Adds one line, or several.</summary>
    public void Write(string text)
    {
        lock (gate)
        {
            foreach (string line in text.ReplaceLineEndings("\n").Split('\n'))
            {
                last.Enqueue(line);
                if (last.Count > Kept)
                    last.Dequeue();
            }
            try
            {
                if (path is not null)
                    File.AppendAllText(path, $"{DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} {text}\n");
            }
            catch (IOException unwritten)
            {
                last.Enqueue($"(not in the log: {unwritten.Message})"); // a full disk is told by whoever writes the runs
            }
        }
    }

    /// <summary>The last lines, and where the others are; "" if there is none.</summary>
    public string End
    {
        get
        {
            lock (gate)
                return last.Count == 0 ? "" : string.Join("\n", last.Select(line => "    " + line)) + (path is null ? "" : $"\n    ({path})");
        }
    }
}
