// What a function of one's own keeps from its forward pass for its backward pass.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>Handed to forward, which saves in it, and to backward, which reads it.</summary>
        public class AutogradContext : IDisposable
        {
            readonly Dictionary<string, object> data = [];

            internal AutogradContext() { }

            internal List<Tensor> Saved { get; private set; } = [];

            internal List<Tensor> Dirty { get; private set; } = [];

            internal List<Tensor> Constant { get; private set; } = [];

            /// <summary>The native node, during a backward pass only.</summary>
            internal nint Node { get; set; }

            /// <summary>Whether an output without a gradient hands zeros to backward, not null; true unless set otherwise.</summary>
            public bool MaterializeGrads { get; private set; } = true;

            /// <summary>Keeps tensors for backward; null entries come back as null.</summary>
            public void save_for_backward(List<Tensor> tensors) => Saved = [.. tensors];

            /// <summary>What <see cref="save_for_backward"/> kept.</summary>
            /// <exception cref="System.Runtime.InteropServices.ExternalException">A saved tensor was changed in place since, or its graph is freed.</exception>
            public unsafe List<Tensor> get_saved_variables()
            {
                if (Node == 0) return [.. Saved];
                var handles = stackalloc nint[SavedCount];
                Native.Check(Native.system_torch_function_saved(Node, handles, SavedCount));
                var saved = new List<Tensor>(SavedCount);
                for (var i = 0; i < SavedCount; i++) saved.Add(handles[i] == 0 ? null! : new Tensor(handles[i]));
                return saved;
            }

            /// <summary>Keeps anything that is not a tensor.</summary>
            public void save_data(string key, object value) => data[key] = value;

            /// <summary>What <see cref="save_data"/> kept under the key, or null.</summary>
            public object? get_data(string key) => data.GetValueOrDefault(key);

            /// <summary>Declares which inputs forward changes in place.</summary>
            public void mark_dirty(List<Tensor> tensors) => Dirty = [.. tensors];

            /// <summary>Declares which outputs have no gradient.</summary>
            public void mark_non_differentiable(List<Tensor> tensors) => Constant = [.. tensors];

            /// <summary>Sets <see cref="MaterializeGrads"/>.</summary>
            public void set_materialize_grads(bool value) => MaterializeGrads = value;

            /// <summary>Lets go of what forward kept.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (disposing) data.Clear();
            }

            int SavedCount { get; set; }

            /// <summary>Once the graph holds the saved tensors, this object must not hold them too: it would keep the graph alive for ever.</summary>
            internal void LetGo()
            {
                SavedCount = Saved.Count;
                Saved = [];
                Dirty = [];
                Constant = [];
            }
        }
    }
}
