// A run on text: an encoder fine-tuned as the released trainer does it, with or without balancing.
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelBalancing.Balancing;
using ModelBalancing.Checkpoints;
using ModelBalancing.Experiments;
using ModelBalancing.Models;
using ModelBalancing.Spectra;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>An encoder with a head in training, whatever it trains for (<see cref="ITextObjective"/>).</summary>
/// <remarks>
/// Section 3 of the method's description: rows shuffled anew every epoch, metrics every tenth of an epoch, rates after every step, a look at the choosing rows after every
/// epoch. Random numbers of dropout belong to the step, so that a resumed run goes on bit for bit.
/// </remarks>
public sealed class TextRun : ITrainingRun
{
    private const string Dropout = "dropout"; // purpose of the random stream

    private readonly RunSpec spec;
    private readonly FineTuningSettings settings;
    private readonly Fidelity fidelity;
    private readonly EncoderSettings encoder;
    private readonly ITextObjective objective;
    private readonly EncoderModel model;
    private readonly StepBalance balance;
    private readonly NamedOptimizer optimizer;
    private readonly SharpnessAware? sharpness;
    private readonly FineTuningLoop loop;
    private readonly EpochPlan plan;
    private readonly KeptWeights kept;
    private readonly LoadReport? loaded;

    private double lossSum;
    private (int Epoch, double Score)? best;
    private JsonObject? alphaAtStart;
    private bool diverged;

    /// <summary>A run at its first step.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="objective">What it trains for, with the encoder's sizes known.</param>
    internal TextRun(RunSpec spec, FineTuningSettings settings, Func<EncoderSettings, ITextObjective> objective)
    {
        (this.spec, this.settings) = (spec, settings);
        fidelity = Fidelity.Of(spec.Fidelity);
        encoder = Sizes(spec, settings);
        this.objective = objective(encoder);
        (model, loaded) = Make();
        plan = new EpochPlan(spec, this.objective.Training.Count);
        kept = new KeptWeights(Weights);
        double share = spec.Decay switch { LinearDecay linear => linear.WarmupShare, CosineDecay cosine => cosine.WarmupShare, _ => 0 };
        var options = (spec.Balancing?.Steps ?? new StepBalancingSpec()).Options(spec, fidelity, plan.StepsPerEpoch, (int)Math.Ceiling(share * Steps));
        // A baseline's spectra are only told, once an epoch.
        balance = StepBalance.Attach(model, spec.Balancing is null ? options with { Refresh = new RefreshRule.EveryEpochs(1, plan.StepsPerEpoch) } : options);
        optimizer = settings.Optimizer switch
        {
            TextOptimizer.Adafactor => new Adafactor(balance.Groups, spec.LearningRate),
            TextOptimizer.Momentum => new MomentumDescent(balance.Groups, spec.LearningRate, momentum: 0.9),
            _ => new DecoupledAdam(balance.Groups, spec.LearningRate),
        };
        sharpness = settings.Sharpness is { } around ? new SharpnessAware(optimizer, around.Rho, around.Adaptive == true) : null;
        loop = new FineTuningLoop(model, optimizer, balance, new FineTuningOptions
        {
            LearningRate = spec.LearningRate, Schedule = spec.Decay, StepsPerEpoch = plan.StepsPerEpoch, Steps = Steps, Clip = settings.Clip > 0 ? settings.Clip : null,
            Regression = this.objective.IsRegression, ClipFirst = fidelity.Sharpness == SharpnessRule.Adaptive,
        }, sharpness, new RandomStream(spec.Seeds.Order, Dropout));
    }

    /// <summary>The number by which runs on text are judged.</summary>
    internal static ResultMeasure Measure { get; } = new("test.score", SmallerIsBetter: false);

    /// <inheritdoc/>
    public int Steps => plan.Steps;

    /// <inheritdoc/>
    public int Step { get; private set; }

    /// <inheritdoc/>
    public (int Current, int Count) Epoch => plan.EpochAt(Step);

    /// <inheritdoc/>
    public TimeSpan BalancingTime => balance.Spent;

