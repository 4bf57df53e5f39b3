// Operators by the names that tests/fixtures/torch/make_operators.py gives them, each as a function of its input tensors.

using System.Collections;
using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.Golden;

/// <summary>A table of operators: name and a function from the inputs to one or several outputs.</summary>
internal sealed class OperatorTable : IEnumerable<KeyValuePair<string, Func<Tensor[], Tensor[]>>>
{
    private readonly Dictionary<string, Func<Tensor[], Tensor[]>> operators = [];

    /// <summary>Adds an operator with one output.</summary>
    public void Add(string name, Func<Tensor[], Tensor> compute) => operators.Add(name, inputs => [compute(inputs)]);

    /// <summary>Adds an operator with two outputs.</summary>
    public void Add(string name, Func<Tensor[], (Tensor, Tensor)> compute) => operators.Add(name, inputs =>
    {
        var (first, second) = compute(inputs);
        return [first, second];
    });

    /// <summary>Adds an operator with three outputs.</summary>
    public void Add(string name, Func<Tensor[], (Tensor, Tensor?, Tensor?)> compute) => operators.Add(name, inputs =>
    {
        var (first, second, third) = compute(inputs);
        return [first, second!, third!];
    });

    /// <summary>Adds an operator with a list of outputs.</summary>
    public void Add(string name, Func<Tensor[], Tensor[]> compute) => operators.Add(name, compute);

    public IEnumerator<KeyValuePair<string, Func<Tensor[], Tensor[]>>> GetEnumerator() => operators.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
