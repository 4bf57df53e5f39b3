// Functions with a gradient of their own: forward and backward written in C#.
using System.Runtime.InteropServices;
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>A differentiable function; derive from <see cref="SingleTensorFunction{T}"/> or <see cref="MultiTensorFunction{T}"/>.</summary>
        public abstract class Function<T> where T : Function<T>, new()
        {
            static readonly T instance = new();

            /// <summary>How error messages name the function.</summary>
            public abstract string Name { get; }

            internal abstract List<Tensor> Forward(AutogradContext context, object[] vars);

            internal abstract List<Tensor> Backward(AutogradContext context, List<Tensor> gradients);

            /// <summary>Runs forward, outside of gradient recording, and makes backward the history of what it returns.</summary>
            /// <param name="vars">The arguments of forward; tensors among them can have gradients.</param>
            public static List<Tensor> apply_internal(params object[] vars)
            {
                var inputs = vars.OfType<Tensor>().Where(tensor => !tensor.IsInvalid).ToList();
                var context = new AutogradContext();
                var recorded = is_grad_enabled() && inputs.Exists(input => input.requires_grad);
                List<Tensor> outputs;
                using (no_grad()) outputs = instance.Forward(context, vars);
                if (!recorded) return outputs;
                var isTensor = Array.ConvertAll(vars, value => value is Tensor { IsInvalid: false });
                return new GraphFunction(context, gradients => Gradients(context, gradients, isTensor)).Record(inputs, outputs);
            }

            // The gradients of the tensors among the arguments.
            static List<Tensor?> Gradients(AutogradContext context, List<Tensor> gradients, bool[] isTensor)
            {
                var found = instance.Backward(context, gradients);
                if (found.Count < isTensor.Length || found.Skip(isTensor.Length).Any(IsGiven))
                    throw new InvalidOperationException($"{instance.Name}.backward returned {found.Count} gradients for {isTensor.Length} arguments.");
                for (var i = 0; i < isTensor.Length; i++)
                    if (!isTensor[i] && IsGiven(found[i])) throw new InvalidOperationException($"{instance.Name}.backward returned a gradient of argument {i + 1}, which is not a tensor.");
                return [.. isTensor.Index().Where(argument => argument.Item).Select(argument => IsGiven(found[argument.Index]) ? found[argument.Index] : null)];
            }

            static bool IsGiven(Tensor? tensor) => tensor is { IsInvalid: false };
        }

        /// <summary>A function with one result.</summary>
        public abstract class SingleTensorFunction<T> : Function<T> where T : SingleTensorFunction<T>, new()
        {
            /// <summary>Computes the function, recorded for gradients.</summary>
            public static Tensor apply(params object[] vars) => apply_internal(vars)[0];

            internal sealed override List<Tensor> Forward(AutogradContext context, object[] vars) => [forward(context, vars)];

            internal sealed override List<Tensor> Backward(AutogradContext context, List<Tensor> gradients) => backward(context, gradients[0]);

            /// <summary>The result; what backward needs is saved in <paramref name="ctx"/>.</summary>
            public abstract Tensor forward(AutogradContext ctx, params object[] vars);

            /// <summary>One gradient an argument of forward, null where there is none.</summary>
            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);
        }

        /// <summary>A function with several results.</summary>
        public abstract class MultiTensorFunction<T> : Function<T> where T : MultiTensorFunction<T>, new()
        {
            /// <summary>Computes the function, recorded for gradients.</summary>
            public static List<Tensor> apply(params object[] vars) => apply_internal(vars);

            internal sealed override List<Tensor> Forward(AutogradContext context, object[] vars) => forward(context, vars);

            internal sealed override List<Tensor> Backward(AutogradContext context, List<Tensor> gradients) => backward(context, gradients);

            /// <summary>The results; what backward needs is saved in <paramref name="ctx"/>.</summary>
            public abstract List<Tensor> forward(AutogradContext ctx, params object[] vars);

            /// <summary>One gradient an argument of forward, null where there is none.</summary>
            public abstract List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs);
        }

        // Ties a managed backward pass to a node of libtorch's graph; the node holds it through a handle until the graph is gone.
        sealed unsafe class GraphFunction(AutogradContext context, Func<List<Tensor>, List<Tensor?>> backward)
        {
            internal List<Tensor> Record(List<Tensor> inputs, List<Tensor> outputs)
            {
                nint[] from = Handles(inputs), to = Handles(outputs), dirty = Handles(context.Dirty), constant = Handles(context.Constant), saved = Handles(context.Saved);
                var self = GCHandle.ToIntPtr(GCHandle.Alloc(this));
                fixed (nint* first = from, into = to, changed = dirty, still = constant, kept = saved)
                {
                    var function = Native.Check(Native.system_torch_function(self, &Apply, &Release, first, from.Length));
                    try
                    {
                        Native.Check(Native.system_torch_function_outputs(function, into, to.Length, first, from.Length, changed, dirty.Length, still, constant.Length, kept, saved.Length, context.MaterializeGrads ? 1 : 0));
                    }
                    finally
                    {
                        Native.system_torch_free_function(function);
                    }
                }
                GC.KeepAlive(inputs);
                GC.KeepAlive(outputs);
                context.LetGo();
                return [.. to.Select(handle => handle == 0 ? null! : new Tensor(handle))];
            }

            [UnmanagedCallersOnly]
            static int Apply(nint self, nint node, nint* gradients, int count, nint* results, int capacity)
            {
                try
                {
                    ((GraphFunction)GCHandle.FromIntPtr(self).Target!).Apply(node, new ReadOnlySpan<nint>(gradients, count), new Span<nint>(results, capacity));
                    return 0;
                }
                catch (Exception failure)
                {
                    // No managed exception may cross libtorch's frames: its message does.
                    Native.system_torch_report(failure.Message);
                    return -1;
                }
            }

            void Apply(nint node, ReadOnlySpan<nint> gradients, Span<nint> results)
            {
                using var scope = NewDisposeScope();
                var given = new List<Tensor>(gradients.Length);
                foreach (var gradient in gradients) given.Add(gradient == 0 ? null! : new Tensor(gradient));
                List<Tensor?> found;
                context.Node = node;
                try
                {
                    found = backward(given);
                }
                finally
                {
                    context.Node = 0;
                }
                for (var i = 0; i < results.Length; i++)
                    if (found[i] is { } gradient) results[i] = Native.Check(Native.system_torch_share(gradient.Handle));
            }

            [UnmanagedCallersOnly]
            static void Release(nint self)
            {
                var handle = GCHandle.FromIntPtr(self);
                ((GraphFunction)handle.Target!).Close();
                handle.Free();
            }

            void Close() => context.Dispose();
        }
    }
}
