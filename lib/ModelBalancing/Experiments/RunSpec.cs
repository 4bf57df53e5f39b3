// What to run, as data: a record that is written to spec.json, read back, and hashed to the run's id.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ModelBalancing.Balancing;
using ModelBalancing.Spectra;
using ModelBalancing.Training;

namespace ModelBalancing.Experiments;

/// <summary>One training run: kind, data, size, seeds, optimisation, balancing. Everything that changes a number is in here.</summary>
public sealed record RunSpec
{
    /// <summary>Name of the kind of run in <see cref="RunKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The data: one file, or several by name; what a kind needs it says itself.</summary>
    public DataReferences Data { get; init; } = DataReferences.None;

    /// <summary>Number of training rows n.</summary>
    public required int Rows { get; init; }

    /// <summary>The seeds. Two methods that are compared share all of them.</summary>
    public RunSeeds Seeds { get; init; } = new(0, 0, 0);

    /// <summary>Passes over the training rows.</summary>
    public required int Epochs { get; init; }

    /// <summary>Rows of an optimiser step; the last batch of an epoch may be shorter.</summary>
    public int BatchSize { get; init; } = 20;

    /// <summary>Learning rate of the first epochs.</summary>
    public required double LearningRate { get; init; }

    /// <summary>L2 weight decay.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>How the learning rate goes over the run.</summary>
    public LearningRateSchedule Decay { get; init; } = new StepDecay();

    /// <summary>Name of the variant of the method that makes the numbers (<see cref="Spectra.Fidelity.Of"/>): Corrected, Paper, Released, or one of them with switches, such as "Corrected [Hill=WithXmin]".</summary>
    public string Fidelity { get; init; } = "Corrected";

    /// <summary>Temperature balancing; null for the baseline.</summary>
    public BalancingSpec? Balancing { get; init; }

    /// <summary>Size of the experiment this run belongs to: quick, standard or paper.</summary>
    public string Profile { get; init; } = "quick";

    /// <summary>Settings that only the kind knows; its defaults are filled in before the run is hashed.</summary>
    public JsonObject Settings { get; init; } = [];

    /// <summary>What a result calls the method: baseline, balanced, or a control.</summary>
    internal string Method => Balancing is null ? "baseline" : Balancing.Control == BalanceControl.None ? "balanced" : $"control: {Balancing.Control}";