    /// <inheritdoc/>
    public IReadOnlyList<JsonObject> Advance()
    {
        int epoch = Epoch.Current;
        int[] rows = plan.BatchAt(Step);
        var parts = rows.Chunk((rows.Length + settings.Parts - 1) / settings.Parts).Select(part => Batch(objective.Training, part)).ToList();
        double loss;
        try
        {
            loss = loop.Step(Step, parts).Loss;
        }
        catch (SpectrumException)
        {
            return [Diverge(epoch)]; // the last step left weights that are not finite
        }
        finally
        {
            parts.ForEach(part => part.Dispose());
        }
        alphaAtStart ??= Alphas();
        Step++;
        if (!double.IsFinite(loss))
            return [Diverge(epoch)];
        lossSum += loss * rows.Length;
        return Step % plan.StepsPerEpoch == 0 ? [EndEpoch(epoch)] : [];
    }

    /// <inheritdoc/>
    public RunState Capture()
    {
        var tensors = model.named_parameters().Select(parameter => KeyValuePair.Create($"weights/{parameter.name}", (Tensor)parameter.parameter))
            .Concat(optimizer.StateTensors().Select(tensor => KeyValuePair.Create($"optimizer/{tensor.Key}", tensor.Value)))
            .Concat(kept.Values.Select(weight => KeyValuePair.Create($"best/{weight.Key}", weight.Value)));
        var numbers = new JsonObject
        {
            ["step"] = Step,
            ["lossSum"] = lossSum,
            ["diverged"] = diverged,
            ["optimizerSteps"] = JsonSerializer.SerializeToNode(optimizer.Steps),
            ["balance"] = JsonSerializer.SerializeToNode(balance.State),
            ["alphaStart"] = alphaAtStart?.DeepClone(),
        };
        if (best is { } found)
            (numbers["bestEpoch"], numbers["bestScore"]) = (found.Epoch, found.Score);
        return new RunState(numbers, tensors.ToDictionary());
    }

    /// <inheritdoc/>
    public void Restore(RunState state)
    {
        using var noGradient = no_grad();
        foreach (var (name, value) in model.named_parameters())
            value.copy_(state.Tensor($"weights/{name}"));
        optimizer.Restore(name => state.Tensor($"optimizer/{name}"), state.Numbers["optimizerSteps"].Deserialize<Dictionary<string, long>>()!);
        balance.Restore(state.Numbers["balance"].Deserialize<StepBalanceState>()!);
        Step = state.Numbers["step"]!.GetValue<int>();
        lossSum = state.Numbers["lossSum"]!.GetValue<double>();
        diverged = state.Numbers["diverged"]!.GetValue<bool>();
        alphaAtStart = state.Numbers["alphaStart"]?.DeepClone().AsObject();
        if (state.Numbers["bestEpoch"] is { } epoch)
        {
            best = (epoch.GetValue<int>(), state.Numbers["bestScore"]!.GetValue<double>());
            kept.Keep(name => state.Tensor($"best/{name}"));
        }
    }

