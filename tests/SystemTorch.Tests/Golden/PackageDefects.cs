// Where the TorchSharp package departs from PyTorch by an oversight; our binding computes what PyTorch computes.

namespace SystemTorch.Tests.Golden;

/// <summary>Operators whose values in the package TorchSharp 0.107.0 are not PyTorch's, with what the package does.</summary>
internal static class PackageDefects
{
    /// <summary>Whether the tests run against the package instead of our binding.</summary>
    public static bool AreLoaded { get; } = typeof(TorchSharp.torch).Assembly.GetType("SystemTorch.EngineInformation") is null;

    /// <summary>Name of the golden operator and what the package does, read in its source.</summary>
    public static IReadOnlyDictionary<string, string> Known { get; } = new Dictionary<string, string>
    {
        ["erfinv"] = "torch.erfinv computes erf (Tensor.erfinv is right)",
        ["special_erfcx"] = "torch.special.erfcx computes erfc",
        ["div_floor"] = "torch.div drops the rounding mode (Tensor.div keeps it)",
        ["div_trunc"] = "torch.div drops the rounding mode (Tensor.div keeps it)",
        ["fill_and_zero"] = "Tensor.zero_ returns new zeros and leaves the tensor as it was",
        ["var_mean"] = "torch.var_mean over all elements returns the standard deviation",
        ["nanmean"] = "Tensor.nanmean passes the dimension where the native function reads an array of them",
        ["baddbmm"] = "Tensor.baddbmm passes its tensors in another order than the native function reads them",
        ["tensordot"] = "Tensor.tensordot with a number of dimensions runs past the end of its list",
        ["nn_hardtanh"] = "Tensor.hardtanh returns its argument unchanged",
    };
}
