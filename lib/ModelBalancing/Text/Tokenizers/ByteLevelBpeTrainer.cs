// Training of a byte-level BPE vocabulary, equal to tokenizers.ByteLevelBPETokenizer.train (models/bpe/trainer.rs of the tokenizers library).
using System.Text.Json;
using ModelBalancing.Checkpoints;

namespace ModelBalancing.Text.Tokenizers;

/// <summary>How a vocabulary is trained; the defaults are the reference's.</summary>
public sealed record ByteLevelBpeTraining
{
    /// <summary>Tokens wanted, special tokens and the 256 bytes counted; 30,000.</summary>
    public int VocabularySize { get; init; } = 30_000;

    /// <summary>A pair is merged only if it comes so often; 2.</summary>
    public int MinimumFrequency { get; init; } = 2;

    /// <summary>Tokens that come first; none. RoBERTa's are &lt;s&gt;, &lt;pad&gt;, &lt;/s&gt;, &lt;unk&gt;, &lt;mask&gt;, and with them the tokenizer gets RoBERTa's template.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = [];
}

/// <summary>A trained vocabulary.</summary>
/// <param name="Tokens">Tokens in the order of their ids.</param>
/// <param name="Merges">Merges in the order of their ranks.</param>
public sealed record ByteLevelBpeVocabulary(IReadOnlyList<string> Tokens, IReadOnlyList<(string Left, string Right)> Merges)
{
    /// <summary>The tokenizer of this vocabulary.</summary>
    public Tokenizer ToTokenizer() => VocabularyFolder.ByteLevelBpe(Vocabulary.Of(Tokens.Select((token, id) => (token, (long)id)), "the trained vocabulary"), Merges, "the trained merges", "byte-level BPE (trained here)", addPrefixSpace: false);

    /// <summary>Writes vocab.json and merges.txt, which <see cref="Tokenizer.Load"/> and other libraries read.</summary>
    /// <param name="folder">Where; it is made if it does not exist.</param>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.Replace(Path.Combine(folder, "vocab.json"), stream =>
        {
            using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            writer.WriteStartObject();
            for (int id = 0; id < Tokens.Count; id++)
                writer.WriteNumber(Tokens[id], id);
            writer.WriteEndObject();
        });
        AtomicFile.Replace(Path.Combine(folder, "merges.txt"), stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine("#version: 0.2");
            foreach (var (left, right) in Merges)
                writer.WriteLine($"{left} {right}");
        });
    }
}

/// <summary>Trains byte-level BPE vocabularies.</summary>
public static class ByteLevelBpeTrainer
{
    /// <summary>Trains on a text file; a line keeps its end, as in the reference.</summary>
    /// <param name="file">UTF-8 text.</param>
    /// <param name="training">How.</param>
    /// <param name="cancellation">Stops between merges.</param>
    /// <exception cref="TokenizerException">There is no such file, or it is no UTF-8.</exception>
    public static ByteLevelBpeVocabulary TrainOnFile(string file, ByteLevelBpeTraining training, CancellationToken cancellation = default)
    {
        if (!File.Exists(file))
            throw new TokenizerException($"There is no text to train on at '{file}': give an existing file.");
        return Train(LinesWithEnds(file), training, cancellation);
    }

