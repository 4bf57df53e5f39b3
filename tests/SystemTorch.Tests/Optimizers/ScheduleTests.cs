// Learning-rate schedules against PyTorch.
using SystemTorch.Tests.Modules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim.lr_scheduler;

namespace SystemTorch.Tests.Optimizers;

public sealed class ScheduleTests
{
    private static readonly Dictionary<string, Func<optim.Optimizer, LRScheduler>> Makers = new()
    {
        ["step"] = o => StepLR(o, 3, 0.5),
        ["multi_step"] = o => MultiStepLR(o, [2, 5, 6], 0.3),
        ["exponential"] = o => ExponentialLR(o, 0.9),
        ["constant"] = o => ConstantLR(o, 0.25, 4),
        ["linear"] = o => LinearLR(o, 0.1, 0.8, 6),
        ["polynomial"] = o => PolynomialLR(o, 8, 2),
        ["cosine"] = o => CosineAnnealingLR(o, 4, 0.01),
        ["lambda"] = o => LambdaLR(o, epoch => 1 / (1 + 0.3 * epoch)),
        ["multiplicative"] = o => MultiplicativeLR(o, epoch => 0.8 + 0.01 * epoch),
        ["cyclic"] = o => CyclicLR(o, 0.1, 0.9, 3, 2, cycle_momentum: false),
        ["cyclic2"] = o => CyclicLR(o, 0.1, 0.9, 3, mode: impl.CyclicLR.Mode.Triangular2, cycle_momentum: false),
        ["sequential"] = o => SequentialLR(o, [LinearLR(o, 0.1, 1, 4), CosineAnnealingLR(o, 6)], [4]),
        ["chained"] = o => ChainedLR([ConstantLR(o, 0.5, 3), ExponentialLR(o, 0.9)]),
        ["plateau"] = o => ReduceLROnPlateau(o, patience: 1, factor: 0.5, cooldown: 1, min_lr: [0.02]),
        ["one_cycle"] = o => OneCycleLR(o, 0.9, total_steps: 13),
        ["one_cycle_linear"] = o => OneCycleLR(o, 0.9, total_steps: 13, anneal_strategy: impl.OneCycleLR.AnnealStrategy.Linear, three_phase: true),
    };

    public static TheoryData<string> Names => [.. ModuleFixture.Instance.Schedules.Select(example => example.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rates_are_those_of_PyTorch(string name)
    {
        using var scope = NewDisposeScope();
        var example = ModuleFixture.Instance.Schedules.Single(candidate => candidate.Name == name);
        using var optimizer = Optimizer(example.Rates[0].Length);
        var schedule = Makers[name](optimizer);
        for (var epoch = 0; epoch < example.Rates.Length; epoch++)
        {
            if (epoch > 0)
            {
                if (name == "plateau") schedule.step(ModuleFixture.Instance.Metrics[epoch - 1]);
                else schedule.step();
            }
            var rates = optimizer.ParamGroups.Select(group => group.LearningRate).ToArray();
            for (var group = 0; group < rates.Length; group++) Assert.Equal(example.Rates[epoch][group], rates[group], 12);
            Assert.Equal(example.Momenta[epoch], ((optim.IMomentum)optimizer.ParamGroups.First()).Momentum, 12);
        }
    }

    [Theory]
    [InlineData("step")]
    [InlineData("multi_step")]
    [InlineData("exponential")]
    [InlineData("linear")]
    [InlineData("polynomial")]
    [InlineData("cosine")]
    [InlineData("constant")]
    public void A_schedule_that_jumps_to_an_epoch_is_where_one_that_walked_is(string name)
    {
        using var scope = NewDisposeScope();
        using var walked = Optimizer(2);
        using var jumped = Optimizer(2);
        var (walker, jumper) = (Makers[name](walked), Makers[name](jumped));
        for (var epoch = 1; epoch <= 7; epoch++) walker.step();
        jumper.step(7);
        foreach (var (one, other) in walker.get_last_lr().Zip(jumper.get_last_lr())) Assert.Equal(one, other, 12);
    }

    [Fact]
    public void A_metric_schedule_refuses_to_step_without_its_metric()
    {
        using var scope = NewDisposeScope();
        using var optimizer = Optimizer(1);
        Assert.Throws<InvalidOperationException>(() => ReduceLROnPlateau(optimizer).step());
    }

    [Fact]
    public void One_cycle_turns_the_first_decay_rate_of_Adam()
    {
        using var scope = NewDisposeScope();
        using var optimizer = optim.Adam([new Parameter(zeros(1))]);
        var schedule = OneCycleLR(optimizer, 0.1, total_steps: 10);
        var group = (optim.IBetas)optimizer.ParamGroups.Single();
        Assert.Equal((0.95, 0.999), group.Betas);
        schedule.step();
        schedule.step();
        Assert.Equal(0.85, group.Betas.Item1, 12);
    }

    private static optim.Optimizer Optimizer(int groups)
    {
        var optimizer = optim.SGD([new Parameter(zeros(1))], 0.5, momentum: 0.9);
        if (groups > 1) optimizer.add_param_group(new SGD.ParamGroup([new Parameter(zeros(1))], lr: 0.05, momentum: 0.9));
        return optimizer;
    }
}
