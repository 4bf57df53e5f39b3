// A sweep with the ids of its runs on this machine; written to the sweep's folder, so that status and Slurm tasks need not work it out again.
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelBalancing.Experiments.Sweeps;

/// <summary>A point whose run has been identified.</summary>
/// <param name="Id">The run's id.</param>
/// <param name="Folder">Name of the run's folder below the store's root.</param>
/// <param name="Labels">Axis → label.</param>
/// <param name="Spec">The spec with its kind's defaults.</param>
public sealed record PlannedRun(string Id, string Folder, IReadOnlyDictionary<string, string> Labels, RunSpec Spec)
{
    /// <summary>The point of the sweep.</summary>
    internal SweepPoint Point => new(Spec, Labels);
}

/// <summary>All points of a sweep with their runs' ids.</summary>
/// <param name="Name">The sweep's name.</param>
/// <param name="Title">What it is for.</param>
/// <param name="Threads">Threads of each run.</param>
/// <param name="Store">Root of the store.</param>
/// <param name="Points">The points in order.</param>
public sealed record SweepPlan(string Name, string Title, int Threads, string Store, IReadOnlyList<PlannedRun> Points)
{
    /// <summary>Name of the plan in a sweep's folder.</summary>
    public const string FileName = "plan.json";

    /// <summary>The distinct runs in order.</summary>
    internal IReadOnlyList<PlannedRun> Runs => [.. Points.DistinctBy(point => point.Id)];

    /// <summary>Checks every spec, fills in defaults and finds the ids; reads the data files.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="store">Where its runs are kept.</param>
    /// <exception cref="RunException">A spec or its data is wrong; the message says at which point.</exception>
    public static SweepPlan Of(Sweep sweep, RunStore store) => new(sweep.Name, sweep.Title, sweep.Threads, store.Root, [.. sweep.Points.Select(point =>
    {
        try
        {
            point.Spec.Check();
            var spec = RunKinds.Find(point.Spec.Kind).Complete(point.Spec);
            var identity = RunIdentity.Of(spec, sweep.Threads);
            return new PlannedRun(identity.Id, Path.GetFileName(store.FolderOf(spec, identity)), point.Labels, spec);
        }
        catch (RunException wrong) when (point.Labels.Count > 0)
        {
            throw new RunException($"At {point.Label}: {wrong.Message}", wrong);
        }
    })]);

    /// <summary>The sweep that the plan was made of.</summary>
    public Sweep ToSweep() => new(Name, [.. Points.Select(point => point.Point)]) { Title = Title, Threads = Threads };

    /// <summary>Reads the plan of a sweep's folder; needs neither data nor tensors.</summary>
    /// <param name="folder">The sweep's folder.</param>
    /// <exception cref="RunException">There is no plan, or it is not one.</exception>
    public static SweepPlan Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            var read = File.Exists(path) ? JsonSerializer.Deserialize<SweepPlan>(File.ReadAllText(path), RunSpec.Json) : null;
            if (read is null)
                throw new RunException($"'{folder}' holds no sweep ({FileName} is missing): start it first (./workbook sweep SWEEP.json), or give the sweep's own folder.");
            // A folder that was moved or is mounted elsewhere still finds its store: the store is the folder above "sweeps".
            string above = Path.GetFullPath(Path.Combine(folder, "..", ".."));
            return Directory.Exists(read.Store) || Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(folder))) != SweepFolder.Below ? read : read with { Store = above };
        }
        catch (JsonException wrong)
        {
            throw new RunException($"'{path}' is not a sweep's plan ({RunSpec.Plainly(wrong)}); start the sweep again.", wrong);
        }
    }

    /// <summary>Writes the plan into a sweep's folder.</summary>
    internal void Write(string folder) => JsonFile.Write(Path.Combine(folder, FileName), JsonSerializer.SerializeToNode(this, RunSpec.Json)!.AsObject());
}
