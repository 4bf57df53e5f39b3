// Rows of tokens as a batch: padded to the longest row of the batch, or to the most that is read.
using System.Text.Json.Serialization;
using ModelBalancing.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>How far rows of a batch are padded. With dropout 0 both give the same training; with dropout they draw other numbers, so the mode is part of a spec.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PaddingMode>))]
public enum PaddingMode
{
    /// <summary>To the batch's longest row.</summary>
    Longest,

    /// <summary>To the most that is read, as the released runs do.</summary>
    Maximum,
}

/// <summary>Tokens of one text or pair.</summary>
/// <param name="Ids">Token ids with the special ones.</param>
/// <param name="Types">Token types; null for 0.</param>
public sealed record EncodedText(int[] Ids, int[]? Types = null);

/// <summary>One example as tokens.</summary>
/// <param name="Inputs">One, or one for each choice.</param>
/// <param name="Label">Class, right choice, or the answer's first token.</param>
/// <param name="Score">Score of a regression.</param>
public sealed record EncodedExample(IReadOnlyList<EncodedText> Inputs, int Label, double Score)
{
    /// <summary>The answer's last token, where one is looked for in the text.</summary>
    public int? End { get; init; }

    /// <summary>Tokens of the longest input.</summary>
    public int Length => Inputs.Max(input => input.Ids.Length);
}

/// <summary>A batch on its way to a model; disposing it lets its tensors go.</summary>
public sealed class TextBatch : IDisposable
{
    private TextBatch(EncoderInput input, Tensor labels, Tensor scores, Tensor? ends, int rows) => (Input, Labels, Scores, Ends, Rows) = (input, labels, scores, ends, rows);

    /// <summary>Ids, mask (null where nothing is padding) and types: (rows, length), with several inputs an example (rows, inputs, length).</summary>
    public EncoderInput Input { get; }

    /// <summary>int64, shape (rows): classes, right choices, or the answers' first tokens.</summary>
    public Tensor Labels { get; }

    /// <summary>float32, shape (rows).</summary>
    public Tensor Scores { get; }

    /// <summary>int64, shape (rows): the answers' last tokens; null where no answer is looked for.</summary>
    public Tensor? Ends { get; }

    /// <summary>Number of examples.</summary>
    public int Rows { get; }

    /// <summary>Makes a batch.</summary>
    /// <param name="examples">At least one; the order is kept.</param>
    /// <param name="padding">Id of the padding token.</param>
    /// <param name="length">Tokens of every row; null for the longest of the batch.</param>
    /// <exception cref="ArgumentException">There is no example, numbers of inputs differ, or a row is longer than the length.</exception>
    public static TextBatch Of(IReadOnlyList<EncodedExample> examples, int padding, int? length = null)
    {
        ArgumentNullException.ThrowIfNull(examples);
        if (examples.Count == 0 || examples.Any(example => example.Inputs.Count != examples[0].Inputs.Count || example.Inputs.Count == 0))
            throw new ArgumentException($"examples: {examples.Count}; expected at least one, each with as many inputs.", nameof(examples));
        int longest = examples.Max(example => example.Length), columns = length ?? longest, inputs = examples[0].Inputs.Count;
        if (longest > columns)
            throw new ArgumentException($"examples: a row has {longest} tokens, more than the length {columns}.", nameof(length));
        var rows = examples.SelectMany(example => example.Inputs).ToList();
        var (ids, mask, types) = (new long[rows.Count * columns], new long[rows.Count * columns], new long[rows.Count * columns]);
        Array.Fill(ids, padding);
        for (int row = 0; row < rows.Count; row++)
            for (int column = 0; column < rows[row].Ids.Length; column++)
            {
                int place = row * columns + column;
                (ids[place], mask[place], types[place]) = (rows[row].Ids[column], 1, rows[row].Types?[column] ?? 0);
            }
        using var scope = NewDisposeScope();
        long[] shape = inputs == 1 ? [examples.Count, columns] : [examples.Count, inputs, columns];
        Tensor Placed(Tensor values) => values.to(Engine.Device).DetachFromDisposeScope();
        return new TextBatch(
            new EncoderInput(Placed(tensor(ids, shape)), mask.Contains(0) ? Placed(tensor(mask, shape)) : null, rows.Exists(row => row.Types is not null) ? Placed(tensor(types, shape)) : null),
            Placed(tensor(examples.Select(example => (long)example.Label).ToArray())), Placed(tensor(examples.Select(example => (float)example.Score).ToArray())),
            examples.All(example => example.End is not null) ? Placed(tensor(examples.Select(example => (long)example.End!.Value).ToArray())) : null, examples.Count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in new[] { Input.Ids, Input.Mask, Input.Types, Labels, Scores, Ends })
            part?.Dispose();
    }
}
