// Gradients: torch.autograd and the modes that switch recording on and off.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Automatic differentiation.</summary>
    public static partial class autograd
    {
        /// <summary>The gradients of the outputs' sum with respect to the inputs, without touching any .grad.</summary>
        /// <returns>One tensor for each input; one that IsInvalid where an input was not used and <paramref name="allow_unused"/> is set.</returns>
        public static unsafe IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            nint[] from = Handles(outputs), to = Handles(inputs), weights = Handles(grad_outputs), results = new nint[inputs.Count];
            fixed (nint* first = from, second = to, third = weights, into = results)
                Native.Check(Native.system_torch_autograd_grad(first, from.Length, second, to.Length, third, weights.Length,
                    retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, into));
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return results.Select(handle => new Tensor(handle, register: handle != 0)).ToList();
        }

        /// <summary>Accumulates gradients in the leaves, or only in <paramref name="inputs"/>.</summary>
        public static unsafe void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            nint[] from = Handles(tensors), weights = Handles(grad_tensors), only = Handles(inputs);
            fixed (nint* first = from, second = weights, third = only)
                Native.Check(Native.system_torch_backward(first, from.Length, second, weights.Length, (retain_graph ?? create_graph) ? 1 : 0, create_graph ? 1 : 0, third, only.Length));
            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }

        public static void backward(Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        /// <summary>Until disposed, errors in a backward pass name the forward operation they come from.</summary>
        public static AnomalyMode detect_anomaly(bool check_nan = true) => new(true, check_nan);

        public static AnomalyMode set_detect_anomaly(bool mode, bool check_nan = true) => new(mode, check_nan);

        static nint[] Handles(IList<Tensor>? tensors)
        {
            if (tensors is null) return [];
            var handles = new nint[tensors.Count];
            for (var i = 0; i < handles.Length; i++) handles[i] = tensors[i]?.Handle ?? 0;
            return handles;
        }
    }

    /// <summary>Until disposed, nothing is recorded for gradients on this thread.</summary>
    public static IDisposable no_grad() => new AutoGradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new AutoGradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new AutoGradMode(mode);

    public static bool is_grad_enabled() => Native.system_torch_grad_mode() != 0;

    /// <summary>Like <see cref="no_grad"/>, and what is made meanwhile can never take part in gradients.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static bool is_inference_mode_enabled() => Native.system_torch_inference_mode() != 0;
}

internal sealed class AutoGradMode : IDisposable
{
    readonly int before = Native.system_torch_grad_mode();

    internal AutoGradMode(bool enabled) => Native.system_torch_set_grad_mode(enabled ? 1 : 0);

    public void Dispose() => Native.system_torch_set_grad_mode(before);
}

internal sealed class InferenceMode(bool enabled) : IDisposable
{
    nint guard = Native.Check(Native.system_torch_enter_inference_mode(enabled ? 1 : 0));

    public void Dispose()
    {
        if (guard != 0) Native.system_torch_leave_inference_mode(guard);
        guard = 0;
    }
}

/// <summary>Anomaly detection of backward passes, restored to what it was on disposal.</summary>
public class AnomalyMode : IDisposable
{
    readonly int before = Native.system_torch_anomaly_mode();

    public AnomalyMode(bool enabled, bool check_nan = true) => Native.system_torch_set_anomaly_mode(enabled ? 1 : 0, check_nan ? 1 : 0);

    public static bool IsEnabled => (Native.system_torch_anomaly_mode() & 1) != 0;

    public static bool ShouldCheckNaN => (Native.system_torch_anomaly_mode() & 2) != 0;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing) Native.system_torch_set_anomaly_mode(before & 1, before >> 1);
    }
}
