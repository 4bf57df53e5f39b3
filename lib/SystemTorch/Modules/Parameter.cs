// A tensor that a module learns.
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A tensor that registers itself as learnable when it is a field of a module.</summary>
public class Parameter : Tensor
{
    /// <summary>Takes over the native tensor of <paramref name="data"/>, which must not be used afterwards.</summary>
    /// <param name="data">The values; a leaf of the graph.</param>
    /// <param name="requires_grad">Whether gradients are collected; true by default.</param>
    public Parameter(Tensor data, bool requires_grad = true)
        : base(data.with_requires_grad(requires_grad).MoveHandle(), false)
    {
        // The parameter takes the tensor's place in its scope, so that the scope still frees it once.
        if (data.OwningDisposeScope is not null) DisposeScope.ReplaceWith(data, this);
    }
}
