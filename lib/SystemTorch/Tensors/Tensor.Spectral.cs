// Short-time Fourier transforms.
using SystemTorch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor stft(long n_fft, long hop_length = -1, long win_length = -1, Tensor? window = null, bool center = true, PaddingModes pad_mode = PaddingModes.Reflect, bool normalized = false, bool? onesided = null, bool? return_complex = null) => Stft(n_fft, hop_length, win_length, window, center, pad_mode, normalized, onesided, return_complex);
        public Tensor istft(long n_fft, long hop_length = -1, long win_length = -1, Tensor? window = null, bool center = true, bool normalized = false, bool? onesided = null, long length = -1, bool return_complex = false) => Operators.istft.Call(this, n_fft, Given(hop_length), Given(win_length), window, center, normalized, onesided, Given(length), return_complex);

        static long? Given(long value) => value == -1 ? null : value;

        Tensor Stft(long n_fft, long hop_length, long win_length, Tensor? window, bool center, PaddingModes pad_mode, bool normalized, bool? onesided, bool? return_complex)
        {
            if (!center) return Operators.stft.Call(this, n_fft, Given(hop_length), Given(win_length), window, normalized, onesided, return_complex);
            // Centred frames: the signal is padded by half a frame on both sides, as a signal of (batch, 1, length).
            using var scope = NewDisposeScope();
            var signal = ndim == 1 ? unsqueeze(0).unsqueeze(0) : unsqueeze(1);
            var half = n_fft / 2;
            var padded = pad_mode switch
            {
                PaddingModes.Reflect => Operators.reflection_pad1d.Call(signal, new[] { half, half }),
                PaddingModes.Replicate => Operators.replication_pad1d.Call(signal, new[] { half, half }),
                PaddingModes.Constant or PaddingModes.Zeros => Operators.constant_pad_nd.Call(signal, new[] { half, half }),
                _ => throw new ArgumentException($"Padding by {pad_mode} is not possible here.", nameof(pad_mode)),
            };
            padded = ndim == 1 ? padded.squeeze(0).squeeze(0) : padded.squeeze(1);
            return Operators.stft.Call(padded, n_fft, Given(hop_length), Given(win_length), window, normalized, onesided, return_complex).MoveToOuterDisposeScope();
        }
    }
}
