// Where the TorchSharp package 0.107.0 departs from its own documentation in modules and optimizers; our binding does not.
namespace SystemTorch.Tests.Modules;

/// <summary>Skips a test that the package is known to fail.</summary>
internal static class Package
{
    /// <summary>Skips when the tests run against the package.</summary>
    /// <param name="defect">What the package does, as seen in its source or measured.</param>
    public static void SkipFor(string defect)
    {
#if !ENGINE_SYSTEM
        Assert.Skip($"TorchSharp 0.107.0: {defect}");
#endif
    }
}
