// Which tokens are masked (Devlin et al. 2019, section 3.1; drawn anew for every step, Liu et al. 2019): a function of seed and step alone.
using System.Security.Cryptography;
using System.Text;
using MathNet.Numerics.Random;

namespace ModelBalancing.Training.Pretraining;

/// <summary>Rows with masks.</summary>
/// <param name="Ids">What the encoder reads, rows · length.</param>
/// <param name="Places">Places that a word is guessed at, row · length + column, ascending: the masked ones, and a row's start as often as it guesses.</param>
/// <param name="Targets">The tokens that stood there; at a start, words masked in its row.</param>
/// <param name="Length">Tokens of a row.</param>
public sealed record MaskedRows(long[] Ids, long[] Places, long[] Targets, int Length)
{
    /// <summary>Number of rows.</summary>
    public int Rows => Ids.Length / Length;

    /// <summary>Some of the rows.</summary>
    /// <param name="start">The first.</param>
    /// <param name="count">How many.</param>
    public MaskedRows Part(int start, int count)
    {
        int from = start * Length, to = (start + count) * Length;
        int first = Array.FindIndex(Places, place => place >= from), end = Array.FindIndex(Places, place => place >= to);
        (first, end) = (first < 0 ? Places.Length : first, end < 0 ? Places.Length : end);
        return new MaskedRows(Ids[from..to], [.. Places[first..end].Select(place => place - from)], Targets[first..end], Length);
    }
}

/// <summary>Draws masks.</summary>
public static class WordMasking
{
    /// <summary>Of the masked places: how many read the mask token, and how many a random word; the others read what stands there.</summary>
    public const double MaskToken = 0.8, RandomWord = 0.1;

    /// <summary>Masks rows.</summary>
    /// <param name="text">The text.</param>
    /// <param name="rows">Numbers of the rows.</param>
    /// <param name="share">Share of a row's words that are masked; at least one word a row.</param>
    /// <param name="vocabulary">Number of ids.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="step">The step.</param>
    /// <param name="startGuesses">How many of a row's masked words its start token guesses as well, drawn with replacement.</param>
    public static MaskedRows Draw(PackedText text, IReadOnlyList<int> rows, double share, int vocabulary, int seed, int step, int startGuesses = 0)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(rows);
        var random = new Xoshiro256StarStar(BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes($"masks\n{seed}\n{step}"))), threadSafe: false);
        var special = text.Special;
        int length = text.Length;
        long[] ids = new long[rows.Count * length];
        List<long> places = [], targets = [];
        for (int r = 0; r < rows.Count; r++)
        {
            var inner = text.Inner(rows[r]);
            int start = r * length;
            (ids[start], ids[start + length - 1]) = (special.Start, special.End);
            var words = new List<int>(length);
            for (int i = 0; i < inner.Length; i++)
            {
                ids[start + 1 + i] = inner[i];
                if (!special.Has(inner[i]))
                    words.Add(start + 1 + i);
            }
            if (words.Count == 0)
                continue;
            int count = Math.Max(1, (int)Math.Round(share * words.Count));
            for (int i = 0; i < count; i++)
            {
                int other = random.Next(i, words.Count);
                (words[i], words[other]) = (words[other], words[i]);
            }
            for (int i = 0; i < startGuesses; i++)
            {
                places.Add(start);
                targets.Add(ids[words[random.Next(count)]]);
            }
            foreach (int place in words.Take(count).Order())
            {
                places.Add(place);
                targets.Add(ids[place]);
                double fate = random.NextDouble();
                if (fate < MaskToken)
                    ids[place] = special.Mask;
                else if (fate < MaskToken + RandomWord)
                {
                    int word;
                    do
                        word = random.Next(vocabulary);
                    while (special.Has(word));
                    ids[place] = word;
                }
            }
        }
        return new MaskedRows(ids, [.. places], [.. targets], length);
    }
}
