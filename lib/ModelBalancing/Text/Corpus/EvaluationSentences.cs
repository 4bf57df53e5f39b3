// Sentences that models are evaluated on must not stand in the text that they are pretrained on.
using System.Text;
using System.Text.RegularExpressions;
using ModelBalancing.Text.Tasks;

namespace ModelBalancing.Text.Corpus;

/// <summary>Finds sentences of evaluation sets in other text, whatever the spacing, case and punctuation.</summary>
public sealed partial class EvaluationSentences
{
    /// <summary>A sentence counts from so many words on; shorter ones are everybody's.</summary>
    public const int FewestWords = 8;

    private const int KeyLength = 20; // letters by which sentences are looked up
    private static readonly string[] checkedTasks = ["sst2", "cola", "rte", "mr", "mrpc", "stsb", "wnli", "qnli"];

    private readonly Dictionary<string, List<string>> byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>>.AlternateLookup<ReadOnlySpan<char>> bySpan;

    /// <summary>Prepares the search.</summary>
    /// <param name="texts">Texts of the evaluation sets; each is cut into sentences.</param>
    /// <param name="sets">Names of the sets, to be told.</param>
    public EvaluationSentences(IEnumerable<string> texts, IReadOnlyList<string>? sets = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        Sets = sets ?? [];
        bySpan = byKey.GetAlternateLookup<ReadOnlySpan<char>>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (string sentence in texts.SelectMany(text => SentenceEnd().Split(text)))
        {
            if (sentence.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Count(word => word.Any(char.IsLetterOrDigit)) < FewestWords)
                continue;
            string letters = Letters(sentence).Letters;
            if (letters.Length < KeyLength || !known.Add(letters))
                continue;
            string key = letters[..KeyLength];
            if (!byKey.TryGetValue(key, out var same))
                byKey[key] = same = [];
            same.Add(letters);
        }
        foreach (var same in byKey.Values)
            same.Sort((a, b) => b.Length - a.Length); // the longest that fits is removed
        Count = known.Count;
    }

    /// <summary>Names of the sets.</summary>
    public IReadOnlyList<string> Sets { get; }

    /// <summary>Different sentences that are looked for.</summary>
    public int Count { get; }

    /// <summary>The sentences of SST-2, CoLA, RTE, MR and the other sentence tasks whose files are on this machine.</summary>
    /// <param name="folders">Folders of data; null for the usual ones.</param>
    /// <exception cref="TextFileException">A file is damaged.</exception>
    public static EvaluationSentences Found(IReadOnlyList<string>? folders = null)
    {
        var (texts, sets) = (new List<string>(), new List<string>());
        foreach (var task in checkedTasks.Select(TextTasks.Named))
            foreach (var split in task.Files.Select(file => file.Split).Distinct())
                if (task.Find(split, folders) is { } path)
                {
                    sets.Add($"{task.Title} {split.ToString().ToLowerInvariant()}");
                    texts.AddRange(task.ReadFile(split, path).SelectMany(example => example.Inputs).SelectMany(input => new[] { input.First, input.Second ?? "" }));
                }
        return new EvaluationSentences(texts, sets);
    }

    /// <summary>A text without the sentences.</summary>
    /// <param name="text">The text.</param>
    /// <param name="removed">How many were removed.</param>
    public string Without(string text, out int removed)
    {
        ArgumentNullException.ThrowIfNull(text);
        removed = 0;
        if (Count == 0)
            return text;
        var (letters, places) = Letters(text);
        StringBuilder? kept = null;
        int copied = 0;
        for (int at = 0; at + KeyLength <= letters.Length; at++)
        {
            bool begins = places[at] == 0 || !char.IsLetterOrDigit(text[places[at] - 1]);
            if (!begins || !bySpan.TryGetValue(letters.AsSpan(at, KeyLength), out var candidates))
                continue;
            foreach (string sentence in candidates)
            {
                int last = at + sentence.Length - 1;
                if (last >= letters.Length || !letters.AsSpan(at, sentence.Length).SequenceEqual(sentence) || (places[last] + 1 < text.Length && char.IsLetterOrDigit(text[places[last] + 1])))
                    continue;
                (kept ??= new()).Append(text, copied, places[at] - copied);
                copied = places[last] + 1;
                while (copied < text.Length && (char.IsPunctuation(text[copied]) || text[copied] == ' '))
                    copied++;
                at = last;
                removed++;
                break;
            }
        }
        return kept is null ? text : kept.Append(text, copied, text.Length - copied).ToString().Trim();
    }

    // Letters and digits in lower case, and where each stands.
    private static (string Letters, int[] Places) Letters(string text)
    {
        var letters = new StringBuilder(text.Length);
        var places = new List<int>(text.Length);
        for (int i = 0; i < text.Length; i++)
            if (char.IsLetterOrDigit(text[i]))
            {
                letters.Append(char.ToLowerInvariant(text[i]));
                places.Add(i);
            }
        return (letters.ToString(), [.. places]);
    }

    [GeneratedRegex(@"(?<=[.!?][""')]*)\s+(?=[""'(]*[A-Z])")]
    private static partial Regex SentenceEnd();
}
