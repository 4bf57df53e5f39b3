// metrics.jsonl: one JSON object a line, appended while a run goes on.
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelBalancing.Experiments;

/// <summary>The metrics of a run, row by row. A line that an interrupt tore is no row.</summary>
public sealed class MetricLog : IDisposable
{
    /// <summary>Name of the file in a run's folder.</summary>
    public const string FileName = "metrics.jsonl";

    private readonly FileStream stream;

    private MetricLog(FileStream stream) => this.stream = stream;

    /// <summary>Opens the log for appending and cuts off what was written after the last saved state.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="length">Bytes that belong to the saved state; 0 starts anew.</param>
    /// <exception cref="RunException">The file is shorter than that.</exception>
    internal static MetricLog Open(string folder, long length)
    {
        string path = Path.Combine(folder, FileName);
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        if (stream.Length < length)
        {
            long found = stream.Length;
            stream.Dispose();
            throw new RunException($"'{path}' has {found} bytes, but the saved state belongs to {length}; start the run again with fresh.");
        }
        stream.SetLength(length);
        stream.Seek(0, SeekOrigin.End);
        return new MetricLog(stream);
    }

    /// <summary>Bytes written so far.</summary>
    public long Length => stream.Length;

    /// <summary>Appends a row.</summary>
    /// <param name="row">The row; numbers must be finite.</param>
    /// <exception cref="RunException">The disk is full or gone.</exception>
    public void Append(JsonObject row)
    {
        try
        {
            stream.Write(Encoding.UTF8.GetBytes(row.ToJsonString() + "\n"));
            stream.Flush();
        }
        catch (IOException failure)
        {
            throw new RunException($"'{stream.Name}' cannot be written ({failure.Message.TrimEnd('.')}); make room and run the same spec again, it goes on from its last saved state.", failure);
        }
    }

    /// <summary>Brings the rows to the disk, before a state that counts them is saved.</summary>
    public void FlushToDisk() => stream.Flush(flushToDisk: true);

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    /// <summary>Reads the complete rows of a run's folder.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <returns>The rows in order; a torn last line is left out.</returns>
    public static IReadOnlyList<JsonObject> Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return [];
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var lines = reader.ReadToEnd().Split('\n');
        var rows = new List<JsonObject>();
        foreach (string line in lines[..^1]) // what follows the last line end is torn, or empty
            if (line.Length > 0)
                rows.Add(JsonNode.Parse(line)!.AsObject());
        return rows;
    }
}
