// torch.fft: discrete Fourier transforms. `n` and `s` are lengths to cut or pad to (-1 or null: as they are).
using SystemTorch;

namespace TorchSharp;

/// <summary>Which direction divides by the number of points: the inverse, the forward, or both by its square root.</summary>
public enum FFTNormType { Backward = 0, Forward = 1, Ortho = 2 }

public static partial class torch
{
    /// <summary>Discrete Fourier transforms.</summary>
    public static partial class fft
    {
        static readonly long[] LastTwo = [-2, -1];

        public static Tensor fft_(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) => Operators.fft_fft.Call(input, Length(n), dim, Name(norm));
        public static Tensor ifft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) => Operators.fft_ifft.Call(input, Length(n), dim, Name(norm));
        public static Tensor fft2(Tensor input, long[]? s = null, long[]? dim = null, FFTNormType norm = FFTNormType.Backward) => Operators.fft_fft2.Call(TwoDimensional(input, nameof(fft2)), s, dim ?? LastTwo, Name(norm));
        public static Tensor ifft2(Tensor input, long[]? s = null, long[]? dim = null, FFTNormType norm = FFTNormType.Backward) => Operators.fft_ifft2.Call(TwoDimensional(input, nameof(ifft2)), s, dim ?? LastTwo, Name(norm));
        public static Tensor fftn(Tensor input, long[]? s = null, long[]? dim = null, FFTNormType norm = FFTNormType.Backward) => Operators.fft_fftn.Call(input, s, dim, Name(norm));
        public static Tensor ifftn(Tensor input, long[]? s = null, long[]? dim = null, FFTNormType norm = FFTNormType.Backward) => Operators.fft_ifftn.Call(input, s, dim, Name(norm));
        public static Tensor irfft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) => Operators.fft_irfft.Call(input, Length(n), dim, Name(norm));
        public static Tensor rfft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) => Operators.fft_rfft.Call(input, Length(n), dim, Name(norm));
        public static Tensor rfft2(Tensor input, long[]? s = null, long[]? dim = null, FFTNormType norm = FFTNormType.Backward) => Operators.fft_rfft2.Call(TwoDimensional(input, nameof(rfft2)), s, dim ?? LastTwo, Name(norm));
        public static Tensor irfft2(Tensor input, long[]? s = null, long[]? dim = null, FFTNormType norm = FFTNormType.Backward) => Operators.fft_irfft2.Call(TwoDimensional(input, nameof(irfft2)), s, dim ?? LastTwo, Name(norm));
        public static Tensor rfftn(Tensor input, long[]? s = null, long[]? dim = null, FFTNormType norm = FFTNormType.Backward) => Operators.fft_rfftn.Call(input, s, dim, Name(norm));
        public static Tensor irfftn(Tensor input, long[]? s = null, long[]? dim = null, FFTNormType norm = FFTNormType.Backward) => Operators.fft_irfftn.Call(input, s, dim, Name(norm));
        public static Tensor hfft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) => Operators.fft_hfft.Call(input, Length(n), dim, Name(norm));
        public static Tensor ihfft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) => Operators.fft_ihfft.Call(input, Length(n), dim, Name(norm));
        public static Tensor fftshift(Tensor input, long[]? dim = null) => Operators.fft_fftshift.Call(input, dim);
        public static Tensor ifftshift(Tensor input, long[]? dim = null) => Operators.fft_ifftshift.Call(input, dim);
        public static Tensor fftfreq(long n, double d = 1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.fft_fftfreq.Call(n, d, dtype ?? default_dtype, Argument.None, device ?? default_device), requires_grad);
        public static Tensor rfftfreq(long n, double d = 1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Finish(Operators.fft_rfftfreq.Call(n, d, dtype ?? default_dtype, Argument.None, device ?? default_device), requires_grad);
        public static Tensor hfft2(Tensor input, long[]? s = null, long[]? dim = null, FFTNormType norm = FFTNormType.Backward) => Operators.fft_hfft2.Call(TwoDimensional(input, nameof(hfft2)), s, dim ?? LastTwo, Name(norm));
        public static Tensor ihfft2(Tensor input, long[]? s = null, long[]? dim = null, FFTNormType norm = FFTNormType.Backward) => Operators.fft_ihfft2.Call(TwoDimensional(input, nameof(ihfft2)), s, dim ?? LastTwo, Name(norm));
        public static Tensor hfftn(Tensor input, long[]? s = null, long[]? dim = null, FFTNormType norm = FFTNormType.Backward) => Operators.fft_hfftn.Call(input, s, dim, Name(norm));
        public static Tensor ihfftn(Tensor input, long[]? s = null, long[]? dim = null, FFTNormType norm = FFTNormType.Backward) => Operators.fft_ihfftn.Call(input, s, dim, Name(norm));

        static string Name(FFTNormType norm) => norm switch
        {
            FFTNormType.Forward => "forward",
            FFTNormType.Ortho => "ortho",
            _ => "backward",
        };

        static long? Length(long n) => n == -1 ? null : n;

        static Tensor TwoDimensional(Tensor input, string name) => input.Dimensions >= 2 ? input : throw new ArgumentException($"{name}() input should be at least 2D");
    }
}
