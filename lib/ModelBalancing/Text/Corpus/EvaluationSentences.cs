// Sentences that models are evaluated on must not stand in the text that they are pretrained on.
using System.Text;
using ModelBalancing.Text.Squad;
using ModelBalancing.Text.Tasks;

namespace ModelBalancing.Text.Corpus;

/// <summary>Finds sentences of evaluation sets in other text, whatever the spacing, case and punctuation.</summary>
public sealed class EvaluationSentences
{
    /// <summary>A sentence counts from so many words on; shorter ones are everybody's.</summary>
    public const int FewestWords = 8;

    private const int KeyLength = 20; // letters by which sentences are looked up

    private readonly Dictionary<string, List<string>> byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> setOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>>.AlternateLookup<ReadOnlySpan<char>> bySpan;

    /// <summary>Prepares the search for the sentences of one set.</summary>
    /// <param name="texts">Texts of the set; each is cut into sentences.</param>
    /// <param name="set">The set's name.</param>
    public EvaluationSentences(IEnumerable<string> texts, string set = "evaluation") : this([(set, texts)])
    {
    }

    /// <summary>Prepares the search.</summary>
    /// <param name="sets">Sets with their texts; a sentence of several sets belongs to the first.</param>
    public EvaluationSentences(IEnumerable<(string Name, IEnumerable<string> Texts)> sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        bySpan = byKey.GetAlternateLookup<ReadOnlySpan<char>>();
        var names = new List<string>();
        foreach (var (name, texts) in sets)
        {
            names.Add(name);
            foreach (string sentence in texts.SelectMany(Sentences.Of))
            {
                if (sentence.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Count(word => word.Any(char.IsLetterOrDigit)) < FewestWords)
                    continue;
                string letters = Letters(sentence).Letters;
                if (letters.Length < KeyLength || !setOf.TryAdd(letters, name))
                    continue;
                string key = letters[..KeyLength];
                if (!byKey.TryGetValue(key, out var same))
                    byKey[key] = same = [];
                same.Add(letters);
            }
        }
        foreach (var same in byKey.Values)
            same.Sort((a, b) => b.Length - a.Length); // the longest that fits is removed
        Sets = names;
    }

    /// <summary>Names of the sets.</summary>
    public IReadOnlyList<string> Sets { get; }

    /// <summary>Different sentences that are looked for.</summary>
    public int Count => setOf.Count;

    /// <summary>The sentences of every task whose files are on this machine: all splits of all of <see cref="TextTasks.All"/>, and files of SQuAD's form in a folder "squad".</summary>
    /// <param name="folders">Folders of data; null for the usual ones.</param>
    /// <exception cref="TextFileException">A file is damaged.</exception>
    public static EvaluationSentences Found(IReadOnlyList<string>? folders = null)
    {
        folders ??= TextData.Folders;
        var sets = new List<(string, IEnumerable<string>)>();
        foreach (var task in TextTasks.All)
            foreach (var split in task.Files.Select(file => file.Split).Distinct())
                if (task.Find(split, folders) is { } path)
                    sets.Add(($"{(task.Suite == "SuperGLUE" ? "SuperGLUE " : "")}{task.Title} {split.ToString().ToLowerInvariant()}",
                        task.ReadFile(split, path).SelectMany(example => example.Inputs).SelectMany(input => new[] { input.First, input.Second ?? "" })));
        foreach (string path in folders.Select(folder => Path.Combine(folder, "squad")).Where(Directory.Exists).SelectMany(folder => Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal)))
            sets.Add((Path.GetFileNameWithoutExtension(path), SquadFile.Read(path).SelectMany(question => new[] { question.Question, question.Context }).Distinct()));
        return new EvaluationSentences(sets);
    }

    /// <summary>The sentences that stand in a corpus: how many of each set, each place counted; sets without any are left out.</summary>
    /// <param name="file">The corpus's text file.</param>
    public IReadOnlyDictionary<string, int> In(string file)
    {
        var found = new SortedDictionary<string, int>(StringComparer.Ordinal);
        if (Count > 0)
            foreach (string paragraph in CorpusBuild.Documents(file).SelectMany(document => document))
                Without(paragraph, out _, sentence => found[setOf[sentence]] = found.GetValueOrDefault(setOf[sentence]) + 1);
        return found;
    }

    /// <summary>A text without the sentences.</summary>
    /// <param name="text">The text.</param>
    /// <param name="removed">How many were removed.</param>
    public string Without(string text, out int removed) => Without(text, out removed, null);

    private string Without(string text, out int removed, Action<string>? told)
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
                told?.Invoke(sentence);
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
}
