// Pretraining of an encoder: guess masked words of packed text.
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelBalancing.Balancing;
using ModelBalancing.Experiments;
using ModelBalancing.Models;
using ModelBalancing.Text.Tokenizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelBalancing.Training.Pretraining;

/// <summary>An encoder in pretraining.</summary>
/// <remarks>Masks are a function of seed and step, sums of gradients have a fixed order: a resumed run goes on bit for bit.</remarks>
public sealed class MaskedLanguageRun : ITrainingRun
{
    private readonly RunSpec spec;
    private readonly MaskedLanguageSettings settings;
    private readonly PackedText training;
    private readonly HeldOutWords heldOut;
    private readonly PackedText? pieces; // the training rows, cut short
    private readonly int shortSteps;
    private readonly int[] chosen; // the training rows of this run
    private readonly EncoderModel model;
    private readonly GradientLanes lanes;
    private readonly DecoupledAdam optimizer;
    private readonly EpochPlan plan;

    private double lossSum;
    private int lossSteps;
    private JsonArray curve = [];
    private bool diverged;

    internal MaskedLanguageRun(RunSpec spec, MaskedLanguageSettings settings)
    {
        (this.spec, this.settings) = (spec, settings);
        Tokenizer tokenizer;
        try
        {
            tokenizer = Tokenizer.Load(DataFiles.Resolve(spec.Data[MaskedLanguageRunKind.Vocabulary]));
        }
        catch (TokenizerException wrong)
        {
            throw new RunException(wrong.Message, wrong);
        }
        var encoder = settings.Encoder;
        if (tokenizer.VocabularySize > encoder.Vocabulary)
            throw new RunException($"The vocabulary has {tokenizer.VocabularySize} tokens, settings.encoder.vocabulary {encoder.Vocabulary}: make them fit.");
        if (tokenizer.IdOf("<pad>") != encoder.Padding)
            throw new RunException($"The vocabulary's <pad> is {tokenizer.IdOf("<pad>")}, settings.encoder.padding {encoder.Padding}: make them fit.");
        string corpus = DataFiles.Resolve(spec.Data[MaskedLanguageRunKind.Corpus]);
        (training, var rest) = PackedText.Read(corpus, tokenizer, settings.Length);
        heldOut = new HeldOutWords(training, rest, settings);
        if (spec.Rows > training.Rows)
            throw new RunException($"The spec asks for {spec.Rows} rows, '{corpus}' gives {training.Rows} of {settings.Length} tokens: lower rows.");
        if (heldOut.Rows == 0)
            throw new RunException($"'{corpus}' has no held-out row: every {PackedText.HeldOutEvery}th document is held out, and those must fill a row of {settings.Length} tokens; take more text.");
        chosen = [.. DataOrder.Epoch(spec.Seeds.Subset, 0, training.Rows).Take(spec.Rows)];
        model = new EncoderModel(encoder, EncoderHead.MaskedWords, seed: spec.Seeds.Weights);
        model.Encoder.Precision = settings.Precision;
        if (settings.StartAtFrequencies)
            using (no_grad())
            using (NewDisposeScope())
                model.get_parameter("lm_head.bias")!.copy_(tensor(training.Frequencies(settings.Encoder.Vocabulary).Select(frequency => (float)Math.Log(frequency)).ToArray()));
        lanes = new GradientLanes(model, settings.Lanes);
        optimizer = new DecoupledAdam(model.named_parameters().Select(parameter => new BalancedGroup(parameter.name, [(parameter.name, parameter.parameter)])), spec.LearningRate, spec.WeightDecay, beta2: settings.Beta2, epsilon: settings.Epsilon);
        // Weight decay is for matrices, not for biases and norms.
        foreach (var (group, parameter) in optimizer.ParamGroups.Zip(model.parameters()))
            if (parameter.dim() < 2)
                ((AdamW.Options)((ParamGroup)group).Options).weight_decay = 0;
        plan = new EpochPlan(spec);
        if (settings.ShortShare > 0)
            (pieces, shortSteps) = (training.Cut(settings.ShortLength), (int)Math.Round(settings.ShortShare * Steps));
    }

    // About the length that rows of a trained table have, so that what they say outweighs the positions' random vectors.
    private const double VectorLength = 0.8;

