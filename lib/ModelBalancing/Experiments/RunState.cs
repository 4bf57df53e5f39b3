// All that a run needs to go on exactly where it was: numbers as JSON, tensors by name, both in one file.
using System.Globalization;
using System.Text.Json.Nodes;
using ModelBalancing.Checkpoints;
using TorchSharp;

namespace ModelBalancing.Experiments;

/// <summary>State of an unfinished or finished run.</summary>
/// <param name="Numbers">Counters, rates, histories: whatever the kind needs besides tensors.</param>
/// <param name="Tensors">Weights and moments by name. A captured state borrows the run's tensors; a loaded one owns them.</param>
public sealed record RunState(JsonObject Numbers, IReadOnlyDictionary<string, torch.Tensor> Tensors)
{
    /// <summary>A tensor by name.</summary>
    /// <exception cref="RunException">The state does not have it.</exception>
    public torch.Tensor Tensor(string name) => Tensors.TryGetValue(name, out var tensor) ? tensor
        : throw new RunException($"The saved state has no tensor '{name}'; start the run again with fresh.");
}

/// <summary>Keeps the state on disk. The numbers travel in the header of state.safetensors, so that one rename replaces both; state.json is a copy to read.</summary>
internal sealed class RunStateFile(string folder)
{
    public const string TensorsName = "state.safetensors", NumbersName = "state.json";

    /// <summary>Both files.</summary>
    public static readonly string[] Names = [TensorsName, NumbersName];

    private string TensorsPath => Path.Combine(folder, TensorsName);
    private string NumbersPath => Path.Combine(folder, NumbersName);

    /// <summary>Replaces the stored state.</summary>
    /// <param name="state">What to store.</param>
    /// <param name="generation">The run's step: tells which tensors and numbers belong together.</param>
    /// <param name="metricsLength">Bytes of metrics.jsonl that belong to this state.</param>
    /// <param name="passed">Called between the steps, by tests.</param>
    public void Save(RunState state, long generation, long metricsLength, Action<string>? passed)
    {
        string numbers = state.Numbers.ToJsonString();
        passed?.Invoke("before state");
        SafetensorsFile.Write(TensorsPath, state.Tensors, new Dictionary<string, string>
        {
            ["generation"] = generation.ToString(CultureInfo.InvariantCulture),
            ["metricsLength"] = metricsLength.ToString(CultureInfo.InvariantCulture),
            ["numbers"] = numbers,
        });
        passed?.Invoke("between tensors and numbers");
        WriteNumbers(generation, metricsLength, state.Numbers);
        passed?.Invoke("after state");
    }

    /// <summary>Reads the stored state, or null if there is none; a copy that an interrupt left behind is renewed.</summary>
    /// <exception cref="RunException">The file is damaged.</exception>
    public (RunState State, long MetricsLength)? Load()
    {
        if (!File.Exists(TensorsPath))
            return null;
        try
        {
            using var file = SafetensorsFile.Open(TensorsPath);
            long generation = long.Parse(file.Metadata["generation"], CultureInfo.InvariantCulture);
            long metricsLength = long.Parse(file.Metadata["metricsLength"], CultureInfo.InvariantCulture);
            var numbers = JsonNode.Parse(file.Metadata["numbers"])!.AsObject();
            WriteNumbers(generation, metricsLength, numbers);
            return (new RunState(numbers, file.ReadAll()), metricsLength);
        }
        catch (Exception damaged) when (damaged is CheckpointException or KeyNotFoundException or FormatException or System.Text.Json.JsonException)
        {
            throw new RunException($"The saved state '{TensorsPath}' cannot be read ({damaged.Message.TrimEnd('.')}); start the run again with fresh.", damaged);
        }
    }

    private void WriteNumbers(long generation, long metricsLength, JsonObject numbers) =>
        JsonFile.Write(NumbersPath, new JsonObject { ["generation"] = generation, ["metricsLength"] = metricsLength, ["numbers"] = numbers.DeepClone() });
}
