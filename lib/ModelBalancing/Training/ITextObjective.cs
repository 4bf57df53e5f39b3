// What a run on text trains for: its rows, how they are judged, what has to be beaten.
using System.Text.Json.Nodes;
using ModelBalancing.Experiments;
using ModelBalancing.Models;
using ModelBalancing.Text.Metrics;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>Rows beside the training ones.</summary>
internal enum TextPart
{
    /// <summary>They choose the epoch.</summary>
    Choosing,

    /// <summary>They are reported.</summary>
    Reported,

    /// <summary>MNLI's development rows of other genres, reported too.</summary>
    Mismatched,

    /// <summary>The development rows, where others are reported.</summary>
    Development,
}

/// <summary>Gives the logits of rows, a row at a time and in any order: its place and float64 logits, which live as long as the call.</summary>
/// <param name="rows">The rows.</param>
/// <param name="take">What is done with them.</param>
internal delegate void LogitReader(IReadOnlyList<EncodedExample> rows, Action<int, Tensor> take);

/// <summary>The part of a run on text that differs between kinds; <see cref="TextRun"/> has the rest.</summary>
internal interface ITextObjective
{
    /// <summary>What is trained for, as results name it.</summary>
    string Task { get; }

    /// <summary>How it is judged, in words.</summary>
    string Metric { get; }

    /// <summary>The head.</summary>
    EncoderHead Head { get; }

    /// <summary>Numbers that the head gives.</summary>
    int Outputs { get; }

    /// <summary>Whether the head's number is a score.</summary>
    bool IsRegression { get; }

    /// <summary>What an epoch passes over.</summary>
    IReadOnlyList<EncodedExample> Training { get; }

    /// <summary>Whether the epoch is chosen on the reported rows, as released.</summary>
    bool ChoosesOnReported { get; }

    /// <summary>Number of rows of a part; 0 where there is none.</summary>
    int Count(TextPart part);

    /// <summary>Judges a model on the rows of a part that exists.</summary>
    /// <param name="part">Which rows.</param>
    /// <param name="logits">The model.</param>
    TextJudgement Judge(TextPart part, LogitReader logits);

    /// <summary>What a model has to beat on the reported rows, by name.</summary>
    /// <param name="untrained">Makes the model as it was before training.</param>
    JsonObject Floors(Func<EncoderModel> untrained);

    /// <summary>Counts of the data for the result.</summary>
    IEnumerable<(string Name, int Count)> Counts();
}

/// <summary>Values on some rows.</summary>
/// <param name="Values">The metric's values.</param>
/// <param name="Errors">Every row's error.</param>
internal sealed record TextJudgement(MetricValues Values, double[] Errors)
{
    /// <summary>The value that counts.</summary>
    public double Score => ScoreOf(Values);

    /// <summary>As results have it.</summary>
    /// <param name="samples">With the errors, as "samples".</param>
    public JsonObject ToJson(bool samples = false)
    {
        var described = Described(Values);
        if (samples)
            described["samples"] = new JsonArray([.. Errors.Select(ResultNumbers.Finite)]);
        return described;
    }

    /// <summary>A metric's values as results have them, the one that counts first and as "score".</summary>
    public static JsonObject Described(MetricValues values) =>
        new([KeyValuePair.Create("score", (JsonNode?)JsonValue.Create(ScoreOf(values))), .. values.Values.Select(value => KeyValuePair.Create(value.Key, ResultNumbers.Finite(value.Value)))]);

    // The correlation of a constant has no value; it tells nothing, which is 0.
    private static double ScoreOf(MetricValues values) => double.IsFinite(values.Score) ? values.Score : 0;
}
