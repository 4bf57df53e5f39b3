// How the base learning rate goes over a run: a closed set of curves in closed form, so that a resumed run needs no scheduler state.
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ModelBalancing.Training;

/// <summary>Where in a run a rate is asked for.</summary>
/// <param name="Step">Optimiser steps done, from 0.</param>
/// <param name="StepsPerEpoch">Steps of an epoch, at least 1.</param>
/// <param name="Steps">Steps of the whole run, M.</param>
public readonly record struct SchedulePosition(int Step, int StepsPerEpoch, int Steps)
{
    /// <summary>Epoch of the step, from 0.</summary>
    public int Epoch => Step / StepsPerEpoch;
}

/// <summary>A curve of the base learning rate; a spec's <c>decay</c>. In JSON the member <c>form</c> names it; without it, it is a <see cref="StepDecay"/>.</summary>
[JsonConverter(typeof(LearningRateScheduleJson))]
public abstract record LearningRateSchedule
{
    // Closed: the curves of this folder are all there are.
    private protected LearningRateSchedule()
    {
    }

    /// <summary>The rate of the step that is about to be taken.</summary>
    /// <param name="baseRate">The spec's learning rate: the largest one of every curve.</param>
    /// <param name="at">The step.</param>
    /// <returns>The rate, in the unit of <paramref name="baseRate"/>; may be 0.</returns>
    public abstract double Rate(double baseRate, SchedulePosition at);

    /// <summary>First-moment decay (Adam's beta1) that the curve prescribes for the step; null where it leaves the optimizer's own.</summary>
    /// <param name="at">The step.</param>
    public virtual double? FirstMoment(SchedulePosition at) => null;

    /// <summary>What is wrong with the curve's own numbers, as the end of a sentence; null if nothing.</summary>
    public abstract string? Problem { get; }

    /// <summary>Linear warm-up over W steps, t/W; from there <paramref name="after"/> of the share of the rest that is done.</summary>
    private protected static double Warmed(double warmupShare, SchedulePosition at, Func<double, double> after)
    {
        int warmup = (int)Math.Ceiling(warmupShare * at.Steps);
        return at.Step < warmup ? (double)at.Step / warmup
            : after(at.Steps <= warmup ? 1 : Math.Min(1, (double)(at.Step - warmup) / (at.Steps - warmup)));
    }

    private protected static string? ShareProblem(double share) => share is >= 0 and < 1 ? null : "must have a warmupShare of at least 0 and below 1";
}

/// <summary>The base rate throughout.</summary>
public sealed record ConstantRate : LearningRateSchedule
{
    /// <inheritdoc/>
    public override double Rate(double baseRate, SchedulePosition at) => baseRate;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? Problem => null;
}

/// <summary>Linear warm-up from 0, then linear decay to 0 (the transformers library's default for fine-tuning).</summary>
/// <param name="WarmupShare">Warm-up steps W = ⌈share · M⌉; the authors use 0.06.</param>
/// <remarks>t/W for t &lt; W, then (M − t)/(M − W): with a warm-up the very first step has rate 0.</remarks>
public sealed record LinearDecay(double WarmupShare = 0.06) : LearningRateSchedule
{
    /// <inheritdoc/>
    public override double Rate(double baseRate, SchedulePosition at) => baseRate * Warmed(WarmupShare, at, done => 1 - done);

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? Problem => ShareProblem(WarmupShare);
}

/// <summary>Linear warm-up from 0, then half a cosine down to a share of the base rate.</summary>
/// <param name="WarmupShare">Warm-up steps W = ⌈share · M⌉.</param>
/// <param name="FinalShare">Share of the base rate that the curve ends at.</param>
public sealed record CosineDecay(double WarmupShare = 0, double FinalShare = 0) : LearningRateSchedule
{
    /// <inheritdoc/>
    public override double Rate(double baseRate, SchedulePosition at) =>
        baseRate * Warmed(WarmupShare, at, done => FinalShare + (1 - FinalShare) * (1 + Math.Cos(Math.PI * done)) / 2);

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? Problem => FinalShare is >= 0 and <= 1 ? ShareProblem(WarmupShare) : "must have a finalShare of 0 to 1";
}

/// <summary>One cycle with cosine flanks (PyTorch's OneCycleLR): up to the base rate, then down far below the start.</summary>
/// <param name="RiseShare">Share of the steps on the way up; DPOT's fine-tuning uses 0.2.</param>
/// <param name="StartDivisor">Start rate = base / divisor.</param>
/// <param name="EndDivisor">End rate = start / divisor.</param>
/// <param name="CycleMoment">Whether beta1 goes against the rate, 0.95 to 0.85 and back, as PyTorch's does by default.</param>
public sealed record OneCycle(double RiseShare = 0.2, double StartDivisor = 1e4, double EndDivisor = 1e4, bool CycleMoment = true) : LearningRateSchedule
{
    private const double LargeMoment = 0.95, SmallMoment = 0.85;

    /// <inheritdoc/>
    public override double Rate(double baseRate, SchedulePosition at) =>
        Along(at, baseRate / StartDivisor, baseRate, baseRate / StartDivisor / EndDivisor);

    /// <inheritdoc/>
    public override double? FirstMoment(SchedulePosition at) => CycleMoment ? Along(at, LargeMoment, SmallMoment, LargeMoment) : null;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? Problem => RiseShare is > 0 and < 1 && StartDivisor > 0 && EndDivisor > 0 ? null : "must have a riseShare between 0 and 1 and positive divisors";

    private double Along(SchedulePosition at, double start, double turn, double end)
    {
        double top = RiseShare * at.Steps - 1, last = at.Steps - 1;
        static double Cosine(double from, double to, double done) => to + (from - to) / 2 * (1 + Math.Cos(Math.PI * done));
        return at.Step <= top ? Cosine(start, turn, at.Step / top) : Cosine(turn, end, Math.Min(1, (at.Step - top) / (last - top)));
    }
}

/// <summary>Reads and writes schedules; specs from before there were several hold a bare <see cref="StepDecay"/>, and still do.</summary>
internal sealed class LearningRateScheduleJson : JsonConverter<LearningRateSchedule>
{
    private const string Discriminator = "form";

    private static readonly Dictionary<string, Type> forms = new()
    {
        ["step"] = typeof(StepDecay),
        ["constant"] = typeof(ConstantRate),
        ["linear"] = typeof(LinearDecay),
        ["cosine"] = typeof(CosineDecay),
        ["one-cycle"] = typeof(OneCycle),
    };

    public override LearningRateSchedule Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        var members = JsonNode.Parse(ref reader) as JsonObject ?? throw new JsonException("a learning-rate schedule must be an object");
        string form = (string?)members[Discriminator] ?? "step";
        members.Remove(Discriminator);
        return forms.TryGetValue(form, out var schedule) ? (LearningRateSchedule)members.Deserialize(schedule, options)!
            : throw new JsonException($"there is no learning-rate schedule '{form}'; known are {string.Join(", ", forms.Keys)}");
    }

    public override void Write(Utf8JsonWriter writer, LearningRateSchedule value, JsonSerializerOptions options)
    {
        var members = JsonSerializer.SerializeToNode(value, value.GetType(), options)!.AsObject();
        if (value is not StepDecay)
            members.Insert(0, Discriminator, forms.First(form => form.Value == value.GetType()).Key);
        members.WriteTo(writer, options);
    }
}
