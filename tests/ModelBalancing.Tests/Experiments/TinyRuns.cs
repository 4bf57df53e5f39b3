// A kind of run that costs nothing: it adds numbers up. It can be told to fail, or to wait.
using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ModelBalancing.Experiments;
using TorchSharp;

namespace ModelBalancing.Tests.Experiments;

internal sealed class TinyKind : IRunKind
{
    /// <summary>How often runs of a seed are still to fail.</summary>
    public static ConcurrentDictionary<int, int> Failures { get; } = new();

    /// <summary>How often runs of a seed were begun.</summary>
    public static ConcurrentDictionary<int, int> Begun { get; } = new();

    public string Name => "tiny";

    public ResultMeasure Measure => new("test.error");

    public static RunSpec Spec(int seed, int epochs = 5)
    {
        RunKinds.Register(new TinyKind());
        return new RunSpec { Kind = "tiny", Rows = 1, Epochs = epochs, LearningRate = 1, Seeds = RunSeeds.Of(seed) };
    }

    public RunSpec Complete(RunSpec spec) => spec;

    public ITrainingRun Create(RunSpec spec) => new Run(spec);

    private sealed class Run : ITrainingRun
    {
        private readonly RunSpec spec;
        private readonly torch.Tensor sum = torch.zeros(1);

        public Run(RunSpec spec)
        {
            this.spec = spec;
            Begun.AddOrUpdate(spec.Seeds.Order, 1, (_, count) => count + 1);
        }

        public int Steps => spec.Epochs;

        public int Step { get; private set; }

        public (int Current, int Count) Epoch => (Step, spec.Epochs);

        public IReadOnlyList<JsonObject> Advance()
        {
            if (Step == 1 && Failures.TryGetValue(spec.Seeds.Order, out int left) && left > 0)
            {
                Failures[spec.Seeds.Order] = left - 1;
                throw new InvalidOperationException($"told to fail, {left} left");
            }
            using (torch.no_grad())
                sum.add_(spec.Seeds.Order + ++Step);
            Thread.Sleep(1);
            return [new JsonObject { ["step"] = Step }];
        }

        public RunState Capture() => new(new JsonObject { ["step"] = Step }, new Dictionary<string, torch.Tensor> { ["sum"] = sum });

        public void Restore(RunState state)
        {
            Step = state.Numbers["step"]!.GetValue<int>();
            using (torch.no_grad())
                sum.copy_(state.Tensor("sum"));
        }

        public JsonObject Result() => new() { ["method"] = "tiny", ["diverged"] = false, ["test"] = new JsonObject { ["error"] = (double)sum.item<float>(), ["per"] = new JsonArray(1, 2) } };

        public IReadOnlyDictionary<string, torch.Tensor> SelectedWeights() => new Dictionary<string, torch.Tensor> { ["sum"] = sum };

        public void Dispose() => sum.Dispose();
    }
}
