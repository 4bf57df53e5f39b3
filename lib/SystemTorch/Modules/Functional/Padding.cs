// Padding.
using SystemTorch;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Operator PadAxes = new("pad");

            /// <summary>Pads axes from the last backwards.</summary>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => PadAxes.Call(input, pad, mode switch
            {
                PaddingModes.Reflect => "reflect",
                PaddingModes.Replicate => "replicate",
                PaddingModes.Circular => "circular",
                _ => "constant",
            }, mode is PaddingModes.Constant or PaddingModes.Zeros ? value : Argument.None);

            /// <summary>Pads axes from the last backwards.</summary>
            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => functional.pad(input, pad.ToArray(), mode, value);

            /// <summary>Pads the last axis.</summary>
            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => functional.pad(input, new[] { pad.Item1, pad.Item2 }, mode, value);

            /// <summary>Pads the last two axes.</summary>
            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => functional.pad(input, new[] { pad.Item1, pad.Item2, pad.Item3, pad.Item4 }, mode, value);

            /// <summary>Pads every axis on both sides alike.</summary>
            public static Tensor pad(Tensor input, long pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                var both = new long[2 * input.ndim];
                Array.Fill(both, pad);
                return functional.pad(input, both, mode, value);
            }
        }
    }
}
