// What can go from a folder of runs: saved states of finished runs, and what dead writers left half written.
using ModelBalancing.Figures;

namespace ModelBalancing.Experiments;

/// <summary>A file that was, or would be, deleted.</summary>
/// <param name="Run">The run's folder name; empty for the folder of runs itself.</param>
/// <param name="File">The file's name.</param>
/// <param name="Bytes">Its size.</param>
public sealed record GarbageFile(string Run, string File, long Bytes);

/// <summary>What a collection found.</summary>
/// <param name="Files">What was, or would be, deleted.</param>
/// <param name="Busy">Runs that were left alone because a living process writes them.</param>
/// <param name="DryRun">Whether everything is still there.</param>
public sealed record GarbageReport(IReadOnlyList<GarbageFile> Files, IReadOnlyList<string> Busy, bool DryRun)
{
    /// <summary>Bytes of the files.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);

    private int Runs => Files.Select(file => file.Run).Where(run => run.Length > 0).Distinct().Count();

    /// <summary>One sentence.</summary>
    public override string ToString() =>
        $"{Files.Count} file{(Files.Count == 1 ? "" : "s")} of {Runs} run{(Runs == 1 ? "" : "s")}, {Quantities.Bytes(Bytes)}, {(DryRun ? "would be deleted" : "deleted")}"
        + (Busy.Count == 0 ? "." : $"; {Busy.Count} running, left alone.");
}

/// <summary>Collects it.</summary>
internal static class RunGarbage
{
    /// <summary>Age after which a half-written file of the folder of runs itself has no writer any more.</summary>
    private static readonly TimeSpan abandoned = TimeSpan.FromMinutes(10);

    public static GarbageReport Collect(RunStore store, bool dryRun)
    {
        var files = new List<GarbageFile>();
        var busy = new List<string>();
        foreach (var run in store.Runs())
        {
            if (!HasGarbage(run.Folder))
                continue;
            // Under the run's lock nobody else writes there, nor starts to.
            using var held = RunLock.TryTake(run.Folder, out _);
            if (held is null)
            {
                busy.Add(run.Name);
                continue;
            }
            files.AddRange(RunLock.DeleteLeftovers(run.Folder, dryRun).Select(left => new GarbageFile(run.Name, left.Name, left.Bytes)));
            if (File.Exists(Path.Combine(run.Folder, RunFiles.Result)))
                foreach (string name in RunStateFile.Names)
                    Delete(run.Name, new FileInfo(Path.Combine(run.Folder, name)));
        }
        if (Directory.Exists(store.Root))
            foreach (var file in new DirectoryInfo(store.Root).EnumerateFiles(".*.partial").Where(file => DateTime.UtcNow - file.LastWriteTimeUtc > abandoned))
                Delete("", file);
        return new GarbageReport(files, busy, dryRun);

        void Delete(string run, FileInfo file)
        {
            if (!file.Exists)
                return;
            files.Add(new GarbageFile(run, file.Name, file.Length));
            if (!dryRun)
                file.Delete();
        }
    }

    private static bool HasGarbage(string folder) => Directory.EnumerateFiles(folder, ".*.partial").Any()
        || File.Exists(Path.Combine(folder, RunLock.FileName)) || File.Exists(Path.Combine(folder, RunLock.JudgeName))
        || File.Exists(Path.Combine(folder, RunFiles.Result)) && RunStateFile.Names.Any(name => File.Exists(Path.Combine(folder, name)));
}
