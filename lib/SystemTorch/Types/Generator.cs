// A source of random numbers.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A random number generator with its own state.</summary>
    public class Generator : IDisposable
    {
        public IntPtr Handle { get; private set; }

        public Device device { get; private set; }

        public Generator(ulong seed = 0, Device? device = null) : this(Native.Check(Native.system_torch_new_generator(seed, (int)(device ?? CPU).type, (device ?? CPU).index)), device ?? CPU) { }

        Generator(nint handle, Device device)
        {
            Handle = handle;
            this.device = device;
        }

        ~Generator() => Dispose(false);

        /// <summary>The generator of everything that is not given one.</summary>
        public static Generator Default => new(Native.Check(Native.system_torch_default_generator((int)DeviceType.CPU, -1)), CPU);

        /// <summary>The state as a tensor of bytes, for <see cref="set_state"/>.</summary>
        public Tensor get_state() => new(Native.Check(Native.system_torch_generator_state(Handle)));

        public void set_state(Tensor value) => Native.Check(Native.system_torch_generator_set_state(Handle, value.Handle));

        public Generator manual_seed(long seed)
        {
            Native.Check(Native.system_torch_generator_seed(Handle, (ulong)seed));
            return this;
        }

        /// <summary>Seeds with the clock and returns that seed.</summary>
        public long seed()
        {
            var seed = DateTime.UtcNow.Ticks;
            manual_seed(seed);
            return seed;
        }

        public long initial_seed() => (long)Native.system_torch_generator_initial_seed(Handle);

        protected virtual void Dispose(bool disposing)
        {
            var handle = Handle;
            Handle = 0;
            if (handle != 0) Native.system_torch_free_generator(handle);
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }
    }

    /// <summary>The default generator's state and seed.</summary>
    public static partial class random
    {
        public static long seed() => Generator.Default.seed();

        public static long initial_seed() => Generator.Default.initial_seed();

        /// <summary>Seeds the generators of all devices and returns the CPU's.</summary>
        public static Generator manual_seed(long seed)
        {
            Native.Check(Native.system_torch_manual_seed((ulong)seed));
            return Generator.Default;
        }

        public static Tensor get_rng_state() => Generator.Default.get_state();

        public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);
    }
}
