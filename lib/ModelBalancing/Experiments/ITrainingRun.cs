// What the executor asks of a kind of run. Experiments knows no field: text and PDE runs register themselves.
using System.Reflection;
using System.Text.Json.Nodes;
using TorchSharp;

namespace ModelBalancing.Experiments;

/// <summary>A run in memory: advances step by step, and can be captured and restored between any two steps.</summary>
/// <remarks>All calls come from one thread. After <see cref="Restore"/> the run must go on bit for bit as if it had never stopped.</remarks>
public interface ITrainingRun : IDisposable
{
    /// <summary>Optimiser steps of the whole run.</summary>
    int Steps { get; }

    /// <summary>Steps done; equal to <see cref="Steps"/> when training is over, also when it diverged.</summary>
    int Step { get; }

    /// <summary>Epoch of the next step, from 0, and their number.</summary>
    (int Current, int Count) Epoch { get; }

    /// <summary>Time that balancing has taken from the training so far in this process; kept beside the run's times, never in its result.</summary>
    TimeSpan BalancingTime => TimeSpan.Zero;

    /// <summary>Takes one optimiser step.</summary>
    /// <returns>The metric rows that this step completes: usually none, one at the end of an epoch. No wall-clock times.</returns>
    IReadOnlyList<JsonObject> Advance();

    /// <summary>The state between two steps; the tensors stay the run's own.</summary>
    RunState Capture();

    /// <summary>Goes to a captured state.</summary>
    void Restore(RunState state);

    /// <summary>After the last step: reads the test rows, once, and tells the result. No wall-clock times.</summary>
    /// <returns>
    /// Members that every kind has: <c>method</c>, <c>fidelity</c>, <c>rows</c>, <c>steps</c>, <c>diverged</c>; <c>selectionError</c>, smaller is better whatever the kind's
    /// measure, null where nothing was chosen; <c>test</c> and <c>floors</c>, objects of metrics, <c>test</c> null after a divergence without a usable state;
    /// <c>belowFloors</c> (<see cref="ResultMeasure.BelowFloors"/>). The rest is the kind's own.
    /// </returns>
    JsonObject Result();

    /// <summary>After the last step: the selected weights, written to model.safetensors; the tensors stay the run's own.</summary>
    IReadOnlyDictionary<string, torch.Tensor> SelectedWeights();
}

/// <summary>A kind of run: fills in defaults and makes runs.</summary>
public interface IRunKind
{
    /// <summary>The name that <see cref="RunSpec.Kind"/> gives.</summary>
    string Name { get; }

    /// <summary>The number by which a run of this kind is judged.</summary>
    ResultMeasure Measure { get; }

    /// <summary>Checks the kind's settings and fills in its defaults, so that a default and its explicit value are the same run.</summary>
    /// <exception cref="RunException">A setting is unknown or out of range.</exception>
    RunSpec Complete(RunSpec spec);

    /// <summary>Makes a run at its first step; loads the data.</summary>
    ITrainingRun Create(RunSpec spec);
}

/// <summary>Announces a kind of run of this library, beside the kind itself: <c>[assembly: RunKind(typeof(MyKind))]</c>.</summary>
/// <param name="kind">A class with a parameterless constructor that implements <see cref="IRunKind"/>.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class RunKindAttribute(Type kind) : Attribute
{
    /// <summary>The kind's class.</summary>
    public Type Kind { get; } = kind;
}

/// <summary>The kinds of runs by name: those that the library announces, and those registered.</summary>
public static class RunKinds
{
    private static readonly Dictionary<string, IRunKind> kinds = typeof(RunKinds).Assembly.GetCustomAttributes<RunKindAttribute>()
        .Select(announced => (IRunKind)Activator.CreateInstance(announced.Kind)!).ToDictionary(kind => kind.Name);

    /// <summary>The known names.</summary>
    public static IReadOnlyList<string> Names
    {
        get
        {
            lock (kinds)
                return [.. kinds.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Adds a kind, or replaces one of the same name.</summary>
    public static void Register(IRunKind kind)
    {
        lock (kinds)
            kinds[kind.Name] = kind;
    }

    /// <summary>Finds a kind.</summary>
    /// <exception cref="RunException">There is none of that name.</exception>
    public static IRunKind Find(string name)
    {
        lock (kinds)
            return kinds.TryGetValue(name, out var kind) ? kind : throw new RunException($"There is no kind of run '{name}'; known are {string.Join(", ", kinds.Keys.Order(StringComparer.Ordinal))}.");
    }
}
