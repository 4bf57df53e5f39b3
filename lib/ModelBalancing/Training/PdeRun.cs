// A run on PDE data: any of the models, any of the published ways of training, with or without balancing.
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelBalancing.Balancing;
using ModelBalancing.Checkpoints;
using ModelBalancing.Experiments;
using ModelBalancing.Models;
using ModelBalancing.Pde;
using ModelBalancing.Spectra;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelBalancing.Training;

/// <summary>A model in training on trajectories.</summary>
/// <remarks>
/// An epoch: train, look at the selection rows, step the schedule, refresh the balancing (the order of the authors' trainer).
/// The loss is of the fields the model sees (standardised or raw); every reported error is in physical units.
/// </remarks>
public sealed class PdeRun : ITrainingRun
{
    private const string Trajectories = "trajectories", Pretrained = "pretrained"; // names among the spec's data
    private const long MostHeld = 1L << 30;

    private readonly RunSpec spec;
    private readonly PdeSettings settings;
    private readonly Fidelity fidelity;
    private readonly nn.Module model;
    private readonly TrajectoryLoop loop;
    private readonly TempBalance balance;
    private readonly SharedMomentAdam optimizer;
    private readonly Standardiser standardiser, predictedStandardiser; // of a single step's last frame, which is another field; else the same
    private readonly IPdeData data;
    private readonly string[] channels; // those that are scored
    private readonly int[] trainingRows;
    private readonly Tensor? held;              // training rows as the model sees them
    private readonly Tensor grid, selection, test; // selection and test: physical
    private readonly bool selects;
    private readonly EpochPlan plan;
    private readonly KeptWeights kept;
    private readonly JsonObject alphaAtStart;

    private IEnumerator<PdeBatch>? ahead; // the rest of the epoch's batches, where training rows are not held
    private int preparedEpoch = -1;
    private double lossSum, appliedRate = double.NaN;
    private (int Epoch, double Error)? best;
    private bool diverged;

