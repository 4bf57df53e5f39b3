// Complex numbers: building, parts, conjugation, views as pairs of real numbers.

using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.Golden;

internal static class ComplexOperators
{
    public static OperatorTable Table { get; } = new()
    {
        { "complex", x => torch.complex(x[0], x[1]) },
        { "polar", x => torch.polar(x[0], x[1]) },
        { "complex_abs", x => torch.abs(x[0]) },
        { "angle", x => torch.angle(x[0]) },
        { "conj", x => torch.conj(x[0]) * x[1] },
        { "conj_physical", x => torch.conj_physical(x[0]) },
        { "real", x => torch.real(x[0]) },
        { "imag", x => torch.imag(x[0]) },
        { "view_as_real", x => torch.view_as_real(x[0]) },
        { "view_as_complex", x => torch.view_as_complex(x[0]) },
        { "sgn", x => torch.sgn(x[0]) },
        { "adjoint", x => torch.adjoint(x[0]) },
        { "complex_energy", x => (x[0] * torch.conj(x[0])).real },
    };
}