    /// <summary>How specs are written: camel case, null left out, an unknown member refused.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowOutOfOrderMetadataProperties = true,
    };

    /// <summary>Reads a spec from JSON text.</summary>
    /// <param name="json">One JSON object.</param>
    /// <param name="origin">Name used in messages, such as the file's.</param>
    /// <exception cref="RunException">Not JSON, a member is missing, unknown or of the wrong type.</exception>
    public static RunSpec Parse(string json, string origin = "the spec")
    {
        try
        {
            return JsonSerializer.Deserialize<RunSpec>(json, Json) ?? throw new RunException($"{origin}: the spec is empty; it must be one JSON object.");
        }
        catch (JsonException wrong)
        {
            throw new RunException($"{origin}: {Plainly(wrong)}{(wrong.Path is { Length: > 1 } place ? $" (at {place})" : "")}; docs/experiments.md tells a spec's members.", wrong);
        }
    }

    /// <summary>What is wrong, without the names of .NET types.</summary>
    internal static string Plainly(JsonException wrong)
    {
        // The reader's own words are about its tokens; a converter's are meant for the file's author.
        if (wrong.InnerException is JsonException)
            return $"it is not valid JSON (line {(wrong.LineNumber ?? 0) + 1})";
        string message = wrong.Message.Split(" Path:")[0].TrimEnd('.');
        const string lacks = "missing required properties including: ", form = "could not be converted to ", choice = "unrecognized type discriminator id ", unknown = "could not be mapped to any .NET member";
        return message.IndexOf(lacks, StringComparison.Ordinal) is var at && at >= 0 ? $"the spec lacks {message[(at + lacks.Length)..]}"
            : message.IndexOf(form, StringComparison.Ordinal) is var written && written >= 0 ? $"a value has the wrong form{Choices(message[(written + form.Length)..])}"
            : message.Contains(choice, StringComparison.Ordinal) ? $"there is no choice {message[(message.IndexOf(choice, StringComparison.Ordinal) + choice.Length)..]}"
            : message.Contains(unknown, StringComparison.Ordinal) && message.Split('\'') is [_, var member, ..] ? $"there is no member '{member}'" : message;
    }

    // The message names the type, nullable ones in brackets with their assembly.
    private static string Choices(string type) =>
        type.Split('[', ',').Select(part => typeof(RunSpec).Assembly.GetType(part)).FirstOrDefault(found => found is { IsEnum: true }) is { } choices ? $", it can be {string.Join(", ", Enum.GetNames(choices))}" : "";

    /// <summary>Reads a spec file.</summary>
    /// <param name="path">The JSON file.</param>
    /// <exception cref="RunException">The file is missing or not a spec.</exception>
    public static RunSpec Load(string path) =>
        File.Exists(path) ? Parse(File.ReadAllText(path), Path.GetFileName(path)) : throw new RunException($"{(Directory.Exists(path) ? $"'{path}' is a folder" : $"There is no spec file '{path}'")}; give the path of a JSON file.");

    /// <summary>A copy with one member replaced, as <c>--set learningRate=1e-3</c> or <c>--set settings.modes=8</c> ask.</summary>
    /// <param name="member">Dotted name of the member.</param>
    /// <param name="value">JSON, or plain text.</param>
    /// <exception cref="RunException">There is no such member, or the value does not fit it.</exception>
    public RunSpec Set(string member, string value)
    {
        var root = JsonSerializer.SerializeToNode(this, Json)!.AsObject();
        var parts = member.Split('.');
        var place = root;
        foreach (string part in parts[..^1])
            place = place[part] as JsonObject ?? (JsonObject)(place[part] = new JsonObject())!;
        place[parts[^1]] = AsJson(value);
        return Parse(root.ToJsonString(), $"--set {member}={value}");
    }

    /// <summary>The spec as JSON with sorted members and shortest numbers: equal specs give equal text.</summary>
    public string Canonical() => CanonicalJson.Of(JsonSerializer.SerializeToNode(this, Json)!);

    /// <summary>The spec as indented JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Checks the members that every kind has.</summary>
    /// <exception cref="RunException">A number is out of range; the message names the member.</exception>
    public void Check()
    {
        Require(Kind.Length > 0, "kind", "must name a kind of run");
        Require(Rows > 0, "rows", "must be at least 1");
        Require(Epochs > 0, "epochs", "must be at least 1");
        Require(BatchSize > 0, "batchSize", "must be at least 1");
        Require(double.IsFinite(LearningRate) && LearningRate > 0, "learningRate", "must be positive");
        Require(double.IsFinite(WeightDecay) && WeightDecay >= 0, "weightDecay", "must be at least 0");
        Require(Decay.Problem is null, "decay", Decay.Problem ?? "");
        CheckFidelity();
        Require(Profile is "quick" or "standard" or "paper", "profile", "must be quick, standard or paper");
        Balancing?.Check();

        static void Require(bool holds, string member, string rule)
        {
            if (!holds)
                throw new RunException($"The spec's {member} {rule}.");
        }
    }

    private void CheckFidelity()
    {
        try
        {
            Spectra.Fidelity.Of(Fidelity);
        }
        catch (ArgumentException wrong)
        {
            throw new RunException($"The spec's fidelity: {wrong.Message.Split(" (Parameter '")[0]}", wrong);
        }
    }

    private static JsonNode? AsJson(string value)
    {
        if (value is "true" or "false" or "null" || value.StartsWith('{') || value.StartsWith('['))
            return JsonNode.Parse(value);
        if (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
            return JsonValue.Create(whole);
        return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? JsonValue.Create(number) : JsonValue.Create(value);
    }
}

/// <summary>The three seeds of a run.</summary>
/// <param name="Subset">Chooses the training rows; subsets of growing size are nested.</param>
/// <param name="Weights">Draws the initial weights.</param>
/// <param name="Order">Shuffles the rows of every epoch.</param>
public sealed record RunSeeds(int Subset, int Weights, int Order)
{
    /// <summary>The same number for all three.</summary>
    public static RunSeeds Of(int seed) => new(seed, seed, seed);
}

/// <summary>Temperature balancing of a run; the variant comes from <see cref="RunSpec.Fidelity"/>.</summary>
public sealed record BalancingSpec
{
    /// <summary>Curve from metrics to multipliers; the paper's sigmoid with s = 0.5 and τ = 10 if not set.</summary>
    public Schedule Schedule { get; init; } = new Schedule.Sigmoid(0.5, 0.5);

    /// <summary>What is balanced.</summary>
    public LayerMetric Metric { get; init; } = LayerMetric.Alpha;

    /// <summary>Epochs between two refreshes of the multipliers.</summary>
    public int EveryEpochs { get; init; } = 1;

    /// <summary>Whether the metrics of the start serve for the whole run.</summary>
    public bool FixedMetric { get; init; }

    /// <summary>Balancing itself, or a control of the comparison.</summary>
    public BalanceControl Control { get; init; } = BalanceControl.None;

    /// <summary>Whether spectra are computed by a process beside the training and used one refresh later; other numbers than without, the same ones every time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Asynchronous { get; init; }

    /// <summary>Fewest eigenvalues of a tuned layer; null for the fidelity's limit.</summary>
    public int? FewestEigenvalues { get; init; }

    /// <summary>For kinds that set rates every step; null for kinds that refresh by epochs.</summary>
    public StepBalancingSpec? Steps { get; init; }

    /// <summary>The options for <see cref="TempBalance"/>.</summary>
    /// <param name="fidelity">Variant of the run.</param>
    /// <param name="seed">Seed of the shuffled control.</param>
    public BalanceOptions Options(Fidelity fidelity, int seed) => new()
    {
        Schedule = Schedule,
        Metric = Metric,
        RefreshInterval = EveryEpochs,
        FixedMetric = FixedMetric,
        Asynchronous = Asynchronous,
        Control = Control,
        ControlSeed = seed,
        Fidelity = FewestEigenvalues is { } fewest ? fidelity with { FewestEigenvalues = fewest } : fidelity,
    };

    internal void Check()
    {
        if (EveryEpochs < 1 || FewestEigenvalues < 2 || Steps?.EverySteps < 1)
            throw new RunException("The spec's balancing needs everyEpochs of at least 1 and, if given, fewestEigenvalues of at least 2 and steps.everySteps of at least 1.");
        if (Schedule.Problem is { } problem)
            throw new RunException($"The spec's balancing.schedule: {problem}.");
    }
}
