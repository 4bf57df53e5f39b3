// The kind of run "fno1d": a one-dimensional Fourier operator on a file of trajectories, with or without balancing.
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelBalancing.Balancing;
using ModelBalancing.Experiments;
using ModelBalancing.Models;
using ModelBalancing.Pde;
using ModelBalancing.Spectra;
using TorchSharp;
using static TorchSharp.torch;

[assembly: RunKind(typeof(ModelBalancing.Training.FnoRunKind))]

namespace ModelBalancing.Training;

/// <summary>Settings of a run of kind "fno1d" beyond the common ones; <see cref="RunSpec.Settings"/> holds them.</summary>
public sealed record FnoSettings
{
    /// <summary>Test rows: the first of the file, whatever the size and seed.</summary>
    public int TestRows { get; init; } = 64;

    /// <summary>Frames given to the model, T0.</summary>
    public int GivenFrames { get; init; } = 10;

    /// <summary>Frames of a trajectory that are used, the given ones included.</summary>
    public int Frames { get; init; } = 21;

    /// <summary>Every so many-th point of the file.</summary>
    public int SpaceStride { get; init; } = 1;

    /// <summary>Every so many-th frame of the file.</summary>
    public int TimeStride { get; init; } = 1;

    /// <summary>Kept Fourier modes.</summary>
    public int Modes { get; init; } = 12;

    /// <summary>Channels of the Fourier layers.</summary>
    public int Width { get; init; } = 20;

    /// <summary>Train on raw fields, as released, instead of fields standardised per channel.</summary>
    public bool Raw { get; init; }

    /// <summary>Epochs between two looks at the selection rows; the last epoch is always looked at.</summary>
    public int ValidateEvery { get; init; } = 2;

    /// <summary>Reads the settings of a spec, defaults filled in.</summary>
    /// <exception cref="RunException">A setting is unknown, of the wrong type or out of range.</exception>
    public static FnoSettings Of(RunSpec spec)
    {
        FnoSettings settings;
        try
        {
            settings = spec.Settings.Deserialize<FnoSettings>(RunSpec.Json)!;
        }
        catch (JsonException wrong)
        {
            throw new RunException($"The spec's settings are not those of fno1d: {wrong.Message.Split(" Path:")[0].TrimEnd('.')}; correct the spec.", wrong);
        }
        foreach (var (name, value) in new[] { ("testRows", settings.TestRows), ("givenFrames", settings.GivenFrames), ("spaceStride", settings.SpaceStride), ("timeStride", settings.TimeStride), ("modes", settings.Modes), ("width", settings.Width), ("validateEvery", settings.ValidateEvery) })
            if (value < 1)
                throw new RunException($"The spec's settings.{name} must be at least 1, is {value}.");
        if (settings.Frames <= settings.GivenFrames)
            throw new RunException($"The spec's settings.frames is {settings.Frames}; it must be larger than givenFrames ({settings.GivenFrames}).");
        return settings;
    }
}

/// <summary>The kind "fno1d".</summary>
public sealed class FnoRunKind : IRunKind
{
    /// <inheritdoc/>
    public string Name => "fno1d";

    /// <inheritdoc/>
    public ResultMeasure Measure { get; } = new("test.nRMSE");

    /// <inheritdoc/>
    public RunSpec Complete(RunSpec spec) => spec.Decay is OneCycle { CycleMoment: true }
        ? throw new RunException("fno1d keeps its beta1: set decay.cycleMoment to false.")
        : spec.Balancing?.Steps is not null ? throw new RunException("fno1d refreshes by epochs: leave balancing.steps out.")
        : spec with
        {
            Settings = JsonSerializer.SerializeToNode(FnoSettings.Of(spec), RunSpec.Json)!.AsObject(),
            Fidelity = Fidelity.Of(spec.Fidelity).Name,
        };

    /// <inheritdoc/>
    public ITrainingRun Create(RunSpec spec) => new FnoRun(spec);
}

