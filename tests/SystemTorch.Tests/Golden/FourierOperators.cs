// Discrete Fourier transforms: lengths, dimensions, norms, halved spectra of real signals.

using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.Golden;

internal static class FourierOperators
{
    public static OperatorTable Table { get; } = new()
    {
        { "fft", x => torch.fft.fft_(x[0]) },
        { "ifft", x => torch.fft.ifft(x[0]) },
        { "fft_orthonormal", x => torch.fft.fft_(x[0], norm: FFTNormType.Ortho) },
        { "fft_padded", x => torch.fft.fft_(x[0], 8, 0) },
        { "rfft", x => torch.fft.rfft(x[0]) },
        { "rfft_odd_forward", x => torch.fft.rfft(x[0], norm: FFTNormType.Forward) },
        { "irfft", x => torch.fft.irfft(x[0]) },
        { "irfft_length", x => torch.fft.irfft(x[0], 7) },
        { "fft2", x => torch.fft.fft2(x[0]) },
        { "ifft2", x => torch.fft.ifft2(x[0]) },
        { "rfft2", x => torch.fft.rfft2(x[0]) },
        { "irfft2", x => torch.fft.irfft2(x[0], new long[] { 4, 6 }) },
        { "rfftn", x => torch.fft.rfftn(x[0], dim: new long[] { 0, 1, 2 }) },
        { "irfftn", x => torch.fft.irfftn(x[0], new long[] { 2, 4, 4 }, new long[] { 0, 1, 2 }) },
        { "fftn", x => torch.fft.fftn(x[0]) },
        { "hfft", x => torch.fft.hfft(x[0], 6) },
        { "ihfft", x => torch.fft.ihfft(x[0]) },
        { "fftshift", x => torch.fft.fftshift(x[0]) },
        { "ifftshift", x => torch.fft.ifftshift(x[0]) },
        { "fftfreq", x => torch.fft.fftfreq(7, 0.1) },
        { "rfftfreq", x => torch.fft.rfftfreq(8, 0.1) },
        { "spectral_convolution", x => torch.fft.irfft(torch.einsum("bix,iox->box", torch.fft.rfft(x[0])[TensorIndex.Ellipsis, TensorIndex.Slice(0, 3)], x[1]), 8) },
    };
}