    /// <param name="spec">The run.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="mostHeld">Bytes of training rows that are kept in memory; more are read batch by batch, ahead of their use.</param>
    /// <param name="copies">Folder of compact copies; null: the usual one.</param>
    internal PdeRun(RunSpec spec, PdeSettings settings, long mostHeld = MostHeld, string? copies = null)
    {
        (this.spec, this.settings) = (spec, settings);
        fidelity = Fidelity.Of(spec.Fidelity);
        var file = TrajectoryData.Open(DataFiles.Resolve(spec.Data.IsSingle ? spec.Data.Only : spec.Data[Trajectories]));
        if (settings.TimeStride * (settings.Frames - 1) >= file.Frames)
            throw new RunException($"The spec's settings ask for {settings.Frames} frames with a stride of {settings.TimeStride}; the data has {file.Frames}.");
        var rows = RowSplit.Of(file.Samples, settings.TestRows, spec.Rows, spec.Seeds.Subset, fidelity.Subset);
        long fileRowBytes = file.Points.Aggregate(4L * settings.Frames * file.Channels.Count, (product, n) => product * ((n + settings.SpaceStride - 1) / settings.SpaceStride));
        if (file is PublishedTrajectories published && fileRowBytes * rows.Train.Length > mostHeld)
            file = CompactCopy.Of(published, rows.Train, settings.Frames, settings.SpaceStride, settings.TimeStride, folder: copies) ?? file; // every epoch reads it
        (model, data) = Make(file);
        channels = [.. data.Channels.Take(data is DpotData prepared ? prepared.OwnChannels : data.Channels.Count)];
        int[] choosing = fidelity.Selection == SelectionRule.BestOnReported ? rows.Test : rows.Validation;
        (selects, trainingRows) = (choosing.Length > 0, rows.Train);

        using (NewDisposeScope())
        {
            long rowBytes = data.Points.Aggregate(4L * settings.Frames * data.Channels.Count, (product, n) => product * ((n + settings.SpaceStride - 1) / settings.SpaceStride));
            int fitting = (int)Math.Clamp(mostHeld / rowBytes, 1, trainingRows.Length);
            var physical = Read(trainingRows[..fitting]);
            Standardiser Fitted(Tensor fields) => settings.Raw == true ? Standardiser.Raw(data.Channels.Count) : Standardiser.Fit(fields);
            var (known, last) = Ends(physical);
            standardiser = Fitted(IsSingleStep ? known : physical);
            predictedStandardiser = IsSingleStep ? Fitted(last) : standardiser;
            if (fitting == trainingRows.Length)
                held = Standardised(physical).DetachFromDisposeScope();
            selection = Read(selects ? choosing : rows.Test[..1]).DetachFromDisposeScope();
            test = Read(rows.Test).DetachFromDisposeScope();
            grid = data.Grid(settings.SpaceStride).to(Engine.Device).DetachFromDisposeScope();
        }

        model.to(Engine.Device); // data stay in main memory and follow batch by batch
        loop = new TrajectoryLoop((IAutoregressiveModel)model, grid, settings.Mode);
        var options = (spec.Balancing ?? new BalancingSpec { Control = BalanceControl.Baseline }).Options(fidelity, spec.Seeds.Order);
        // The classification head of a DPOT gets no gradient, so its spectrum says nothing about training.
        balance = TempBalance.Attach(model, options with { Exclude = [.. options.Exclude, .. settings.Model == PdeModel.Dpot ? ["cls_head.0", "cls_head.2", "cls_head.4"] : Array.Empty<string>()] });
        optimizer = new SharedMomentAdam(balance.ParameterGroups().Select(group => (group.Name, group.Parameters)),
            spec.LearningRate, spec.WeightDecay, split: fidelity.ComplexWeights == ComplexMoment.Split, beta2: settings.Beta2!.Value);
        alphaAtStart = Alphas();
        plan = new EpochPlan(spec);
        kept = new KeptWeights(Weights);
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
        if (preparedEpoch != epoch)
        {
            ahead?.Dispose();
            ahead = null;
            (preparedEpoch, appliedRate) = (epoch, double.NaN); // the multipliers may be new
        }
        var at = new SchedulePosition(Step, plan.StepsPerEpoch, Steps);
        double rate = spec.Decay.Rate(spec.LearningRate, at);
        if (rate != appliedRate)
        {
            balance.Apply(optimizer, rate);
            appliedRate = rate;
        }
        if (spec.Decay.FirstMoment(at) is { } beta1)
            optimizer.Beta1 = beta1;
        double loss;
        int[] batch = plan.BatchAt(Step);
        using (NewDisposeScope())
            loss = loop.Step(Batch(batch).to(grid.device), optimizer, spec.Seeds.Order * 1_000_003L + Step);
        Step++;
        if (!double.IsFinite(loss))
            return [Diverge(epoch)];
        lossSum += settings.Mode is TrainingMode.RelativeStep ? loss : loss * batch.Length; // a sum over samples already, or their mean
        return Step % plan.StepsPerEpoch == 0 ? [EndEpoch(epoch)] : [];
    }

    /// <inheritdoc/>
    public RunState Capture()
    {
        var tensors = Weights().Select(p => KeyValuePair.Create($"weights/{p.Name}", p.Value))
            .Concat(optimizer.MomentTensors())
            .Concat(kept.Values.Select(p => KeyValuePair.Create($"best/{p.Key}", p.Value)));
        var numbers = new JsonObject
        {
            ["step"] = Step,
            ["lossSum"] = lossSum,
            ["diverged"] = diverged,
            ["adamSteps"] = JsonSerializer.SerializeToNode(optimizer.Steps),
            ["balance"] = JsonSerializer.SerializeToNode(balance.State),
        };
        if (best is { } found)
            (numbers["bestEpoch"], numbers["bestError"]) = (found.Epoch, found.Error);
        return new RunState(numbers, tensors.ToDictionary());
    }

