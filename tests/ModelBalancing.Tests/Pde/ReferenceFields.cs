// Reads reference fields stored as safetensors.
using System.Runtime.InteropServices;
using System.Text.Json;
using ModelBalancing.Pde.Solvers;

namespace ModelBalancing.Tests.Pde;

internal static class ReferenceFields
{
    /// <summary>A file of the published generators: from the fixtures, else from the shared folder, else the test is skipped.</summary>
    public static string Generated(string name) =>
        TestData.Fixture("pde/generated/" + name) is var own && File.Exists(own) ? own : TestData.SharedOrSkip("golden/pde/generated/" + name);

    /// <summary>The float64 (sample, time, x) arrays density, pressure and Vx of a safetensors file.</summary>
    public static FlowFields1d<double> Read(string path) => FlowFields1d<double>.Over(Read(path, "density", "pressure", "Vx"));

    /// <summary>Float64 or float32 arrays (sample, time, space...) by name.</summary>
    public static Trajectories<double> Read(string path, params string[] names)
    {
        var bytes = File.ReadAllBytes(path);
        var headerLength = (int)BitConverter.ToInt64(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, headerLength));
        Trajectories<double>? fields = null;
        for (var c = 0; c < names.Length; c++)
        {
            var entry = header.RootElement.GetProperty(names[c]);
            var shape = entry.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32()).ToArray();
            fields ??= new Trajectories<double>(shape[0], shape[1], shape[2..], names);
            var offset = 8 + headerLength + entry.GetProperty("data_offsets")[0].GetInt32();
            var values = fields.Channels[c];
            if (entry.GetProperty("dtype").GetString() == "F64")
                MemoryMarshal.Cast<byte, double>(bytes.AsSpan(offset, 8 * values.Length)).CopyTo(values);
            else
                for (var i = 0; i < values.Length; i++)
                    values[i] = BitConverter.ToSingle(bytes, offset + 4 * i);
        }
        return fields!;
    }
}
