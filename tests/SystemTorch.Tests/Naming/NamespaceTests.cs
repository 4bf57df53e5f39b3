// A namespace part named System would hide the framework's own System from every file that is compiled inside it.

namespace SystemTorch.Tests.Naming;

/// <summary>Names of the assemblies that stand in for packages.</summary>
public sealed class NamespaceTests
{
    [Theory]
    [InlineData("TorchSharp")]
    [InlineData("HDF.PInvoke")]
    public void No_namespace_has_a_part_named_System(string assemblyName)
    {
        var offending = System.Reflection.Assembly.Load(assemblyName).GetTypes()
            .Where(type => (type.Namespace ?? "").Split('.').Contains("System"))
            .Select(type => type.FullName);

        Assert.Empty(offending);
    }
}
