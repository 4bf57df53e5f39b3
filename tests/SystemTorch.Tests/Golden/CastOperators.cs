// Changes of data type, type promotion, and tensors made from nothing or in the likeness of another.

using TorchSharp;
using static TorchSharp.torch;

namespace SystemTorch.Tests.Golden;

internal static class CastOperators
{
    public static OperatorTable Table { get; } = new()
    {
        { "to_float32", x => x[0].to(ScalarType.Float32) },
        { "to_float64", x => x[0].to_type(ScalarType.Float64) },
        { "to_bfloat16", x => x[0].to(ScalarType.BFloat16) },
        { "to_float16", x => x[0].to(ScalarType.Float16) },
        { "to_complex64", x => x[0].to(ScalarType.ComplexFloat32) },
        { "to_complex128", x => x[0].to(ScalarType.ComplexFloat64) },
        { "to_int64", x => (x[0] * 10).to(ScalarType.Int64) },
        { "to_int32", x => (x[0] * 10).to(ScalarType.Int32) },
        { "to_bool", x => x[0].round().to(ScalarType.Bool) },
        { "promotion", x => x[0] + x[1] },
        { "zeros_like", x => torch.zeros_like(x[0]) },
        { "ones_like", x => torch.ones_like(x[0]) },
        { "full_like", x => torch.full_like(x[0], 2.5) },
        { "arange", x => torch.arange(1.0, 4.0, 0.5, dtype: x[0].dtype) },
        { "linspace", x => torch.linspace(-1.0, 2.0, 7, dtype: x[0].dtype) },
        { "logspace", x => torch.logspace(-1.0, 2.0, 4, dtype: x[0].dtype) },
        { "eye", x => torch.eye(3, 4, dtype: x[0].dtype) },
        { "hann_window", x => torch.hann_window(6, dtype: x[0].dtype) },
    };
}
