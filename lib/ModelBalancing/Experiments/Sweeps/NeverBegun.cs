// Runs that failed before they had a folder: nothing but their sweeps' own record tells of them.
namespace ModelBalancing.Experiments.Sweeps;

/// <summary>A run that failed before it began, such as one whose data does not allow its spec.</summary>
/// <param name="Run">What was planned.</param>
/// <param name="Store">Root of the store that it would have been kept in.</param>
/// <param name="Sweep">The sweep's name.</param>
/// <param name="Error">Why, in one line.</param>
internal sealed record NeverBegun(PlannedRun Run, string Store, string Sweep, string Error)
{
    /// <summary>The folder that the run would have.</summary>
    public string Folder => Path.Combine(Store, Run.Folder);

    /// <summary>Such runs of all sweeps of a store, each once.</summary>
    /// <param name="root">The store's root.</param>
    public static IReadOnlyList<NeverBegun> Of(string root)
    {
        string below = Path.Combine(root, SweepFolder.Below);
        return !Directory.Exists(below) ? [] : [.. Directory.GetDirectories(below).Order(StringComparer.Ordinal).SelectMany(InSweep).DistinctBy(run => run.Folder)];
    }

    private static IEnumerable<NeverBegun> InSweep(string folder)
    {
        if (!File.Exists(Path.Combine(folder, SweepPlan.FileName)))
            return [];
        SweepPlan plan;
        SweepStatus status;
        try
        {
            (plan, status) = (SweepPlan.Read(folder), SweepStatus.Read(folder));
        }
        catch (RunException)
        {
            return []; // a plan of another version tells nothing; its runs are read all the same
        }
        return from run in plan.Runs
               join item in status.Items on run.Id equals item.Id
               where item.State == SweepRunState.Failed && !Directory.Exists(item.Folder)
               select new NeverBegun(run, plan.Store, plan.Name, (item.Error ?? "").Split('\n')[0]);
    }
}
