// One labelled text, pair of texts, or choice between texts.

namespace ModelBalancing.Text.Tasks;

/// <summary>What an encoder reads at once: a text or a pair.</summary>
/// <param name="First">The first or only text.</param>
/// <param name="Second">The second text of a pair.</param>
public sealed record TextInput(string First, string? Second = null);

/// <summary>One example of a task.</summary>
public sealed record TextExample
{
    /// <summary>Name within its file, for predictions and messages.</summary>
    public required string Id { get; init; }

    /// <summary>One input; for multiple choice one for each choice.</summary>
    public required IReadOnlyList<TextInput> Inputs { get; init; }

    /// <summary>Index of the class or of the right choice, 0 for a score that is known; <see cref="Unlabelled"/> where the file does not tell, as in test sets whose labels are withheld.</summary>
    public int Label { get; init; } = Unlabelled;

    /// <summary>The score of a regression task (STS-B: 0 to 5), else 0; NaN where the file does not tell.</summary>
    public double Score { get; init; }

    /// <summary>What belongs together: a split must not part examples of one group (MultiRC: the question).</summary>
    public string? Group { get; init; }

    /// <summary>Label of an example whose label is not known.</summary>
    public const int Unlabelled = -1;

    /// <summary>Whether the label or score is known.</summary>
    public bool IsLabelled => Label != Unlabelled;
}