    /// <inheritdoc/>
    public void Restore(RunState state)
    {
        using var noGradient = no_grad();
        foreach (var (name, value) in Weights())
            value.copy_(state.Tensor($"weights/{name}"));
        optimizer.Restore(state.Tensor, state.Numbers["adamSteps"].Deserialize<Dictionary<string, long>>()!);
        balance.Restore(state.Numbers["balance"].Deserialize<BalanceState>()!);
        Step = state.Numbers["step"]!.GetValue<int>();
        lossSum = state.Numbers["lossSum"]!.GetValue<double>();
        diverged = state.Numbers["diverged"]!.GetValue<bool>();
        if (state.Numbers["bestEpoch"] is { } epoch)
        {
            best = (epoch.GetValue<int>(), state.Numbers["bestError"]!.GetValue<double>());
            kept.Keep(name => state.Tensor($"best/{name}"));
        }
        preparedEpoch = -1;
    }

    /// <inheritdoc/>
    public JsonObject Result()
    {
        try
        {
            if (!diverged)
                balance.Refresh();
        }
        catch (SpectrumException)
        {
            diverged = true; // asynchronous balancing has not looked at the last weights
        }
        var alphaAtEnd = diverged ? [] : Alphas();
        using var noGradient = no_grad();
        kept.PutBack();
        using var scope = NewDisposeScope();
        var (given, wanted) = Parts(test);
        var predicted = Predict(test);
        var errors = Metrics.OfPredictedFrames(predicted, wanted, settings.GivenFrames);
        bool usable = !diverged || best is not null;
        var floors = Floors(given, wanted);
        var result = new JsonObject
        {
            ["method"] = spec.Method,
            ["fidelity"] = fidelity.Name,
            ["rows"] = spec.Rows,
            ["steps"] = Step,
            ["diverged"] = diverged,
            ["selection"] = !selects ? "last epoch" : fidelity.Selection == SelectionRule.BestOnReported ? "best epoch on the reported rows" : "best epoch on validation rows",
            ["selectedEpoch"] = best?.Epoch ?? spec.Epochs - 1,
            ["selectionError"] = best is { } found ? found.Error : null,
            ["test"] = usable ? Described(errors, predicted, wanted, ofSamples: true) : null,
            ["floors"] = new JsonObject(floors.Select(floor => KeyValuePair.Create(floor.Key, (JsonNode?)Described(floor.Value.Errors, floor.Value.Predicted, wanted, ofSamples: false)))),
            ["alphaStart"] = alphaAtStart.DeepClone(),
            ["alphaEnd"] = alphaAtEnd,
            ["tuned"] = new JsonArray([.. balance.Tuned.Select(name => JsonValue.Create(name))]),
            ["parameters"] = model.parameters().Sum(p => p.numel() * (is_complex(p) ? 2 : 1)),
            ["standardiser"] = JsonSerializer.SerializeToNode(standardiser, RunSpec.Json),
            ["weights"] = kept.Hash(),
        };
        result["belowFloors"] = new JsonArray([.. new PdeRunKind().Measure.BelowFloors(result).Select(name => JsonValue.Create(name))]);
        if (IsSingleStep)
            result["predictedStandardiser"] = JsonSerializer.SerializeToNode(predictedStandardiser, RunSpec.Json);
        return result;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> SelectedWeights() => kept.OrPresent;

    /// <summary>Frames of the first test rows by given weights; the run itself has these weights afterwards.</summary>
    internal PdePrediction Prediction(Func<string, Tensor> weights, int samples)
    {
        if (samples < 1 || samples > test.shape[0])
            throw new RunException($"{samples} test rows were asked for; the run has {test.shape[0]}.");
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, value) in Weights())
            value.copy_(weights(name));
        var physical = test.narrow(0, 0, samples);
        var (given, wanted) = Parts(physical);
        return new(given.clone().MoveToOuterDisposeScope(), wanted.clone().MoveToOuterDisposeScope(), Predict(physical).MoveToOuterDisposeScope(), channels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ahead?.Dispose();
        foreach (var part in new IDisposable?[] { balance, optimizer, kept, model, grid, held, selection, test })
            part?.Dispose();
    }

