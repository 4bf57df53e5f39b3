// Settings of runs on questions whose answers stand in a text.
using ModelBalancing.Experiments;

namespace ModelBalancing.Training;

/// <summary>Settings of a run of kind "question-answering"; <see cref="RunSpec.Settings"/> holds them. Defaults are those of the released run_qa.py.</summary>
public sealed record QuestionSettings : FineTuningSettings
{
    /// <summary>With the released length of windows, 384.</summary>
    public QuestionSettings() => Longest = 384;

    /// <summary>Tokens of the text that a window shares with the one before.</summary>
    public int Stride { get; init; } = 128;

    /// <summary>Most tokens of a question; the rest is cut off. 0 for no limit, as released.</summary>
    public int LongestQuestion { get; init; } = 64;

    /// <summary>Starts, ends and answers that are looked at.</summary>
    public int Best { get; init; } = 20;

    /// <summary>Most tokens of an answer.</summary>
    public int LongestAnswer { get; init; } = 30;

    /// <summary>Reads the settings of a spec.</summary>
    /// <exception cref="RunException">A setting is unknown, of the wrong type or out of range.</exception>
    public static QuestionSettings Of(RunSpec spec) => Read<QuestionSettings>(spec, settings =>
    {
        foreach (var (name, value, least) in new[] { ("stride", settings.Stride, 0), ("longestQuestion", settings.LongestQuestion, 0), ("best", settings.Best, 1), ("longestAnswer", settings.LongestAnswer, 1) })
            if (value < least)
                throw new RunException($"The spec's settings.{name} must be at least {least}.");
    });
}