/// <summary>A one-dimensional Fourier operator in training.</summary>
/// <remarks>
/// An epoch: train, look at the selection rows, step the schedule, refresh the balancing (the order of the authors' trainer).
/// The loss is of the fields the model sees (standardised or raw); every reported error is in physical units.
/// </remarks>
public sealed class FnoRun : ITrainingRun
{
    private readonly RunSpec spec;
    private readonly FnoSettings settings;
    private readonly Fidelity fidelity;
    private readonly Fno1d model;
    private readonly TrajectoryLoop loop;
    private readonly TempBalance balance;
    private readonly SharedMomentAdam optimizer;
    private readonly Standardiser standardiser;
    private readonly IReadOnlyList<string> channels;
    private readonly Tensor grid, train, selection, test; // train: what the model sees; selection and test: physical
    private readonly bool selects;
    private readonly int stepsPerEpoch;
    private readonly JsonObject alphaAtStart;

    private int preparedEpoch = -1;
    private int[][] batches = [];
    private double lossSum, appliedRate = double.NaN;
    private (int Epoch, double Error)? best;
    private Dictionary<string, Tensor> bestWeights = [];
    private bool diverged;

    internal FnoRun(RunSpec spec)
    {
        this.spec = spec;
        settings = FnoSettings.Of(spec);
        fidelity = Fidelity.Of(spec.Fidelity);
        var file = TrajectoryFile.Open(DataFiles.Resolve(spec.Data));
        channels = file.Channels;
        var rows = RowSplit.Of(file.Samples, settings.TestRows, spec.Rows, spec.Seeds.Subset, fidelity.Subset);
        int[] choosing = fidelity.Selection == SelectionRule.BestOnReported ? rows.Test : rows.Validation;
        selects = choosing.Length > 0;

        using (NewDisposeScope())
        {
            Tensor Read(int[] wanted) => file.Read(wanted, settings.Frames, settings.SpaceStride, settings.TimeStride);
            var physical = Read(rows.Train);
            standardiser = settings.Raw ? Standardiser.Raw(channels.Count) : Standardiser.Fit(physical);
            train = standardiser.Apply(physical).DetachFromDisposeScope();
            selection = Read(selects ? choosing : rows.Test[..1]).DetachFromDisposeScope();
            test = Read(rows.Test).DetachFromDisposeScope();
            grid = tensor(file.Positions(settings.SpaceStride), dtype: ScalarType.Float32).reshape(-1, 1).DetachFromDisposeScope();
        }

        model = new Fno1d(channels.Count, settings.GivenFrames, settings.Modes, settings.Width, spec.Seeds.Weights);
        loop = new TrajectoryLoop(model, grid);
        balance = TempBalance.Attach(model, (spec.Balancing ?? new BalancingSpec { Control = BalanceControl.Baseline }).Options(fidelity, spec.Seeds.Order));
        optimizer = new SharedMomentAdam(balance.ParameterGroups().Select(group => (group.Name, (IReadOnlyList<(string, TorchSharp.Modules.Parameter)>)[.. group.Parameters])),
            spec.LearningRate, spec.WeightDecay, split: fidelity.ComplexWeights == ComplexMoment.Split);
        alphaAtStart = Alphas();
        stepsPerEpoch = (spec.Rows + spec.BatchSize - 1) / spec.BatchSize;
        Steps = checked(stepsPerEpoch * spec.Epochs);
    }

    /// <inheritdoc/>
    public int Steps { get; }

    /// <inheritdoc/>
    public int Step { get; private set; }

    /// <inheritdoc/>
    public (int Current, int Count) Epoch => (Step / stepsPerEpoch, spec.Epochs);

    /// <inheritdoc/>
    public TimeSpan BalancingTime => balance.Spent;

