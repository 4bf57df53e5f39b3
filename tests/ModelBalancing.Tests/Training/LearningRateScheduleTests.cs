// Learning-rate curves: equal to PyTorch's schedulers step by step, and the same after JSON.
using System.Text.Json;
using ModelBalancing.Experiments;
using ModelBalancing.Training;

namespace ModelBalancing.Tests.Training;

public class LearningRateScheduleTests
{
    public static TheoryData<string> Names => ["step", "constant", "linear", "cosine", "cosine-plain", "one-cycle"];

    private static LearningRateSchedule Of(string name) => name switch
    {
        "step" => new StepDecay(2, 0.5),
        "constant" => new ConstantRate(),
        "linear" => new LinearDecay(0.06),
        "cosine" => new CosineDecay(0.1, 0.1),
        "cosine-plain" => new CosineDecay(),
        _ => new OneCycle(0.2),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_step_has_the_rate_of_the_scheduler(string name)
    {
        var reference = JsonDocument.Parse(File.ReadAllText(TestData.Fixture("experiments/schedules.json"))).RootElement;
        int perEpoch = reference.GetProperty("stepsPerEpoch").GetInt32(), steps = reference.GetProperty("epochs").GetInt32() * perEpoch;
        double rate = reference.GetProperty("base").GetDouble();
        double[] Numbers(string member) => [.. reference.GetProperty(name).GetProperty(member).EnumerateArray().Select(value => value.GetDouble())];
        var (rates, moments) = (Numbers("rates"), Numbers("moments"));
        var schedule = Of(name);
        for (int step = 0; step < steps; step++)
        {
            var at = new SchedulePosition(step, perEpoch, steps);
            Assert.Equal(rates[step], schedule.Rate(rate, at), 1e-15 + 1e-12 * rates[step]);
            Assert.Equal(moments[step], schedule.FirstMoment(at) ?? 0.9, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_schedule_survives_json(string name)
    {
        var schedule = Of(name);
        string json = JsonSerializer.Serialize(schedule, RunSpec.Json);
        Assert.Equal(schedule, JsonSerializer.Deserialize<LearningRateSchedule>(json, RunSpec.Json));
        Assert.Equal(name == "step", !json.Contains("form", StringComparison.Ordinal)); // as specs were before there were others
    }

    [Fact]
    public void A_schedule_of_one_step_and_a_warm_up_of_everything_have_rates()
    {
        foreach (string name in Names)
            foreach (int steps in new[] { 1, 2 })
                for (int step = 0; step < steps; step++)
                    Assert.InRange(Of(name).Rate(1, new(step, 1, steps)), 0, 1);
    }

    [Fact]
    public void A_wrong_schedule_is_refused_in_words()
    {
        Assert.Contains("there is no learning-rate schedule 'zigzag'; known are step, constant, linear, cosine, one-cycle",
            Assert.Throws<RunException>(() => RunSpec.Parse("""{"kind":"fno1d","rows":1,"epochs":1,"learningRate":1,"decay":{"form":"zigzag"}}""")).Message);
        Assert.Contains("warmupShare", Assert.Throws<RunException>(() => RunSpec.Parse("""{"kind":"fno1d","rows":1,"epochs":1,"learningRate":1,"decay":{"form":"linear","warmupShare":1}}""").Check()).Message);
    }
}
