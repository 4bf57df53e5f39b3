// Text as rows of equal length without padding: documents one after the other, parted by an end token, cut every so many tokens.
using ModelBalancing.Experiments;
using ModelBalancing.Text.Corpus;
using ModelBalancing.Text.Tokenizers;

namespace ModelBalancing.Training.Pretraining;

/// <summary>Rows of token ids; every row begins with the start token and ends with the end token.</summary>
public sealed class PackedText
{
    /// <summary>One document in so many is held out: its rows are never trained on.</summary>
    public const int HeldOutEvery = 100;

    private readonly int[] ids; // rows without their two outer tokens

    private PackedText(int[] ids, int length, SpecialIds special) => (this.ids, Length, Special) = (ids, length, special);

    /// <summary>Tokens of a row.</summary>
    public int Length { get; }

    /// <summary>Ids that are no words.</summary>
    public SpecialIds Special { get; }

    /// <summary>Number of rows.</summary>
    public int Rows => ids.Length / (Length - 2);

    /// <summary>A row's tokens without the outer two.</summary>
    public ReadOnlySpan<int> Inner(int row) => ids.AsSpan(row * (Length - 2), Length - 2);

    /// <summary>The same tokens in shorter rows: row r becomes the rows r·n to r·n + n - 1.</summary>
    /// <param name="length">Tokens of a shorter row; its inner tokens divide this one's.</param>
    public PackedText Cut(int length)
    {
        if (length < 3 || (Length - 2) % (length - 2) != 0)
            throw new ArgumentException($"length: expected one whose inner tokens divide {Length - 2}, got {length}.", nameof(length));
        return new PackedText(ids, length, Special);
    }

    /// <summary>How often every id occurs.</summary>
    /// <param name="vocabulary">Number of ids.</param>
    public long[] Counts(int vocabulary)
    {
        var counts = new long[vocabulary];
        foreach (int id in ids)
            counts[id]++;
        return counts;
    }

    /// <summary>Share of every id, with one added to every count so that none is 0.</summary>
    /// <param name="vocabulary">Number of ids.</param>
    public double[] Frequencies(int vocabulary)
    {
        long[] counts = Counts(vocabulary);
        double all = counts.Sum() + counts.Length;
        return [.. counts.Select(count => (count + 1) / all)];
    }

    /// <summary>Packs documents; a rest that fills no row is left out.</summary>
    /// <param name="documents">The documents' ids.</param>
    /// <param name="length">Tokens of a row, at least 3.</param>
    /// <param name="special">Ids that are no words.</param>
    public static PackedText Of(IEnumerable<IReadOnlyList<int>> documents, int length, SpecialIds special)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 3);
        var ids = new List<int>();
        foreach (var document in documents)
        {
            ids.AddRange(document);
            ids.Add(special.End);
        }
        return new PackedText([.. ids.Take(ids.Count / (length - 2) * (length - 2))], length, special);
    }

    /// <summary>Reads a corpus.</summary>
    /// <param name="file">Text with one paragraph a line and a blank line between documents.</param>
    /// <param name="tokenizer">Its vocabulary.</param>
    /// <param name="length">Tokens of a row.</param>
    /// <returns>The rows to train on, and those of every hundredth document.</returns>
    /// <exception cref="RunException">The vocabulary lacks a special token.</exception>
    public static (PackedText Training, PackedText HeldOut) Read(string file, Tokenizer tokenizer, int length)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var special = SpecialIds.Of(tokenizer);
        List<IReadOnlyList<int>> training = [], heldOut = [];
        int number = 0;
        foreach (var document in CorpusBuild.Documents(file))
        {
            var ids = new List<int>();
            tokenizer.AppendIds(string.Join(' ', document), ids);
            (++number % HeldOutEvery == 0 ? heldOut : training).Add(ids);
        }
        return (Of(training, length, special), Of(heldOut, length, special));
    }
}

/// <summary>Ids of RoBERTa's special tokens.</summary>
/// <param name="Start">&lt;s&gt;.</param>
/// <param name="Padding">&lt;pad&gt;.</param>
/// <param name="End">&lt;/s&gt;.</param>
/// <param name="Unknown">&lt;unk&gt;.</param>
/// <param name="Mask">&lt;mask&gt;.</param>
public readonly record struct SpecialIds(int Start, int Padding, int End, int Unknown, int Mask)
{
    /// <summary>Whether an id is one of them.</summary>
    public bool Has(int id) => id == Start || id == Padding || id == End || id == Unknown || id == Mask;

    /// <summary>Those of a vocabulary.</summary>
    /// <exception cref="RunException">It lacks one.</exception>
    public static SpecialIds Of(Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        int Id(string token) => tokenizer.IdOf(token) ?? throw new RunException($"The vocabulary has no token '{token}'; take one with RoBERTa's special tokens, such as './workbook data corpus' makes.");
        return new(Id("<s>"), Id("<pad>"), Id("</s>"), Id("<unk>"), Id("<mask>"));
    }
}