    /// <inheritdoc/>
    public IReadOnlyList<JsonObject> Advance()
    {
        int epoch = Step / stepsPerEpoch;
        if (preparedEpoch != epoch)
        {
            batches = DataOrder.Batches(spec.Seeds.Order, epoch, spec.Rows, spec.BatchSize);
            (preparedEpoch, appliedRate) = (epoch, double.NaN); // the multipliers may be new
        }
        double rate = spec.Decay.Rate(spec.LearningRate, new(Step, stepsPerEpoch, Steps));
        if (rate != appliedRate)
        {
            balance.Apply(optimizer, rate);
            appliedRate = rate;
        }
        double loss;
        int[] batch = batches[Step % stepsPerEpoch];
        using (NewDisposeScope())
            loss = loop.Step(train.index_select(0, tensor(batch.Select(row => (long)row).ToArray())), optimizer);
        Step++;
        if (!double.IsFinite(loss))
            return [Diverge(epoch)];
        lossSum += loss * batch.Length;
        return Step % stepsPerEpoch == 0 ? [EndEpoch(epoch)] : [];
    }

    /// <inheritdoc/>
    public RunState Capture()
    {
        var tensors = model.named_parameters().Select(p => KeyValuePair.Create($"weights/{p.name}", (Tensor)p.parameter))
            .Concat(optimizer.MomentTensors())
            .Concat(bestWeights.Select(p => KeyValuePair.Create($"best/{p.Key}", p.Value)));
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
        foreach (var (name, parameter) in model.named_parameters())
            parameter.copy_(state.Tensor($"weights/{name}"));
        optimizer.Restore(state.Tensor, state.Numbers["adamSteps"].Deserialize<Dictionary<string, long>>()!);
        balance.Restore(state.Numbers["balance"].Deserialize<BalanceState>()!);
        Step = state.Numbers["step"]!.GetValue<int>();
        lossSum = state.Numbers["lossSum"]!.GetValue<double>();
        diverged = state.Numbers["diverged"]!.GetValue<bool>();
        if (state.Numbers["bestEpoch"] is { } epoch)
        {
            best = (epoch.GetValue<int>(), state.Numbers["bestError"]!.GetValue<double>());
            Keep(name => state.Tensor($"best/{name}"));
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
        foreach (var (name, weight) in bestWeights)
            model.get_parameter(name)!.copy_(weight);
        using var scope = NewDisposeScope();
        var (given, wanted) = Parts(test);
        var predicted = Predict(test);
        var errors = Metrics.OfPredictedFrames(predicted, wanted, settings.GivenFrames);
        bool usable = !diverged || best is not null;
        var floors = Floors(given, wanted);
        return new JsonObject
        {
            ["method"] = spec.Balancing is null ? "baseline" : spec.Balancing.Control == BalanceControl.None ? "balanced" : $"control: {spec.Balancing.Control}",
            ["fidelity"] = fidelity.Name,
            ["rows"] = spec.Rows,
            ["steps"] = Step,
            ["diverged"] = diverged,
            ["selection"] = !selects ? "last epoch" : fidelity.Selection == SelectionRule.BestOnReported ? "best epoch on the reported rows" : "best epoch on validation rows",
            ["selectedEpoch"] = best?.Epoch ?? spec.Epochs - 1,
            ["selectionError"] = best is { } found ? found.Error : null,
            ["test"] = usable ? Described(errors, predicted, wanted) : null,
            ["floors"] = new JsonObject(floors.Select(floor => KeyValuePair.Create(floor.Key, (JsonNode?)Described(floor.Value, null, null)))),
            ["belowFloors"] = new JsonArray([.. floors.Where(floor => !usable || !(errors.NRmse.Mean < floor.Value.NRmse.Mean)).Select(floor => JsonValue.Create(floor.Key))]),
            ["alphaStart"] = alphaAtStart.DeepClone(),
            ["alphaEnd"] = alphaAtEnd,
            ["tuned"] = new JsonArray([.. balance.Tuned.Select(name => JsonValue.Create(name))]),
            ["parameters"] = model.RealParameterCount,
            ["standardiser"] = JsonSerializer.SerializeToNode(standardiser, RunSpec.Json),
            ["weights"] = Hash(),
        };
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> SelectedWeights() =>
        bestWeights.Count > 0 ? bestWeights : model.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in new IDisposable[] { balance, optimizer, model, grid, train, selection, test })
            part.Dispose();
        foreach (var weight in bestWeights.Values)
            weight.Dispose();
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
            row["selection"] = Finite(error);
            if (double.IsFinite(error) && (best is null || error < best.Value.Error))
            {
                best = (epoch, error);
                Keep(name => model.get_parameter(name)!);
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

    private (Tensor Given, Tensor Wanted) Parts(Tensor physical) =>
        (physical.narrow(2, 0, settings.GivenFrames), physical.narrow(2, settings.GivenFrames, settings.Frames - settings.GivenFrames));

    /// <summary>Predicted frames in physical units.</summary>
    private Tensor Predict(Tensor physical)
    {
        using var scope = NewDisposeScope();
        return standardiser.Invert(loop.Predict(standardiser.Apply(physical))).MoveToOuterDisposeScope();
    }

    /// <summary>nRMSE over predicted frames of the selection rows; the same as <see cref="Metrics"/> gives, without the rest.</summary>
    private double SelectionError()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var wanted = Parts(selection).Wanted.to(ScalarType.Float64);
        var size = wanted.square().mean([1]).sqrt(); // (samples, frames, channels)
        var ratio = (Predict(selection).to(ScalarType.Float64) - wanted).square().mean([1]).sqrt() / size;
        return ratio.masked_select(size > 0).mean().item<double>();
    }

    /// <summary>What a model has to beat, on the test rows.</summary>
    private Dictionary<string, FieldMetrics> Floors(Tensor given, Tensor wanted)
    {
        int frames = settings.Frames - settings.GivenFrames;
        var floors = new Dictionary<string, FieldMetrics> { ["persistence"] = Metrics.OfPredictedFrames(Pde.Floors.Persistence(given, frames), wanted, settings.GivenFrames) };
        if (spec.Rows > 1)
        {
            var (past, future) = Parts(standardiser.Invert(train));
            floors["linear"] = Metrics.OfPredictedFrames(Pde.Floors.Linear(past, future).Predict(given), wanted, settings.GivenFrames);
        }
        return floors;
    }

    /// <summary>Metrics as JSON, under their usual names; with predictions, the nRMSE of every sample too, for resampling over test rows.</summary>
    private JsonObject Described(FieldMetrics metrics, Tensor? predicted, Tensor? wanted)
    {
        var described = new JsonObject(metrics.Means.Select(mean => KeyValuePair.Create(mean.Key, Finite(mean.Value))))
        {
            ["channels"] = new JsonObject(channels.Select((name, channel) => KeyValuePair.Create(name, Finite(metrics.NRmse.PerChannel[channel])))),
            ["zeroFields"] = metrics.ZeroFields,
        };
        if (predicted is not null && wanted is not null)
            described["samples"] = new JsonArray([.. Enumerable.Range(0, metrics.Samples)
                .Select(sample => Finite(Metrics.OfPredictedFrames(predicted.narrow(0, sample, 1), wanted.narrow(0, sample, 1), settings.GivenFrames).NRmse.Mean))]);
        return described;
    }

    /// <summary>JSON has no NaN and no infinity: they are null.</summary>
    private static JsonNode? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private void Keep(Func<string, Tensor> weights)
    {
        using var noGradient = no_grad();
        foreach (var old in bestWeights.Values)
            old.Dispose();
        bestWeights = model.named_parameters().ToDictionary(p => p.name, p =>
        {
            using var scope = NewDisposeScope();
            return weights(p.name).detach().clone().DetachFromDisposeScope();
        });
    }

    private JsonObject Alphas() => new(balance.Groups.Where(group => group.Name != TempBalance.Rest)
        .Select(group => KeyValuePair.Create(group.Name, Finite(group.Metric))));

    /// <summary>SHA-256 over the selected weights in the order of the state dict.</summary>
    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, parameter) in model.named_parameters())
        {
            using var scope = NewDisposeScope();
            var real = (is_complex(parameter) ? view_as_real(parameter.detach()) : parameter.detach()).contiguous();
            hash.AppendData(real.bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