    /// <summary>Trains on texts.</summary>
    /// <param name="texts">Texts, each cut into words by itself; words do not go across texts.</param>
    /// <param name="training">How.</param>
    /// <param name="cancellation">Stops between merges.</param>
    /// <exception cref="TokenizerException">A text is no valid Unicode.</exception>
    public static ByteLevelBpeVocabulary Train(IEnumerable<string> texts, ByteLevelBpeTraining training, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(training);
        var (tokens, ids) = (new List<string>(), new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (string token in training.SpecialTokens)
            Add(token);
        foreach (char c in ByteLevel.Characters.ToArray().Order())
            Add(c.ToString());
        var (words, counts) = Words(texts, ids, cancellation);
        var pairCounts = new Dictionary<(int, int), long>();
        var fresh = new Dictionary<(int, int), List<int>>();
        for (int w = 0; w < words.Count; w++)
            for (int i = 0; i + 1 < words[w].Count; i++)
                Count((words[w][i], words[w][i + 1]), counts[w], w);
        // The most frequent pair first, of equal ones that with the lowest ids.
        var queue = new PriorityQueue<((int Left, int Right) Pair, long Count, List<int> Words), (long, int, int)>();
        Queue();
        var merges = new List<(string, string)>();
        while (tokens.Count < training.VocabularySize && queue.TryDequeue(out var top, out _))
        {
            cancellation.ThrowIfCancellationRequested();
            if (top.Count != pairCounts[top.Pair])
            {
                Enqueue(top.Pair, top.Words);
                continue;
            }
            if (top.Count < 1 || top.Count < training.MinimumFrequency)
                break;
            var (left, right) = top.Pair;
            int merged = Add(tokens[left] + tokens[right]);
            merges.Add((tokens[left], tokens[right]));
            foreach (int w in top.Words)
                Merge(w, left, right, merged);
            Queue();
        }
        return new(tokens, merges);

        int Add(string token)
        {
            if (ids.TryGetValue(token, out int known))
                return known;
            tokens.Add(token);
            return ids[token] = tokens.Count - 1;
        }

        void Count((int, int) pair, long change, int word)
        {
            pairCounts[pair] = pairCounts.GetValueOrDefault(pair) + change;
            if (change <= 0)
                return;
            if (!fresh.TryGetValue(pair, out var where))
                fresh[pair] = where = [];
            if (where.Count == 0 || where[^1] != word)
                where.Add(word);
        }

        void Queue()
        {
            foreach (var (pair, where) in fresh)
                if (pairCounts[pair] > 0)
                    Enqueue(pair, where);
            fresh.Clear();
        }

        void Enqueue((int Left, int Right) pair, List<int> where) => queue.Enqueue((pair, pairCounts[pair], where), (-pairCounts[pair], pair.Left, pair.Right));

        void Merge(int w, int left, int right, int merged)
        {
            var word = words[w];
            int kept = 0;
            for (int i = 0; i < word.Count;)
            {
                if (word[i] != left || i + 1 == word.Count || word[i + 1] != right)
                {
                    word[kept++] = word[i++];
                    continue;
                }
                i += 2;
                if (kept > 0)
                {
                    Count((word[kept - 1], left), -counts[w], w);
                    Count((word[kept - 1], merged), counts[w], w);
                }
                if (i < word.Count)
                {
                    Count((right, word[i]), -counts[w], w);
                    Count((merged, word[i]), counts[w], w);
                }
                word[kept++] = merged;
            }
            word.RemoveRange(kept, word.Count - kept);
        }
    }

    private static (List<List<int>> Words, List<long> Counts) Words(IEnumerable<string> texts, Dictionary<string, int> ids, CancellationToken cancellation)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var bySpan = seen.GetAlternateLookup<ReadOnlySpan<char>>();
        var (words, counts) = (new List<List<int>>(), new List<long>());
        var characterIds = ByteLevel.Characters.ToArray().Select(c => ids[c.ToString()]).ToArray();
        foreach (string text in texts)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int start = 0; start < text.Length;)
            {
                int end = ByteLevel.NextWord(text, start);
                var word = text.AsSpan(start, end - start);
                if (!bySpan.TryGetValue(word, out int index))
                {
                    index = words.Count;
                    seen[word.ToString()] = index;
                    words.Add([.. System.Text.Encoding.UTF8.GetBytes(word.ToString()).Select(b => characterIds[b])]);
                    counts.Add(0);
                }
                counts[index]++;
                start = end;
            }
        }
        return (words, counts);
    }

    private static IEnumerable<string> LinesWithEnds(string file)
    {
        using var reader = new StreamReader(file, new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false);
        var line = new System.Text.StringBuilder();
        var buffer = new char[1 << 15];
        int count;
        while ((count = Read()) > 0)
        {
            var rest = buffer.AsMemory(0, count);
            int end;
            while ((end = rest.Span.IndexOf('\n')) >= 0)
            {
                yield return line.Append(rest[..(end + 1)]).ToString();
                line.Clear();
                rest = rest[(end + 1)..];
            }
            line.Append(rest);
        }
        if (line.Length > 0)
            yield return line.ToString();

        int Read()
        {
            try
            {
                return reader.Read(buffer);
            }
            catch (System.Text.DecoderFallbackException broken)
            {
                throw new TokenizerException($"The text to train on, '{file}', is no UTF-8: convert it first (iconv -t UTF-8).", broken);
            }
        }
    }
}