    /// <inheritdoc/>
    public JsonObject Result()
    {
        var alphaAtEnd = diverged ? [] : Alphas();
        using var noGradient = no_grad();
        bool usable = !diverged || best is not null;
        bool lastIsSelected = !diverged && (best is null || best.Value.Epoch == spec.Epochs - 1);
        JsonObject? Part(TextPart part, bool samples = false) => objective.Count(part) > 0 ? objective.Judge(part, Logits).ToJson(samples) : null;
        var (last, lastMismatched) = diverged || lastIsSelected ? (null, null) : (Part(TextPart.Reported), Part(TextPart.Mismatched));
        kept.PutBack();
        var (test, mismatched) = usable ? (Part(TextPart.Reported, samples: true), Part(TextPart.Mismatched)) : (null, null);
        if (lastIsSelected)
        {
            (last, lastMismatched) = (test!.DeepClone().AsObject(), mismatched?.DeepClone().AsObject());
            last.Remove("samples");
        }
        var result = new JsonObject
        {
            ["method"] = spec.Method,
            ["fidelity"] = fidelity.Name,
            ["task"] = objective.Task,
            ["metric"] = objective.Metric,
            ["rows"] = spec.Rows,
            ["steps"] = Step,
            ["diverged"] = diverged,
            ["selection"] = objective.Count(TextPart.Choosing) == 0 ? "last epoch" : objective.ChoosesOnReported ? "best epoch on the reported rows" : "best epoch on validation rows",
            ["selectedEpoch"] = best?.Epoch ?? spec.Epochs - 1,
            ["selectionError"] = best is { } found ? 1 - found.Score : null,
            ["selectionRows"] = objective.Count(TextPart.Choosing),
            ["test"] = test,
            ["testLastEpoch"] = last,
            ["development"] = usable ? Part(TextPart.Development) : null,
            ["floors"] = objective.Floors(() => Make().Model),
            ["alphaStart"] = alphaAtStart?.DeepClone() ?? new JsonObject(),
            ["alphaEnd"] = alphaAtEnd,
        };
        foreach (var (name, count) in objective.Counts())
            result[name] = count;
        result["parameters"] = model.ParameterCount;
        result["drawn"] = new JsonArray([.. (loaded?.Missing ?? ["everything"]).Select(name => JsonValue.Create(name))]);
        result["weights"] = kept.Hash();
        if (objective.Count(TextPart.Mismatched) > 0)
            (result["mismatched"], result["mismatchedLastEpoch"]) = (mismatched, lastMismatched); // null after a divergence
        result["belowFloors"] = new JsonArray([.. Measure.BelowFloors(result).Select(name => JsonValue.Create(name))]);
        return result;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> SelectedWeights() => kept.OrPresent;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in new IDisposable?[] { sharpness, balance, optimizer, kept, model })
            part?.Dispose();
    }

    /// <summary>Sizes of a run's encoder, with the run's dropouts.</summary>
    /// <exception cref="RunException">The spec tells none, or the model's folder cannot be read.</exception>
    internal static EncoderSettings Sizes(RunSpec spec, FineTuningSettings settings)
    {
        try
        {
            var sizes = spec.Data.Find(TextRunData.Model) is { } reference ? EncoderSettings.Load(DataFiles.Resolve(reference))
                : settings.Encoder ?? throw new RunException("The spec has neither data.model, the folder of a pretrained encoder, nor settings.encoder, the sizes of one with random weights; give one of them.");
            return settings.Dropout is { } dropout ? sizes with { Dropout = dropout, AttentionDropout = dropout, HeadDropout = null } : sizes;
        }
        catch (CheckpointException wrong)
        {
            throw new RunException(wrong.Message, wrong);
        }
    }

    private (EncoderModel Model, LoadReport? Report) Make()
    {
        var (head, outputs) = (objective.Head, objective.Outputs);
        try
        {
            var (made, report) = spec.Data.Find(TextRunData.Model) is { } reference ? EncoderCheckpoint.Open(DataFiles.Resolve(reference), head, outputs, spec.Seeds.Weights, encoder)
                : (new EncoderModel(encoder, head, outputs, spec.Seeds.Weights), (LoadReport?)null);
            made.to(Engine.Device);
            made.Encoder.Precision = settings.Precision;
            return (made, report);
        }
        catch (CheckpointException wrong)
        {
            throw new RunException(wrong.Message, wrong);
        }
    }

    private TextBatch Batch(IReadOnlyList<EncodedExample> rows, IEnumerable<int> places) => TextBatch.Of([.. places.Select(place => rows[place])], encoder.Padding,
        settings.Padding == PaddingMode.Maximum ? Math.Min(settings.Longest, encoder.LongestSequence) : null);

    private JsonObject EndEpoch(int epoch)
    {
        var row = new JsonObject
        {
            ["epoch"] = epoch,
            ["loss"] = lossSum / objective.Training.Count,
            ["alpha"] = Alphas(), // of the last refresh
        };
        lossSum = 0;
        if (objective.Count(TextPart.Choosing) > 0)
        {
            double score = objective.Judge(TextPart.Choosing, Logits).Score;
            row["selectionScore"] = score;
            if (best is null || score > best.Value.Score)
            {
                best = (epoch, score);
                kept.Keep();
            }
        }
        return row;
    }

    /// <summary>A diverged run ends here and counts as what it is.</summary>
    private JsonObject Diverge(int epoch)
    {
        (diverged, Step) = (true, Steps);
        return new JsonObject { ["epoch"] = epoch, ["diverged"] = true };
    }

    /// <summary>Logits without dropout; rows of like length share a batch.</summary>
    private void Logits(IReadOnlyList<EncodedExample> rows, Action<int, Tensor> take)
    {
        foreach (int[] places in TextFloors.ByLength(rows))
        {
            using var scope = NewDisposeScope();
            using var batch = Batch(rows, places);
            var logits = loop.Predict(batch).to(ScalarType.Float64).cpu();
            for (int i = 0; i < places.Length; i++)
                take(places[i], logits[i]);
        }
    }

    private IEnumerable<(string Name, Tensor Value)> Weights() => model.named_parameters().Select(parameter => (parameter.name, (Tensor)parameter.parameter));

    private JsonObject Alphas() => new(balance.State.Layers.Select(layer => KeyValuePair.Create(layer.Name, ResultNumbers.Finite(layer.Metric))));
}
