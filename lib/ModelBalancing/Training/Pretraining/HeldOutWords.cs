// Held-out text as a test of an encoder: the same rows and the same masks for every model, and what guessing without reading costs.
using ModelBalancing.Models;

namespace ModelBalancing.Training.Pretraining;

/// <summary>Guesses of masked words of held-out text.</summary>
/// <param name="Loss">Mean cross entropy in nats.</param>
/// <param name="Accuracy">Share of the words that the likeliest guess is right for.</param>
/// <param name="Words">Number of masked words.</param>
public readonly record struct WordGuesses(double Loss, double Accuracy, int Words);

/// <summary>Masked words of held-out rows.</summary>
/// <remarks>Rows are spread over the whole held-out text, in parts whose masks depend on the part's number alone.</remarks>
public sealed class HeldOutWords
{
    private const int Seed = 11; // masks are the same for every run

    private readonly PackedText training, heldOut;
    private readonly MaskedLanguageSettings settings;

    /// <summary>Prepares the words.</summary>
    /// <param name="training">The text whose word frequencies are the floor.</param>
    /// <param name="heldOut">The text that was not trained on.</param>
    /// <param name="settings">Share of masked words, rows computed at once, number of rows in the end.</param>
    public HeldOutWords(PackedText training, PackedText heldOut, MaskedLanguageSettings settings)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(heldOut);
        ArgumentNullException.ThrowIfNull(settings);
        (this.training, this.heldOut, this.settings) = (training, heldOut, settings);
    }

    /// <summary>Number of held-out rows.</summary>
    public int Rows => heldOut.Rows;

    /// <summary>The floor of chance: every token of the vocabulary alike.</summary>
    public WordGuesses Uniform => new(Math.Log(settings.Encoder.Vocabulary), 1.0 / settings.Encoder.Vocabulary, Targets().Count);

    /// <summary>The floor of word frequencies: the training text's, with one added to every count; its guess is always the most frequent token.</summary>
    public WordGuesses Frequencies
    {
        get
        {
            double[] frequencies = training.Frequencies(settings.Encoder.Vocabulary);
            var targets = Targets();
            long most = Enumerable.Range(0, frequencies.Length).Where(id => !training.Special.Has(id)).MaxBy(id => frequencies[id]);
            return new(targets.Average(target => -Math.Log(frequencies[target])), targets.Average(target => target == most ? 1.0 : 0), targets.Count);
        }
    }

    /// <summary>Judges a model.</summary>
    /// <param name="lanes">The model.</param>
    /// <param name="most">Most rows.</param>
    public WordGuesses Judge(GradientLanes lanes, int most)
    {
        ArgumentNullException.ThrowIfNull(lanes);
        double sum = 0;
        long right = 0;
        int words = 0;
        foreach (var part in Parts(most))
        {
            var judged = lanes.Judge(part);
            (sum, right, words) = (sum + judged.Loss, right + judged.Right, words + part.Places.Length);
        }
        return new(sum / words, (double)right / words, words);
    }

    /// <summary>Judges a model that is not in training, on the rows of the end.</summary>
    /// <param name="model">A model with the head of masked words.</param>
    public WordGuesses Judge(EncoderModel model)
    {
        using var lanes = new GradientLanes(model, 1);
        return Judge(lanes, settings.TestRows);
    }

    private List<long> Targets() => [.. Parts(settings.TestRows).SelectMany(part => part.Targets)];

    private IEnumerable<MaskedRows> Parts(int most)
    {
        int count = Math.Min(most, heldOut.Rows);
        int[] rows = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * heldOut.Rows / count))];
        return rows.Chunk(settings.RowsOfPart).Select((part, number) => WordMasking.Draw(heldOut, part, settings.MaskedShare, settings.Encoder.Vocabulary, Seed, number));
    }
}
