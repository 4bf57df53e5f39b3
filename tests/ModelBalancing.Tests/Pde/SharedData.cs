// Finds the folder of shared reference data, and reads what the tests need of it.
using System.Text.Json;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Tests.Pde;

/// <summary>Reference files outside the repository: the folder named by WORKBOOK_SHARED, or <c>shared</c> beside the repository.</summary>
internal static class SharedData
{
    /// <summary>Path of a file; skips the test with the reason when it is not there.</summary>
    public static string Require(params string[] parts)
    {
        var folder = Folder();
        Assert.SkipWhen(folder is null, "no shared reference data: set WORKBOOK_SHARED or put a folder 'shared' beside the repository");
        var path = Path.Combine([folder!, .. parts]);
        Assert.SkipUnless(File.Exists(path), $"{string.Join('/', parts)} is not in the shared reference data");
        return path;
    }

    /// <summary>Fields density, pressure, Vx of a safetensors file of float64 (sample, time, x) arrays.</summary>
    public static FlowFields1d<double> ReadSafetensors(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var headerLength = (int)BitConverter.ToInt64(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, headerLength));
        FlowFields1d<double>? fields = null;
        string[] names = ["density", "pressure", "Vx"];
        for (var c = 0; c < names.Length; c++)
        {
            var entry = header.RootElement.GetProperty(names[c]);
            Assert.Equal("F64", entry.GetProperty("dtype").GetString());
            var shape = entry.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32()).ToArray();
            fields ??= new FlowFields1d<double>(shape[0], shape[1], shape[2]);
            Buffer.BlockCopy(bytes, 8 + headerLength + entry.GetProperty("data_offsets")[0].GetInt32(), fields.Channels[c], 0, 8 * fields.Channels[c].Length);
        }
        return fields!;
    }

    private static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("WORKBOOK_SHARED") is { Length: > 0 } named)
            return Directory.Exists(named) ? named : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Workbook.sln")) && folder.Parent is { } parent)
                return Directory.Exists(Path.Combine(parent.FullName, "shared")) ? Path.Combine(parent.FullName, "shared") : null;
        return null;
    }
}
