// Our entry among a user's kernels, and what belongs to others.
using System.Text.Json.Nodes;
using Workbook.Notebooks.Jupyter;

namespace Workbook.Notebooks.Tests.Jupyter;

public sealed class KernelSpecsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("workbook-specs-").FullName;
    private readonly string? before = Environment.GetEnvironmentVariable("JUPYTER_DATA_DIR");

    public KernelSpecsTests() => Environment.SetEnvironmentVariable("JUPYTER_DATA_DIR", folder);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("JUPYTER_DATA_DIR", before);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_shared_name_is_taken_when_it_is_free_and_left_when_it_is_not()
    {
        KernelSpec ours = KernelSpecs.Install(["run", "it"]);
        Assert.Equal((KernelSpecs.SharedName, ".NET (C#)"), (ours.Name, ours.DisplayName));
        Assert.Equal(["run", "it", "{connection_file}"], ours.Command);
        Assert.Equal(ours.Folder, KernelSpecs.Install(["run", "it"]).Folder);
        JsonNode spec = JsonNode.Parse(File.ReadAllText(Path.Combine(ours.Folder, "kernel.json")))!;
        Assert.Equal("message", spec["interrupt_mode"]!.ToString());

        File.WriteAllText(Path.Combine(ours.Folder, "kernel.json"), """{"argv":["dotnet","interactive"],"display_name":".NET (C#)","language":"C#"}""");
        KernelSpec other = KernelSpecs.Install(["run", "it"]);
        Assert.Equal((KernelSpecs.OwnName, "C# (workbook)"), (other.Name, other.DisplayName));
        Assert.Equal([KernelSpecs.OwnName], KernelSpecs.Uninstall().Select(removed => removed.Name));
        Assert.True(File.Exists(Path.Combine(folder, "kernels", KernelSpecs.SharedName, "kernel.json")));
        Assert.Empty(KernelSpecs.Uninstall());
    }
}