    private (nn.Module Model, IPdeData Data) Make(IPdeData file)
    {
        int fields = file.Channels.Count, axes = file.Points.Count, seed = spec.Seeds.Weights, frames = settings.GivenFrames;
        RunException NotOn(string what) => new($"{settings.Model} runs on {what}; the data has {axes} axes ({string.Join(" x ", file.Points)} points).");
        if (spec.Kind == "fno1d" && axes != 1)
            throw NotOn("a line in runs of kind fno1d, others are of kind pde");
        int[] points = [.. file.Points.Select(n => (n + settings.SpaceStride - 1) / settings.SpaceStride)];
        if (settings.Model == PdeModel.UNet && axes < 3 && points.Any(n => n % 16 != 0))
            throw new RunException($"A U-Net needs multiples of 16 points on every axis; after the stride the data has {string.Join(" x ", points)}.");
        if (settings.Model == PdeModel.Fno && points.Select((n, axis) => axis == axes - 1 ? (n + (axes == 3 ? 6 : 2)) / 2 + 1 : n + (axes == 3 ? 0 : 2)).Min() is var most && settings.Modes > most)
            throw new RunException($"The spec's settings.modes is {settings.Modes}; {string.Join(" x ", points)} points have {most} at most; ask for fewer.");
        switch (settings.Model, axes)
        {
            case (PdeModel.Fno, 1): return (new Fno1d(fields, frames, settings.Modes, settings.Width, seed), file);
            case (PdeModel.Fno, 2): return (new Fno2d(fields, frames, settings.Modes, settings.Modes, settings.Width, seed), file);
            case (PdeModel.Fno, _): return (new Fno3d(fields, frames, settings.Modes, settings.Modes, settings.Modes, settings.Width, seed), file);
            case (PdeModel.UNet, 1): return (new UNet1d(fields, frames, settings.Features, seed), file);
            case (PdeModel.UNet, 2): return (new UNet2d(fields, frames, settings.Features, seed), file);
            case (PdeModel.Dpot, 2): return MakeDpot(file);
            default: throw NotOn(settings.Model == PdeModel.UNet ? "lines and planes" : "planes");
        }
    }

    private (nn.Module Model, IPdeData Data) MakeDpot(IPdeData file)
    {
        int side = (file.Points[0] + settings.SpaceStride - 1) / settings.SpaceStride, fields = file.Channels.Count;
        if (spec.Data.IsSingle || spec.Data.Find(Pretrained) is not { } reference)
            return (new Dpot(settings.DpotSizes(side, fields), spec.Seeds.Weights), new DpotData(file, side, fields));
        string path = DataFiles.Resolve(reference);
        try
        {
            var sizes = DpotCheckpoint.Sizes(path);
            if (sizes.GivenFrames != settings.GivenFrames || sizes.Channels < fields || sizes.Channels != sizes.PredictedChannels)
                throw new RunException($"The pre-trained weights are for {sizes.GivenFrames} frames of {sizes.Channels} fields; the run has {settings.GivenFrames} of {fields}.");
            var dpot = new Dpot(sizes, spec.Seeds.Weights);
            DpotCheckpoint.Load(dpot, path, settings.Components);
            return (dpot, new DpotData(file, sizes.Resolution, sizes.Channels));
        }
        catch (CheckpointException wrong)
        {
            throw new RunException(wrong.Message, wrong);
        }
    }

    private Tensor Read(int[] rows) => data.Read(rows, settings.Frames, settings.SpaceStride, settings.TimeStride);

