// Reads reference fields stored as safetensors.
using System.Text.Json;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Tests.Pde;

internal static class ReferenceFields
{
    /// <summary>The float64 (sample, time, x) arrays density, pressure and Vx of a safetensors file.</summary>
    public static FlowFields1d<double> Read(string path)
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
}
