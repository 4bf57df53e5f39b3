// A run on text: an encoder fine-tuned on a task as the released trainer does it, with or without balancing.
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelBalancing.Balancing;
using ModelBalancing.Checkpoints;
using ModelBalancing.Experiments;
using ModelBalancing.Models;
using ModelBalancing.Spectra;
using ModelBalancing.Text.Metrics;
using ModelBalancing.Text.Tasks;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>An encoder with a head in training on a task.</summary>
/// <remarks>
/// Section 3 of the method's description: rows shuffled anew every epoch, metrics every tenth of an epoch, rates after every step, a look at the choosing rows after every
/// epoch. Random numbers of dropout belong to the step, so that a resumed run goes on bit for bit.
/// </remarks>
public sealed class TextRun : ITrainingRun
{
    private const string Dropout = "dropout"; // purpose of the random stream

    private readonly RunSpec spec;
    private readonly TextSettings settings;
    private readonly Fidelity fidelity;
    private readonly EncoderSettings encoder;
    private readonly TextRunData data;
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

    internal TextRun(RunSpec spec, TextSettings settings)
    {
        (this.spec, this.settings) = (spec, settings);
        fidelity = Fidelity.Of(spec.Fidelity);
        encoder = Sizes();
        data = new TextRunData(spec, settings, encoder);
        (model, loaded) = Make();
        plan = new EpochPlan(spec);
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
            Regression = data.Task.Kind == TaskKind.Regression, ClipFirst = fidelity.Sharpness == SharpnessRule.Adaptive,
        }, sharpness, new RandomStream(spec.Seeds.Order, Dropout));
    }

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
        var parts = rows.Chunk((rows.Length + settings.Parts - 1) / settings.Parts).Select(part => Batch(data.Training, part)).ToList();
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
        var last = diverged || lastIsSelected ? null : Judged(data.Reported, samples: false);
        kept.PutBack();
        var test = usable ? Judged(data.Reported, samples: true) : null;
        if (lastIsSelected)
        {
            last = test!.DeepClone().AsObject();
            last.Remove("samples");
        }
        var result = new JsonObject
        {
            ["method"] = spec.Method,
            ["fidelity"] = fidelity.Name,
            ["task"] = data.Task.Name,
            ["metric"] = data.Task.Metric.Name,
            ["rows"] = spec.Rows,
            ["steps"] = Step,
            ["diverged"] = diverged,
            ["selection"] = data.Choosing is null ? "last epoch" : data.Choosing == data.Reported ? "best epoch on the reported rows" : "best epoch on validation rows",
            ["selectedEpoch"] = best?.Epoch ?? spec.Epochs - 1,
            ["selectionError"] = best is { } found ? 1 - found.Score : null,
            ["selectionRows"] = data.Choosing?.Examples.Count ?? 0,
            ["test"] = test,
            ["testLastEpoch"] = last,
            ["development"] = usable && data.Beside is { } beside ? Judged(beside, samples: false) : null,
            ["floors"] = Floors(),
            ["alphaStart"] = alphaAtStart?.DeepClone() ?? new JsonObject(),
            ["alphaEnd"] = alphaAtEnd,
            ["repeatedRows"] = data.Repeated,
            ["reportedRowsLeftOut"] = data.Elsewhere,
            ["parameters"] = model.ParameterCount,
            ["drawn"] = new JsonArray([.. (loaded?.Missing ?? ["everything"]).Select(name => JsonValue.Create(name))]),
            ["weights"] = kept.Hash(),
        };
        result["belowFloors"] = new JsonArray([.. new TextRunKind().Measure.BelowFloors(result).Select(name => JsonValue.Create(name))]);
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

    private EncoderSettings Sizes()
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
        var task = data.Task;
        var head = task.Kind == TaskKind.MultipleChoice ? EncoderHead.MultipleChoice : EncoderHead.Classification;
        int outputs = task.Kind == TaskKind.Classification ? task.Labels.Count : 1;
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

    private TextBatch Batch(TextRows rows, IEnumerable<int> places) => TextBatch.Of([.. places.Select(place => rows.Encoded[place])], encoder.Padding,
        settings.Padding == PaddingMode.Maximum ? Math.Min(settings.Longest, encoder.LongestSequence) : null);

    private JsonObject EndEpoch(int epoch)
    {
        var row = new JsonObject
        {
            ["epoch"] = epoch,
            ["loss"] = lossSum / spec.Rows,
            ["alpha"] = Alphas(), // of the last refresh
        };
        lossSum = 0;
        if (data.Choosing is { } choosing)
        {
            double score = Score(Predicted(choosing, out _));
            row["selectionScore"] = ResultNumbers.Finite(score);
            if (double.IsFinite(score) && (best is null || score > best.Value.Score))
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

    /// <summary>The task's values on some rows, and every row's error: 1 for a wrong class, the distance of a score.</summary>
    private MetricValues Predicted(TextRows rows, out double[] errors)
    {
        errors = new double[rows.Examples.Count];
        int[] classes = new int[rows.Examples.Count];
        double[] scores = new double[rows.Examples.Count];
        foreach (int[] places in TextFloors.ByLength(rows.Encoded))
        {
            using var scope = NewDisposeScope();
            using var batch = Batch(rows, places);
            var logits = loop.Predict(batch).to(ScalarType.Float64).cpu();
            for (int i = 0; i < places.Length; i++)
            {
                double[] own = logits[i].data<double>().ToArray();
                (classes[places[i]], scores[places[i]]) = (Array.IndexOf(own, own.Max()), own[0]);
            }
        }
        bool regression = data.Task.Kind == TaskKind.Regression;
        for (int row = 0; row < errors.Length; row++)
            errors[row] = regression ? Math.Abs(scores[row] - rows.Examples[row].Score) : classes[row] == rows.Examples[row].Label ? 0 : 1;
        return regression ? data.Task.Judge(rows.Examples, scores) : data.Task.Judge(rows.Examples, classes);
    }

    private JsonObject Judged(TextRows rows, bool samples)
    {
        var described = Described(Predicted(rows, out double[] errors));
        if (samples)
            described["samples"] = new JsonArray([.. errors.Select(ResultNumbers.Finite)]);
        return described;
    }

    private JsonObject Floors()
    {
        var (task, training, reported) = (data.Task, data.Training, data.Reported);
        using var fresh = Make().Model; // as it was before training
        return new JsonObject
        {
            ["majority"] = Described(TextFloors.Majority(task, training, reported)),
            ["bag of words"] = Described(TextFloors.Words(task, training, reported)),
            ["linear probe"] = Described(TextFloors.Probe(task, training, reported, fresh.Encoder)),
        };
    }

    private static JsonObject Described(MetricValues values) => new([KeyValuePair.Create("score", (JsonNode?)JsonValue.Create(Score(values))), .. values.Values.Select(value => KeyValuePair.Create(value.Key, ResultNumbers.Finite(value.Value)))]);

    // The correlation of a constant has no value; it tells nothing, which is 0.
    private static double Score(MetricValues values) => double.IsFinite(values.Score) ? values.Score : 0;

    private IEnumerable<(string Name, Tensor Value)> Weights() => model.named_parameters().Select(parameter => (parameter.name, (Tensor)parameter.parameter));

    private JsonObject Alphas() => new(balance.State.Layers.Select(layer => KeyValuePair.Create(layer.Name, ResultNumbers.Finite(layer.Metric))));
}