    private void StartWords()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var table = model.get_parameter($"{EncoderModel.Prefix(settings.Encoder.Family)}.embeddings.word_embeddings.weight")!;
        var vectors = WordVectors.Of(training, settings.Encoder.Vocabulary, settings.Encoder.Width, spec.Seeds.Weights);
        table.copy_(where(vectors.ne(0).any(1, keepdim: true), vectors.mul(VectorLength), table));
        lanes.Share();
    }

    /// <inheritdoc/>
    public int Steps => plan.Steps;

    /// <inheritdoc/>
    public int Step { get; private set; }

    /// <inheritdoc/>
    public (int Current, int Count) Epoch => plan.EpochAt(Step);

    /// <inheritdoc/>
    public IReadOnlyList<JsonObject> Advance()
    {
        // Not on creation: a run that goes on has its words already.
        if (Step == 0 && settings.StartAtVectors)
            StartWords();
        int epoch = Epoch.Current;
        int[] rows = [.. plan.BatchAt(Step).Select(row => chosen[row])];
        double rate = spec.Decay.Rate(spec.LearningRate, new SchedulePosition(Step, plan.StepsPerEpoch, Steps));
        var (text, rowsOfPart) = (training, settings.RowsOfPart);
        if (Step < shortSteps)
        {
            int cuts = (settings.Length - 2) / (settings.ShortLength - 2);
            (text, rowsOfPart, rows) = (pieces!, cuts * rowsOfPart, [.. rows.SelectMany(row => Enumerable.Range(row * cuts, cuts))]);
        }
        double loss = lanes.Gradients(WordMasking.Draw(text, rows, settings.MaskedShare, settings.Encoder.Vocabulary, spec.Seeds.Order, Step, settings.StartGuesses), rowsOfPart);
        if (!double.IsFinite(loss))
        {
            (diverged, Step) = (true, Steps);
            return [new JsonObject { ["epoch"] = epoch, ["diverged"] = true }];
        }
        if (settings.Clip > 0)
            nn.utils.clip_grad_norm_(model.parameters(), settings.Clip);
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = rate;
        optimizer.step();
        lanes.Share();
        Step++;
        (lossSum, lossSteps) = (lossSum + loss, lossSteps + 1);
        if (Step % settings.ReportEvery != 0 && Step % settings.JudgeEvery != 0 && Step != Steps)
            return [];
        var row = new JsonObject { ["epoch"] = epoch, ["step"] = Step, ["loss"] = lossSum / lossSteps, ["learningRate"] = rate };
        (lossSum, lossSteps) = (0, 0);
        if (Step % settings.JudgeEvery == 0 || Step == Steps)
            row["heldOutLoss"] = heldOut.Judge(lanes, settings.JudgedRows).Loss;
        curve.Add(row.DeepClone());
        return [row];
    }

    /// <inheritdoc/>
    public RunState Capture() => new(new JsonObject
    {
        ["step"] = Step,
        ["lossSum"] = lossSum,
        ["lossSteps"] = lossSteps,
        ["diverged"] = diverged,
        ["optimizerSteps"] = JsonSerializer.SerializeToNode(optimizer.Steps),
        ["curve"] = curve.DeepClone(),
    }, model.named_parameters().Select(parameter => KeyValuePair.Create(WeightPrefix + parameter.name, (Tensor)parameter.parameter))
        .Concat(optimizer.StateTensors().Select(tensor => KeyValuePair.Create($"optimizer/{tensor.Key}", tensor.Value))).ToDictionary());

    /// <summary>How weights are called in a saved state.</summary>
    internal const string WeightPrefix = "weights/";

    /// <inheritdoc/>
    public void Restore(RunState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        using (no_grad())
            foreach (var (name, value) in model.named_parameters())
                value.copy_(state.Tensor(WeightPrefix + name));
        optimizer.Restore(name => state.Tensor($"optimizer/{name}"), state.Numbers["optimizerSteps"].Deserialize<Dictionary<string, long>>()!);
        lanes.Share();
        Step = state.Numbers["step"]!.GetValue<int>();
        lossSum = state.Numbers["lossSum"]!.GetValue<double>();
        lossSteps = state.Numbers["lossSteps"]!.GetValue<int>();
        diverged = state.Numbers["diverged"]!.GetValue<bool>();
        curve = state.Numbers["curve"]!.DeepClone().AsArray();
    }

    /// <inheritdoc/>
    public JsonObject Result()
    {
        var (loss, accuracy, words) = diverged ? new WordGuesses(double.NaN, double.NaN, 0) : heldOut.Judge(lanes, settings.TestRows);
        var result = new JsonObject
        {
            ["method"] = "pretraining",
            ["fidelity"] = spec.Fidelity,
            ["rows"] = spec.Rows,
            ["steps"] = Step,
            ["tokens"] = (long)Step * spec.BatchSize * settings.Length,
            ["diverged"] = diverged,
            ["selection"] = "last step",
            ["selectedEpoch"] = spec.Epochs - 1,
            ["selectionError"] = null,
            ["test"] = double.IsFinite(loss) ? new JsonObject { ["loss"] = loss, ["perplexity"] = Math.Exp(loss), ["accuracy"] = accuracy, ["words"] = words } : null,
            ["floors"] = new JsonObject
            {
                ["uniform"] = new JsonObject { ["loss"] = heldOut.Uniform.Loss },
                ["word frequencies"] = new JsonObject { ["loss"] = heldOut.Frequencies.Loss },
            },
            ["curve"] = curve.DeepClone(),
            ["parameters"] = model.ParameterCount,
            ["heldOutRows"] = Math.Min(settings.TestRows, heldOut.Rows),
        };
        result["belowFloors"] = new JsonArray([.. new MaskedLanguageRunKind().Measure.BelowFloors(result).Select(name => JsonValue.Create(name))]);
        return result;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> SelectedWeights() => model.named_parameters().ToDictionary(parameter => parameter.name, parameter => (Tensor)parameter.parameter);

    /// <inheritdoc/>
    public void Dispose()
    {
        optimizer.Dispose();
        lanes.Dispose();
        model.Dispose();
    }
}
