// The index over a folder of runs: makes a table over thousands of runs in a moment. It can be thrown away at any time; the runs' files are the truth.
using System.Collections.Concurrent;
using System.IO.Enumeration;
using ModelBalancing.Checkpoints;

namespace ModelBalancing.Experiments;

/// <summary>Keeps what the runs' files hold in one file, and reads anew what has changed.</summary>
/// <remarks>
/// Nobody writes into the file: who finds changes makes a new one beside it and renames it, so readers and writers of several processes and hosts need no locks, which
/// network file systems do not keep reliably. Two that find changes at the same time may lose one's update; the next reader finds the change again.
/// A run counts as changed when its folder's time has: every file of a run is replaced by renaming, which dates the folder.
/// </remarks>
internal sealed class RunIndex
{
    /// <summary>Name of the index file in the folder of runs.</summary>
    public const string FileName = ".index.sqlite";

    private const int ChunkOfRuns = 2000;

    /// <summary>A folder changed a moment ago may change again without a new time: it is read once more the next time.</summary>
    private static readonly TimeSpan fineClock = TimeSpan.FromMilliseconds(100), coarseClock = TimeSpan.FromSeconds(2.5);

    private static readonly ConcurrentDictionary<string, RunIndex> indexes = new();

    private readonly string root;
    private readonly Lock gate = new();
    private RunIndexContent? content;

    /// <summary>An index that has read nothing yet.</summary>
    internal RunIndex(string root) => this.root = root;

    private string FilePath => Path.Combine(root, FileName);

    /// <summary>The index of a folder; one a process, which keeps what it has read.</summary>
    public static RunIndex Of(string root) => indexes.GetOrAdd(root, folder => new RunIndex(folder));

    /// <summary>The table of now.</summary>
    public RunTable Table()
    {
        lock (gate)
        {
            string? notice = null;
            try
            {
                content ??= RunIndexContent.Load(root, FilePath);
            }
            catch (InvalidDataException damaged)
            {
                notice = $"The index '{FilePath}' was damaged ({damaged.Message.TrimEnd('.')}) and has been made anew from the runs' files; nothing is lost.";
            }
            return Refreshed(content ?? RunIndexContent.Empty(root), notice);
        }
    }

    /// <summary>The table after everything was read anew.</summary>
    public RunTable Rebuilt()
    {
        lock (gate)
            return Refreshed(RunIndexContent.Empty(root), null);
    }

    private RunTable Refreshed(RunIndexContent current, string? notice)
    {
        var found = Folders();
        var stale = found.Where(folder => !current.Runs.TryGetValue(folder.Key, out var known) || known.Written != folder.Value).ToList();
        var gone = current.Runs.Keys.Where(name => !found.ContainsKey(name)).ToList();
        bool worthKeeping = gone.Count > 0;
        if (gone.Count > 0)
            current = current.With(gone.Select(name => new RunChange(name, 0, null)));
        var now = stale.Count > 0 ? RunLock.Probe(root) : default;
        foreach (var chunk in stale.Chunk(ChunkOfRuns))
        {
            var members = new RunMembers?[chunk.Length];
            Parallel.For(0, chunk.Length, i => members[i] = RunMembers.Read(Path.Combine(root, chunk[i].Key)));
            var changes = chunk.Select((folder, i) => new RunChange(folder.Key, Settled(folder.Value, now) ? folder.Value : 0, members[i]))
                .Where(change => change.Members is not null || current.Runs.ContainsKey(change.Name)).ToList();
            if (changes.Count == 0)
                continue; // folders that are no runs
            // The progress of running ones alone is not worth a file: the next process reads it from theirs.
            worthKeeping |= changes.Any(change => change.Members is null || change.Members.Phase != RunPhase.Unfinished || !current.Runs.ContainsKey(change.Name));
            current = current.With(changes);
        }
        content = current;
        if (worthKeeping)
            notice = Save(current, notice);
        return new RunTable(current, current.Runs.Where(run => run.Value.Phase != RunPhase.Finished)
            .ToDictionary(run => run.Key, run => new StoredRun(Path.Combine(root, run.Key)).Phase()), notice);
    }

    private string? Save(RunIndexContent changed, string? notice)
    {
        try
        {
            changed.Save(FilePath);
            return notice;
        }
        catch (CheckpointException unwritable)
        {
            return $"The index is not kept: {unwritable.Message} The table is complete, the next one takes longer.";
        }
    }

    /// <summary>Folders below the root that could be runs, with the ticks of their last change.</summary>
    private Dictionary<string, long> Folders() => !Directory.Exists(root) ? []
        : new FileSystemEnumerable<(string Name, long Written)>(root, (ref FileSystemEntry entry) => (entry.FileName.ToString(), entry.LastWriteTimeUtc.UtcTicks))
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.IsDirectory && !entry.FileName.StartsWith('.'),
        }.ToDictionary(folder => folder.Name, folder => folder.Written);

    private static bool Settled(long written, DateTime now)
    {
        var clock = written % TimeSpan.TicksPerSecond == 0 ? coarseClock : fineClock;
        return now.Ticks - written > clock.Ticks;
    }
}