    private Tensor Batch(int[] places)
    {
        if (held is not null)
            return held.index_select(0, tensor(places.Select(place => (long)place).ToArray()));
        // From here to the end of the epoch, in this order, while the model computes.
        ahead ??= new PdeLoader(data, [.. plan.BatchesFrom(Step).ToArray().Select(batch => Array.ConvertAll(batch, place => trainingRows[place]))],
            new PdeLoaderOptions { Frames = settings.Frames, SpaceStride = settings.SpaceStride, TimeStride = settings.TimeStride }).GetEnumerator();
        ahead.MoveNext();
        return Standardised(ahead.Current.Fields);
    }

    private bool IsSingleStep => settings.Mode is TrainingMode.SingleStep;

    // All frames but the last, and the last.
    private static (Tensor Known, Tensor Last) Ends(Tensor fields)
    {
        long time = fields.dim() - 2, frames = fields.shape[time];
        return (fields.narrow(time, 0, frames - 1), fields.narrow(time, frames - 1, 1));
    }

    /// <summary>Fields as the model sees them.</summary>
    private Tensor Standardised(Tensor physical) => Mapped(physical, (standard, fields) => standard.Apply(fields));

    /// <summary>The inverse of <see cref="Standardised"/>.</summary>
    private Tensor Physical(Tensor standardised) => Mapped(standardised, (standard, fields) => standard.Invert(fields));

    private Tensor Mapped(Tensor fields, Func<Standardiser, Tensor, Tensor> map)
    {
        if (!IsSingleStep)
            return map(standardiser, fields);
        using var scope = NewDisposeScope();
        var (known, last) = Ends(fields);
        return cat([map(standardiser, known), map(predictedStandardiser, last)], fields.dim() - 2).MoveToOuterDisposeScope();
    }

    private JsonObject EndEpoch(int epoch)
    {
        var row = new JsonObject
        {
            ["epoch"] = epoch,
            ["loss"] = lossSum / spec.Rows,
            ["learningRates"] = new JsonObject(optimizer.Groups.Select(group => KeyValuePair.Create(group.Name, (JsonNode?)JsonValue.Create(group.LearningRate)))),
            ["alpha"] = Alphas(), // of the weights that this epoch started from; asynchronous: of those one refresh before
        };
        lossSum = 0;
        if (selects && ((epoch + 1) % settings.ValidateEvery == 0 || epoch + 1 == spec.Epochs))
        {
            double error = SelectionError();
            row["selection"] = ResultNumbers.Finite(error);
            if (double.IsFinite(error) && (best is null || error < best.Value.Error))
            {
                best = (epoch, error);
                kept.Keep();
            }
        }
        try
        {
            balance.AfterEpoch(epoch);
        }
        catch (SpectrumException)
        {
            Diverge(epoch); // the last step left weights that are not finite
            row["diverged"] = true;
        }
        return row;
    }

    /// <summary>A diverged run ends here and counts as what it is.</summary>
    private JsonObject Diverge(int epoch)
    {
        (diverged, Step) = (true, Steps);
        return new JsonObject { ["epoch"] = epoch, ["diverged"] = true };
    }

    /// <summary>Given frames, and the scored fields of those to be predicted: all after the given ones, or the last one alone.</summary>
    private (Tensor Given, Tensor Wanted) Parts(Tensor physical)
    {
        long time = physical.dim() - 2, frames = settings.Frames - settings.GivenFrames;
        var scored = physical.narrow(time + 1, 0, channels.Length);
        return (scored.narrow(time, 0, settings.GivenFrames), IsSingleStep
            ? scored.narrow(time, settings.Frames - 1, 1) : scored.narrow(time, settings.GivenFrames, frames));
    }

