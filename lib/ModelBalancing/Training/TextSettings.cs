// Settings of runs on a task of classes, scores or choices.
using ModelBalancing.Experiments;
using ModelBalancing.Text.Tasks;

namespace ModelBalancing.Training;

/// <summary>Settings of a run of kind "text-classification"; <see cref="RunSpec.Settings"/> holds them.</summary>
public sealed record TextSettings : FineTuningSettings
{
    /// <summary>Name of the task (<see cref="TextTasks"/>), such as "qnli".</summary>
    public string Task { get; init; } = "";

    /// <summary>Reads the settings of a spec.</summary>
    /// <exception cref="RunException">A setting is unknown, of the wrong type or out of range.</exception>
    public static TextSettings Of(RunSpec spec) => Read<TextSettings>(spec, settings => TextTasks.Named(settings.Task));
}
