// The names of the files in a run's folder.
namespace ModelBalancing.Experiments;

/// <summary>What a run's folder holds beside <see cref="MetricLog.FileName"/>, <see cref="RunLock.FileName"/> and the saved state.</summary>
public static class RunFiles
{
    /// <summary>The spec, defaults filled in.</summary>
    public const string Spec = "spec.json";

    /// <summary>Engine, versions, threads, machine, commit.</summary>
    public const string Environment = "environment.json";

    /// <summary>Identity and result; written last, its presence means finished.</summary>
    public const string Result = "result.json";

    /// <summary>Wall-clock seconds and sessions.</summary>
    public const string Times = "times.json";

    /// <summary>The last error of a run that is not finished.</summary>
    public const string Failure = "failure.json";

    /// <summary>The selected weights.</summary>
    public const string Model = "model.safetensors";
}