    /// <summary>Predicted frames of the scored fields, in physical units.</summary>
    private Tensor Predict(Tensor physical)
    {
        using var scope = NewDisposeScope();
        var predicted = predictedStandardiser.Invert(loop.Predict(Standardised(physical)));
        return predicted.narrow(predicted.dim() - 1, 0, channels.Length).MoveToOuterDisposeScope();
    }

    private double SelectionError()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (ratio, counted) = Ratios(Predict(selection), Parts(selection).Wanted);
        return ratio.masked_select(counted).mean().item<double>();
    }

    /// <summary>nRMSE of every sample, frame and channel; the same as <see cref="Metrics"/> gives, without the rest.</summary>
    private static (Tensor Ratio, Tensor Counted) Ratios(Tensor predicted, Tensor wanted)
    {
        long[] space = [.. Enumerable.Range(1, (int)wanted.dim() - 3).Select(axis => (long)axis)];
        wanted = wanted.to(ScalarType.Float64);
        var size = wanted.square().mean(space).sqrt(); // (samples, frames, channels)
        return ((predicted.to(ScalarType.Float64) - wanted).square().mean(space).sqrt() / size, size > 0);
    }

    /// <summary>What a model has to beat, on the test rows.</summary>
    private Dictionary<string, (FieldMetrics Errors, Tensor Predicted)> Floors(Tensor given, Tensor wanted)
    {
        (FieldMetrics, Tensor) Scored(Tensor predicted) => (Metrics.OfPredictedFrames(predicted, wanted, settings.GivenFrames), predicted);
        var floors = new Dictionary<string, (FieldMetrics, Tensor)> { ["persistence"] = Scored(Pde.Floors.Persistence(given, (int)wanted.shape[^2])) };
        var (past, future) = Parts(held is null ? Read(trainingRows[..Math.Min(trainingRows.Length, 256)]) : Physical(held));
        if (IsSingleStep)
            floors["meanField"] = Scored(Pde.Floors.MeanField(future, wanted.shape[0]));
        if (spec.Rows > 1)
            floors["linear"] = Scored(Pde.Floors.Linear(past, future).Predict(given));
        return floors;
    }

    /// <summary>Metrics as JSON, under their usual names; if asked, the nRMSE of every sample too, for resampling over test rows.</summary>
    private JsonObject Described(FieldMetrics metrics, Tensor predicted, Tensor wanted, bool ofSamples)
    {
        var described = new JsonObject(metrics.Means.Select(mean => KeyValuePair.Create(mean.Key, ResultNumbers.Finite(mean.Value))))
        {
            ["channels"] = new JsonObject(channels.Select((name, channel) => KeyValuePair.Create(name, ResultNumbers.Finite(metrics.NRmse.PerChannel[channel])))),
            ["zeroFields"] = metrics.ZeroFields,
        };
        if (settings.Model == PdeModel.Dpot)
            (described["L2RE"], described["L2REFrames"]) = (ResultNumbers.Finite(RelativeL2.AllFrames(predicted, wanted)), ResultNumbers.Finite(RelativeL2.FrameByFrame(predicted, wanted)));
        if (ofSamples)
        {
            var (ratio, counted) = Ratios(predicted, wanted);
            var means = ratio.masked_fill(counted.logical_not(), 0).sum([1, 2]) / counted.sum([1, 2]);
            described["samples"] = new JsonArray([.. means.data<double>().Select(ResultNumbers.Finite)]);
        }
        return described;
    }

    /// <summary>Parameters, then buffers: running statistics are part of a model.</summary>
    private IEnumerable<(string Name, Tensor Value)> Weights() =>
        model.named_parameters().Select(p => (p.name, (Tensor)p.parameter)).Concat(model.named_buffers().Select(b => (b.name, b.buffer)));

    private JsonObject Alphas() => new(balance.Groups.Where(group => group.Name != TempBalance.Rest)
        .Select(group => KeyValuePair.Create(group.Name, ResultNumbers.Finite(group.Metric))));
}
