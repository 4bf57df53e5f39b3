// The tensor: a counted reference to libtorch's own, and its lifetime.
using System.Runtime.CompilerServices;
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor. Dispose it, or let a <see cref="DisposeScope"/> do so; the finalizer is only the last net.</summary>
    [Utils.TypeFormatterSource(typeof(Utils.TypeFormatterSource))]
    public partial class Tensor : IDisposable, IScoped
    {
        static long totalCount;
        static long peakCount;

        internal nint handle;

        /// <summary>Takes over one reference to the native tensor at <paramref name="handle"/>.</summary>
        internal Tensor(IntPtr handle, bool register = true)
        {
            this.handle = handle;
            if (handle != 0)
            {
                var count = Interlocked.Increment(ref totalCount);
                if (count > peakCount) peakCount = count;
            }
            if (register) DisposeScopeManager.ThreadSingleton.RegisterOnCurrentDisposeScope(this);
        }

        ~Tensor() => Dispose(false);

        internal DisposeScope? OwningDisposeScope { get; set; }

        DisposeScope? IScoped.OwningDisposeScope
        {
            get => OwningDisposeScope;
            set => OwningDisposeScope = value;
        }

        int IScoped.ScopeIndex { get; set; }

        LifetimeStatistics IScoped.StatisticsIn(ThreadDisposeScopeStatistics statistics) => statistics.TensorStatistics;

        /// <summary>A tensor around a native TensorImpl, whose reference it takes over.</summary>
        public static Tensor UnsafeCreateTensor(IntPtr handle) => new(handle);

        /// <summary>A name for debugging.</summary>
        public string? name { get; set; }

        /// <summary>True after disposal.</summary>
        public bool IsInvalid => handle == 0;

        /// <summary>The native TensorImpl.</summary>
        /// <exception cref="InvalidOperationException">The tensor is disposed.</exception>
        public IntPtr Handle
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => handle != 0 ? handle : throw Invalid();
        }

        static InvalidOperationException Invalid() => new("Tensor invalid -- empty handle.");

        /// <summary>Tensors alive in managed code.</summary>
        public static long TotalCount => totalCount;

        public static long PeakCount => peakCount;

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var native = Interlocked.Exchange(ref handle, 0);
            if (native == 0) return;
            // The finalizer's thread has no part in any thread's scopes.
            if (disposing)
            {
                DisposeScopeManager.ThreadSingleton.DisposingOnCurrentScope(this);
                OwningDisposeScope?.Forget(this);
            }
            Interlocked.Decrement(ref totalCount);
            Native.system_torch_free(native);
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is { } scope) scope.MoveToOther(other, this);
            else other?.Attach(this);
            return this;
        }

        /// <summary>Gives the native reference away; this object is then as if disposed.</summary>
        public IntPtr DecoupleFromNativeHandle()
        {
            GC.SuppressFinalize(this);
            var native = Interlocked.Exchange(ref handle, 0);
            if (native == 0) throw Invalid();
            Interlocked.Decrement(ref totalCount);
            return native;
        }

        // What a Parameter is made from: the reference changes hands, this object stays in its scope as an empty one.
        internal nint MoveHandle()
        {
            var native = Interlocked.Exchange(ref handle, 0);
            if (native != 0) Interlocked.Decrement(ref totalCount);
            return native;
        }

        /// <summary>A second, independent reference to the same native tensor.</summary>
        public Tensor alias() => new(Native.Check(Native.system_torch_share(Handle)));

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
    }

    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.NewDisposeScope();

    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.ThreadSingleton.CurrentDisposeScope;

    /// <summary>Computes in a scope of its own; only the result survives.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}
